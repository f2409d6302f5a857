import { exports } from "cloudflare:workers";
import { Hono } from "hono";
import { expect, it } from "vitest";
import type { BuyerContext } from "../../../worker/routes/buyer/context.ts";
import { buyerRoutes } from "../../../worker/routes/buyer/index.ts";
import { BUYER_OPERATIONS } from "../../../worker/routes/buyer/operations.ts";
import { OPERATOR_OPERATIONS } from "../../../worker/routes/operator/operations.ts";

const at = (path: string) => path.replaceAll(/:[a-z_]+/g, "x");
const send = (method: string, path: string, headers: Record<string, string> = {}) =>
  exports.default.fetch(`https://gateway.test${at(path)}`, {
    method: method.toUpperCase(),
    headers: { "content-type": "application/json", ...headers },
    body: method === "get" ? undefined : "{",
  });

it("every operators' and buyers' call asks for its token before it looks at anything else", async () => {
  for (const { method, path, auth } of [...OPERATOR_OPERATIONS, ...BUYER_OPERATIONS]) {
    if (auth === "none") continue;
    const strangers: Record<string, string>[] = [{}, { authorization: "Bearer bk_live_guess" }];
    for (const headers of strangers) expect([path, (await send(method, path, headers)).status]).toEqual([path, 401]);
  }
});

const NOW = Date.UTC(2026, 10, 21);
/** A gateway that knows one buyer and one callback, and counts what it is asked. */
function small(changes: Partial<BuyerContext> = {}) {
  const asked: string[] = [];
  const ctx: BuyerContext = {
    keyByHash: async (hash) =>
      hash === "hash" ? { id: "hash", buyer_id: "acme", prefix: "bk", label: "", status: "active" } : undefined,
    reservationOf: (token) => (token === "good" ? "r1" : null),
    report: async ({ reservation_id }) => {
      asked.push(reservation_id);
      return { kind: "not_found" };
    },
    delivery: async () => null,
    sha256Hex: () => "hash",
    now: () => NOW,
    rateLimit: () => true,
    log: () => {},
    ...changes,
  };
  const app = new Hono<{ Bindings: object }>();
  buyerRoutes(app, ctx);
  const post = (path: string) =>
    app.request(`https://gateway.test${path}`, {
      method: "POST",
      headers: { authorization: "Bearer key", "content-type": "application/json" },
      body: '{"result":"accepted"}',
    });
  return { asked, post };
}

it("fifty reports a second and buyer, and a second; then 429 with Retry-After", async () => {
  const { asked, post } = small();
  const statuses: number[] = [];
  for (let n = 0; n < 52; n++) statuses.push((await post("/v1/buyer/deliveries/r1")).status);
  expect(statuses).toEqual([...Array.from({ length: 50 }, () => 404), 429, 429]);
  expect(asked.length).toBe(50);
  const last = await post("/v1/buyer/deliveries/r1");
  expect(last.headers.get("retry-after")).toBe("1");
  expect(last.headers.get("ratelimit-limit")).toBe("50");
});

it("strangers and guessed callbacks are limited by address", async () => {
  const kinds: string[] = [];
  const rateLimit = (_: string, kind: string) => {
    kinds.push(kind);
    return false;
  };
  const { asked, post } = small({ rateLimit, keyByHash: async () => undefined });
  expect((await post("/v1/buyer/deliveries/r1")).status).toBe(429);
  expect((await post("/v1/callbacks/bad")).status).toBe(429);
  expect((await post("/v1/callbacks/good")).status).toBe(429);
  expect([kinds, asked]).toEqual([["anonymous", "anonymous", "reports"], []]);
});

it("a flow that breaks, and a configuration that is away, are retryable: 503", async () => {
  const broken = small({
    report: async () => {
      throw new Error("CANARY");
    },
  });
  const answer = await broken.post("/v1/callbacks/good");
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "2"]);
  expect(await answer.text()).not.toContain("CANARY");
  const away = small({
    keyByHash: async () => {
      throw new Error("no snapshot");
    },
  });
  expect((await away.post("/v1/buyer/deliveries/r1")).status).toBe(503);
});
