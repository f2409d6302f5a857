import { Hono } from "hono";
import type { Operation } from "../operation.ts";
import { problem } from "../problem.ts";
import { accountRoutes } from "./accounts.ts";
import { authenticate, authorize } from "./auth.ts";
import { buyerKeyRoutes } from "./buyer-keys.ts";
import { changeLogRoutes } from "./change-log/index.ts";
import type { AdminApp, AdminEnv, AdminSource } from "./context.ts";
import { credentialRoutes } from "./credentials.ts";
import { driftRoutes } from "./drift.ts";
import { goingLiveRoutes } from "./going-live.ts";
import { keyRoutes } from "./keys.ts";
import { listRoutes } from "./lists.ts";
import { maintenanceRoutes } from "./maintenance.ts";
import { ADMIN_OPERATIONS } from "./operations.ts";
import { priceRoutes } from "./prices.ts";
import { recordRoutes } from "./records.ts";
import { searchRoutes } from "./search.ts";
import { suppressionRoutes } from "./suppressions.ts";
import { switchRoutes } from "./switches.ts";
import { exportRoutes } from "./transfer/export.ts";
import { importRoutes } from "./transfer/import.ts";
import { versionRoutes } from "./versions/index.ts";

export type { AdminApp, AdminContext, AdminEnv, AdminSource } from "./context.ts";

/**
 * The operator's calls, to be mounted at `/v1/admin`. Built once per isolate; `extend` adds routes behind the same authentication.
 *
 *     root.route("/v1/admin", adminApp<Env>((env, execution) => contextOf(env, execution), (app) => app.get("/gauges", …)))
 */
export function adminApp<E extends object>(
  source: AdminSource<E>,
  extend?: (app: AdminApp) => void,
  operations: readonly Operation[] = ADMIN_OPERATIONS,
): AdminApp {
  const app: AdminApp = new Hono<AdminEnv>();
  app.use("*", async (c, next) => {
    c.set("ctx", typeof source === "function" ? source(c.env as E, c.executionCtx as ExecutionContext) : source);
    await next();
  });
  app.use("*", authenticate);
  app.use("*", authorize(operations));
  recordRoutes(app);
  switchRoutes(app);
  keyRoutes(app);
  buyerKeyRoutes(app);
  accountRoutes(app);
  credentialRoutes(app);
  suppressionRoutes(app);
  listRoutes(app);
  searchRoutes(app);
  changeLogRoutes(app);
  exportRoutes(app);
  importRoutes(app);
  goingLiveRoutes(app);
  versionRoutes(app);
  priceRoutes(app);
  driftRoutes(app);
  maintenanceRoutes(app);
  extend?.(app);
  app.onError(failure);
  return app;
}

const AWAY = /D1_|SQLITE|D1 |network connection lost|storage|overloaded|durable object/i;

/** Nothing that a caller sent is repeated, and nothing of the inside is shown: a query's own error quotes its values, its cause does not. */
function failure(error: Error): Response {
  const { message } = error.cause instanceof Error ? error.cause : error;
  if (AWAY.test(message))
    return problem(
      503,
      "ledger_unavailable",
      "the ledger or a buyer's object does not answer; repeat the call unchanged",
      undefined,
      { "retry-after": "2" },
    );
  console.error(JSON.stringify({ event: "admin_error", error: error.name, message }));
  return problem(500, "internal_error", "something went wrong here; the log has it");
}
