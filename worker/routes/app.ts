import type { Context } from "hono";
import { Hono } from "hono";
import { RouteState } from "./caller.ts";
import type { ContextSource, HealthAnswer, PublicContext } from "./context.ts";
import { failure } from "./failure.ts";
import { formOptions, postForm } from "./forms.ts";
import { anyInbound } from "./inbound/index.ts";
import type { Operation } from "./operation.ts";
import { PUBLIC_OPERATIONS } from "./operations.ts";
import { getLead, postLead, postPing, postPost } from "./publishers.ts";
import { refuse } from "./refuse.ts";
import { allowedMethods } from "./router.ts";

export interface AppOptions {
  /** Of routes that are mounted beside the public ones; they join the document. */
  operations?: readonly Operation[];
}

/**
 * The public HTTP app: calls, forms, pages, and problem answers for all that is not there. Built once per isolate; `source` makes
 * each request's context. Mount further apps with `.route()` and name their operations in `options`.
 * @example publicApp<Env>((env, execution) => contextOf(env, execution), { operations: ADMIN_OPERATIONS }).route("/v1/admin", admin)
 */
export function publicApp<E extends object = object>(
  source: ContextSource<E>,
  options: AppOptions = {},
): Hono<{ Bindings: E }> {
  const app = new Hono<{ Bindings: E }>();
  const state = new RouteState();
  const contextOf = (c: Context<{ Bindings: E }>): PublicContext =>
    typeof source === "function" ? source(c.env, c.executionCtx as ExecutionContext) : source;
  app.post("/v1/pings", (c) => postPing(contextOf(c), state, c.req.raw));
  app.post("/v1/posts", (c) => postPost(contextOf(c), state, c.req.raw));
  app.post("/v1/leads", (c) => postLead(contextOf(c), state, c.req.raw));
  app.get("/v1/leads/:id", (c) => getLead(contextOf(c), state, c.req.raw, c.req.param("id")));
  app.post("/f/:form_key", (c) => postForm(contextOf(c), state, c.req.raw, c.req.param("form_key")));
  app.options("/f/:form_key", (c) => formOptions(contextOf(c), c.req.raw, c.req.param("form_key")));
  // The document shows the POST; such systems send whatever they always sent.
  app.post("/in/:key", (c) => anyInbound(contextOf(c), state, c.req.raw, c.req.param("key"), ""));
  app.all("/in/:key", (c) => anyInbound(contextOf(c), state, c.req.raw, c.req.param("key"), ""));
  app.all("/in/:key/*", (c) => anyInbound(contextOf(c), state, c.req.raw, c.req.param("key"), after(c.req.path)));
  app.get("/healthz", async (c) => health(await contextOf(c).health()));
  pages(app, [...PUBLIC_OPERATIONS, ...(options.operations ?? [])]);
  app.get("/status", async (c) =>
    (await import("./status/index.tsx")).statusPage(contextOf(c), state.status, c.req.raw),
  );
  app.get("/specs", async (c) => (await import("./specs/index.tsx")).specsList(contextOf(c)));
  app.get("/specs/:campaign", async (c) =>
    (await import("./specs/index.tsx")).specAnswer(contextOf(c), state, c.req.raw, c.req.param("campaign")),
  );
  app.notFound((c) => nowhere(app, c.req.raw));
  app.onError((error, c) => failure(error, contextOf(c)));
  const routed = app.fetch;
  app.fetch = (request, env, execution) => {
    if (!isPing(request)) return routed(request, env, execution);
    const ctx = typeof source === "function" ? source(env as E, execution as ExecutionContext) : source;
    return postPing(ctx, state, request).catch((error: unknown) => failure(error, ctx));
  };
  return app;
}

const PINGS = "/v1/pings";

/** Nine of ten requests: known before a router is asked, which has a hundred other routes to look through. */
function isPing({ method, url }: Request): boolean {
  if (method !== "POST") return false;
  const path = url.indexOf("/", url.indexOf("//") + 2);
  const end = path + PINGS.length;
  return url.startsWith(PINGS, path) && (end === url.length || url[end] === "?");
}

/** What follows an inbound address's key. */
const after = (path: string): string => path.split("/").slice(3).join("/").replace(/\/+$/, "");

/** What people read. Loaded on demand: a ping's cold start does not pay for it. */
function pages<E extends object>(app: Hono<{ Bindings: E }>, operations: readonly Operation[]): void {
  let document: string | undefined;
  app.get("/openapi.json", async () => {
    document ??= (await import("./openapi.ts")).apiDocument(operations);
    return new Response(document, {
      headers: { "content-type": "application/json", "cache-control": "public, max-age=60" },
    });
  });
  for (const path of ["/schemas/dialect.json", "/schemas/dialect-1.json"])
    app.get(path, async () => (await import("./schemas.ts")).dialectSchemaAnswer());
  app.get("/", async () => (await import("./pages/landing.tsx")).landingPage());
  app.get("/docs", async (c) => (await import("./pages/docs.tsx")).docsPage(operations, new URL(c.req.url).origin));
  app.get("/docs/errors", async () => (await import("./pages/errors.tsx")).errorsPage());
  app.get("/docs/init.js", async () => (await import("./pages/docs.tsx")).initScript());
}

function health(answer: HealthAnswer): Response {
  return new Response(JSON.stringify(answer), {
    status: answer.status === "down" ? 503 : 200,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
  });
}

function nowhere(app: Pick<Hono, "routes">, request: Request): Response {
  const methods = allowedMethods(app.routes, new URL(request.url).pathname);
  if (methods.length === 0) return refuse("not_found");
  const allow = [...methods, "OPTIONS"].join(", ");
  if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: { allow } });
  return refuse("method_not_allowed", { headers: { allow } });
}
