import { expect, test } from "vitest";
import { KEY, PAUSED_KEY, PING, problemOf, raw, send, world } from "./support.ts";

test.each([
  ["no key", null, {}],
  ["an unknown key", "pk_live_wrong", {}],
  ["a key that is switched off", PAUSED_KEY, {}],
  ["an endless key", "x".repeat(5_000), {}],
  ["another scheme", null, { authorization: `Basic ${KEY}` }],
])("%s is 401 and reaches no flow", async (_, key, headers) => {
  const w = world();
  const response = await send(w, "/v1/pings", PING, { key, headers: headers as Record<string, string> });
  expect(response.status).toBe(401);
  expect(response.headers.get("www-authenticate")).toContain("Bearer");
  expect((await problemOf(response)).code).toBe("unauthorized");
  expect(w.pings).toHaveLength(0);
});

test.each(["/v1/pings", "/v1/posts", "/v1/leads"])("%s needs a key", async (path) => {
  expect((await send(world(), path, PING, { key: null })).status).toBe(401);
});

test("a lead's state needs a key", async () => {
  expect((await raw(world(), "/v1/leads/lb0A1zcQk4hT9sWmX2dLr7vYe3Gu", null, {}, "GET")).status).toBe(401);
});

test("an unknown key in the body is 401 too", async () => {
  expect((await send(world(), "/v1/pings", { ...PING, api_key: "nope" }, { key: null })).status).toBe(401);
});

test("an unknown key is refused before the body is read", async () => {
  const w = world();
  const body = new ReadableStream({ pull: () => Promise.reject(new Error("must not be read")) });
  const request = new Request("https://gateway.test/v1/pings", {
    method: "POST",
    headers: { authorization: "Bearer nope", "content-type": "application/json" },
    body,
    duplex: "half",
  } as RequestInit);
  expect((await w.app.request(request)).status).toBe(401);
});

test("a paused publisher is an answer of the flow, not a refusal of its key", async () => {
  const w = world({}, { publisher: { status: "paused" } });
  expect((await send(w, "/v1/pings", PING)).status).toBe(200);
  expect(w.pings).toHaveLength(1);
});
