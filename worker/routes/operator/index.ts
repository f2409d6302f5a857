import type { Context } from "hono";
import { boardOf } from "../../../durable-objects/alert-board.ts";
import type { Env } from "../../env.ts";
import { allGauges } from "../../flows/gauges.ts";
import { alertContext } from "../../gateway/alert-context.ts";
import { realGateway } from "../../gateway/real.ts";
import type { AdminApp, AdminEnv } from "../admin/context.ts";
import { incidentRoutes } from "./alerting/incidents.ts";
import { tryingRoutes } from "./alerting/trying.ts";
import { alertRoutes } from "./alerts.ts";
import { attemptRoutes } from "./attempts.ts";
import { buyerHealthRoutes } from "./buyer-health.ts";
import { deadLetterRoutes } from "./dead-letters.ts";
import { dryRunRoutes } from "./dry-run.ts";
import { erasureRoutes } from "./erasure.ts";
import { jobRoutes } from "./jobs.ts";
import { keeperRoutes } from "./jobs-admin.ts";
import { ledgerRoutes } from "./ledger.ts";
import { liveRoutes } from "./live.ts";
import { reconcileRoutes } from "./reconcile.ts";
import { reportRoutes } from "./reports.ts";
import { resolveRoutes } from "./resolve.ts";
import { returnRoutes } from "./returns.ts";
import { conformanceRoutes } from "./set-up/conformance.ts";
import { contractTestRoutes } from "./set-up/contract-test.ts";
import { dialectRoutes } from "./set-up/dialects.ts";
import { specificationRoutes } from "./set-up/specification.tsx";
import { traceRoutes } from "./trace.ts";

/** Operators' calls that look into the books, behind the admin calls' authentication. */
export function operatorRoutes(app: AdminApp): void {
  const gatewayOf = (c: Context<AdminEnv>) => realGateway(c.env as unknown as Env, c.executionCtx as ExecutionContext);
  traceRoutes(app, gatewayOf);
  alertRoutes(app, (c) => boardOf((c.env as unknown as Env).ALERTS));
  incidentRoutes(app);
  tryingRoutes(app, (c) => alertContext(c.env as unknown as Env, gatewayOf(c)));
  resolveRoutes(app, gatewayOf);
  // Before the calls on one lead: `replay` and `close` are no lead ids.
  jobRoutes(app, gatewayOf);
  deadLetterRoutes(app, gatewayOf);
  returnRoutes(app, gatewayOf);
  ledgerRoutes(app);
  liveRoutes(app, gatewayOf);
  reportRoutes(app);
  attemptRoutes(app, gatewayOf);
  buyerHealthRoutes(app, gatewayOf);
  keeperRoutes(app, gatewayOf);
  reconcileRoutes(app, gatewayOf);
  dryRunRoutes(app, gatewayOf);
  erasureRoutes(app, gatewayOf);
  contractTestRoutes(app, gatewayOf);
  conformanceRoutes(app, gatewayOf);
  dialectRoutes(app);
  specificationRoutes(app, gatewayOf);
  app.get("/gauges", async (c) => c.json(await allGauges(gatewayOf(c))));
}
