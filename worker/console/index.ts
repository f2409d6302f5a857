import type { Context } from "hono";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { getCookie } from "hono/cookie";
import { csrf } from "hono/csrf";
import { HTTPException } from "hono/http-exception";
import { deps } from "../deps.ts";
import { type Env, settingsOf } from "../env.ts";
import { placesOf } from "../routes/failure.ts";
import { alertsRoutes } from "./alerts/index.tsx";
import { auditRoutes } from "./audit/index.tsx";
import { buyersRoutes } from "./buyers/index.tsx";
import { campaignsRoutes } from "./campaigns/index.tsx";
import { contractsRoutes } from "./contracts/index.tsx";
import { deadLettersRoutes } from "./dead-letters/index.tsx";
import { jobsRoutes } from "./jobs/index.tsx";
import { leadsRoutes } from "./leads/index.tsx";
import { liveRoutes } from "./live/index.tsx";
import { overviewRoutes } from "./overview/index.tsx";
import { publishersRoutes } from "./publishers/index.tsx";
import { reportsRoutes } from "./reports/index.tsx";
import { Api, type Dispatch } from "./shell/api.ts";
import type { ConsoleApp, ConsoleEnv } from "./shell/context.ts";
import { type Entrance, entranceRoutes, guard } from "./shell/entrance.tsx";
import { zoneOf } from "./shell/format.ts";
import { problemPage } from "./shell/page.tsx";

const AREAS = [
  overviewRoutes,
  liveRoutes,
  leadsRoutes,
  deadLettersRoutes,
  buyersRoutes,
  campaignsRoutes,
  contractsRoutes,
  publishersRoutes,
  alertsRoutes,
  reportsRoutes,
  jobsRoutes,
  auditRoutes,
];

/** A price list of 4 MB as a form writes it; what is larger is not read into memory. */
const MOST_BODY = 8_000_000;

/** The gateway's own app, as it answers a request with this environment. */
type Gateway = (request: Request, env: Env, execution: ExecutionContext) => Response | Promise<Response>;

/**
 * The operators' console at `/ops`. A client of the operators' calls, in process: what a page shows or does is what the API shows and does,
 * with its checks, roles and audit.
 */
export function consoleApp(gateway: Gateway): ConsoleApp {
  const app: ConsoleApp = new Hono<ConsoleEnv>().basePath("/ops");
  app.use("*", csrf());
  entranceRoutes(app, ENTRANCE);
  app.use("*", guard(ENTRANCE));
  app.use("*", bodyLimit({ maxSize: MOST_BODY, onError: (c) => c.text("That form is too large.", 413) }));
  app.use("*", async (c, next) => {
    const dispatch: Dispatch = async (request) => gateway(request, envOf(c), c.executionCtx as ExecutionContext);
    c.set("now", deps().now());
    c.set("zone", zoneOf(getCookie(c, "zone")));
    c.set("api", new Api(dispatch, new URL(c.req.url).origin, c.var.who));
    await next();
  });
  for (const routes of AREAS) routes(app);
  app.notFound((c) =>
    problemPage(c, { status: 404, code: "not_found", detail: "There is no such page in the console.", errors: [] }),
  );
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse();
    console.error(JSON.stringify({ event: "error", where: "console", ...placesOf(error) }));
    if (!c.var.api) return c.text("Something went wrong here; the log has it.", 500);
    return problemPage(c, {
      status: 500,
      code: "internal_error",
      detail: "Something went wrong here; the log has it.",
      errors: [],
    });
  });
  return app;
}

const envOf = (c: Context): Env => c.env as Env;

const ENTRANCE: Entrance = {
  settingsOf: (c) => settingsOf(envOf(c)),
  allowed: async (c) =>
    (await envOf(c).FLOOD_ANONYMOUS.limit({ key: `sign-in/${c.req.header("cf-connecting-ip") ?? ""}` })).success,
};
