import { Hono } from "hono";
import { expect, test } from "vitest";
import { adminApp } from "../../../worker/routes/admin/index.ts";
import { ADMIN_OPERATIONS } from "../../../worker/routes/admin/operations.ts";
import { emptied, TOKEN, world } from "./support.ts";

test.each([
  ["no header", undefined],
  ["another scheme", `Basic ${TOKEN}`],
  ["an empty token", "Bearer "],
  ["an unknown token", "Bearer token-of-mallory"],
  ["a part of a token", `Bearer ${TOKEN.slice(0, -1)}`],
  ["the hash in place of the token", `Bearer ${world().ctx.tokens.alice?.sha256}`],
  ["two tokens", `Bearer ${TOKEN} ${TOKEN}`],
])("401: %s", async (_, authorization) => {
  const app = new Hono().route("/v1/admin", adminApp(world().ctx));
  const headers = authorization === undefined ? undefined : { authorization };
  for (const path of ["/v1/admin/buyers", "/v1/admin/nothing"]) {
    const response = await app.request(path, { headers });
    expect(response.status).toBe(401);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("www-authenticate")).toContain("Bearer");
    expect(await response.json()).toMatchObject({
      code: "unauthorized",
      status: 401,
      type: "/docs/errors#unauthorized",
    });
  }
});

test("every call that the document lists asks for a token, before it looks at anything else", async () => {
  const app = new Hono().route("/v1/admin", adminApp(world().ctx));
  for (const { method, path } of ADMIN_OPERATIONS) {
    const response = await app.request(path.replaceAll(/:[a-z]+/g, "x"), {
      method: method.toUpperCase(),
      body: method === "get" ? undefined : "{",
    });
    expect([path, response.status]).toEqual([path, 401]);
  }
});

test("no tokens configured: nobody gets in", async () => {
  const app = new Hono().route("/v1/admin", adminApp({ ...world().ctx, tokens: {} }));
  expect((await app.request("/v1/admin/buyers", { headers: { authorization: "Bearer " } })).status).toBe(401);
});

test("whose token it is becomes the author", async () => {
  await emptied();
  const w = world();
  const made = await w.call("POST", "/buyers", { id: "zeta", name: "Zeta" }, { authorization: "bearer token-of-bob" });
  expect(made.body).toMatchObject({ author: "bob", version: 1 });
});
