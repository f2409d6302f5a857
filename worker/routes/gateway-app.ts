import type { Hono } from "hono";
import type { ConsoleApp } from "../console/shell/context.ts";
import type { Env } from "../env.ts";
import { buyerContext } from "../gateway/buyer-context.ts";
import { adminContext, publicContext } from "../gateway/contexts.ts";
import { oauthContext } from "../gateway/oauth-context.ts";
import { adminApp } from "./admin/index.ts";
import { ADMIN_OPERATIONS } from "./admin/operations.ts";
import { publicApp } from "./app.ts";
import { buyerRoutes } from "./buyer/index.ts";
import { BUYER_OPERATIONS } from "./buyer/operations.ts";
import { oauthCallback } from "./oauth.ts";
import { operatorRoutes } from "./operator/index.ts";
import { OPERATOR_OPERATIONS } from "./operator/operations.ts";
import { OWN_REPORT_OPERATIONS, ownReportRoutes } from "./reports/own.ts";

const OPERATIONS = [...ADMIN_OPERATIONS, ...OPERATOR_OPERATIONS];

/** Everything that the Worker answers. Built once per isolate. */
export function gatewayApp(): Hono<{ Bindings: Env }> {
  const app = publicApp<Env>((env, execution) => publicContext(env, execution), {
    operations: [...BUYER_OPERATIONS, ...OWN_REPORT_OPERATIONS, ...OPERATIONS],
  });
  buyerRoutes<Env>(app, (env, execution) => buyerContext(env, execution));
  ownReportRoutes<Env>(app, (env, execution) => ({
    publisher: publicContext(env, execution),
    buyer: buyerContext(env, execution),
    db: env.DB,
  }));
  oauthCallback<Env>(app, (env, execution) => oauthContext(env, execution));
  app.route(
    "/v1/admin",
    adminApp<Env>((env, execution) => adminContext(env, execution), operatorRoutes, OPERATIONS) as unknown as Hono<{
      Bindings: Env;
    }>,
  );
  consolePages(app);
  return app;
}

/** Loaded on demand: a ping's cold start does not pay for the operators' pages. */
function consolePages(app: Hono<{ Bindings: Env }>): void {
  let pages: Promise<ConsoleApp> | null = null;
  const load = async () =>
    (await import("../console/index.ts")).consoleApp((request, env, execution) => app.fetch(request, env, execution));
  for (const path of ["/ops", "/ops/*"])
    app.all(path, async (c) => {
      pages ??= load();
      return (await pages).fetch(c.req.raw, c.env, c.executionCtx);
    });
}
