import { Hono } from "hono";
import { expect, test } from "vitest";
import { publicApp } from "../../../worker/routes/app.ts";
import { PING, problemOf, raw, send, world } from "./support.ts";

test.each(["/nothing", "/v1", "/v1/pings/", "/v1/pings/x", "/f/", "/v1/leads/a/b", "/docs/init"])(
  "404 %s",
  async (path) => {
    expect(await problemOf(await raw(world(), path, null, {}, "GET"))).toMatchObject({
      status: 404,
      code: "not_found",
    });
  },
);

test.each([
  ["GET", "/v1/pings", "POST, OPTIONS"],
  ["DELETE", "/v1/leads", "POST, OPTIONS"],
  ["PUT", "/v1/leads/l1", "GET, HEAD, OPTIONS"],
  ["GET", "/f/form_abcdefgh", "POST, OPTIONS"],
  ["POST", "/healthz", "GET, HEAD, OPTIONS"],
])("405 %s %s", async (method, path, allow) => {
  const response = await raw(world(), path, null, {}, method);
  expect(await problemOf(response)).toMatchObject({ status: 405, code: "method_not_allowed" });
  expect(response.headers.get("allow")).toBe(allow);
});

test("OPTIONS says what is allowed, without CORS", async () => {
  const response = await raw(world(), "/v1/pings", null, { origin: "https://x.example" }, "OPTIONS");
  expect(response.status).toBe(204);
  expect(response.headers.get("allow")).toBe("POST, OPTIONS");
  expect(response.headers.get("access-control-allow-origin")).toBeNull();
});

test("a mounted app's paths are known too", async () => {
  const app = publicApp(world().ctx).route(
    "/v1/admin",
    new Hono().get("/buyers", (c) => c.text("ok")),
  );
  expect((await app.request("/v1/admin/buyers", { method: "POST" })).headers.get("allow")).toBe("GET, HEAD, OPTIONS");
});

test("a fault is a problem with an id that the log has, and neither quotes the request", async () => {
  const w = world({
    ping: async () => {
      throw new Error("no buyer for CANARY");
    },
  });
  const response = await send(w, "/v1/pings", PING);
  const problem = await problemOf(response);
  expect(problem).toMatchObject({ status: 500, code: "internal_error" });
  expect(w.logs).toHaveLength(1);
  expect(problem.detail).toContain(String(w.logs[0]?.id));
  expect(String(w.logs[0]?.id)).toMatch(/^[A-Za-z0-9]{12}$/);
  expect(JSON.stringify([problem, w.logs])).not.toContain("CANARY");
});

test("a failing post is not an unhandled rejection in the background", async () => {
  const w = world({
    post: async () => {
      throw new Error("x");
    },
  });
  expect((await send(w, "/v1/posts", { ping_id: "p", lead: {} })).status).toBe(500);
  expect(await Promise.all(w.background)).toEqual([undefined]);
});

test.each(["/v1/pings", "/f/form_abcdefgh"])("no configuration: a retryable 503 on %s", async (path) => {
  const w = world({ snapshot: () => Promise.reject(new Error("D1 is away")) });
  const response = await send(w, path, PING);
  expect(response.headers.get("retry-after")).toBe("2");
  expect(await problemOf(response)).toMatchObject({ status: 503, code: "unavailable" });
});

test.each([
  ["ok", 200],
  ["degraded", 200],
  ["down", 503],
] as const)("health %s is %i", async (status, code) => {
  const response = await raw(world({ health: async () => ({ status, checks: {} }) }), "/healthz", null, {}, "GET");
  expect(response.status).toBe(code);
  expect(await response.json()).toEqual({ status, checks: {} });
});

test("a context is made per request from the platform's environment", async () => {
  const seen: unknown[] = [];
  const w = world();
  const app = publicApp<{ NAME: string }>((env) => {
    seen.push(env.NAME);
    return w.ctx;
  });
  const execution = { waitUntil: () => {}, passThroughOnException: () => {}, props: {} };
  await app.request("/healthz", {}, { NAME: "a" }, execution as unknown as ExecutionContext);
  await app.request("/healthz", {}, { NAME: "b" }, execution as unknown as ExecutionContext);
  expect(seen).toEqual(["a", "b"]);
});
