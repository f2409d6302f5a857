import { env, exports } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { TEST_OPERATOR_TOKEN } from "../../support/settings.ts";

const ORIGIN = "https://gateway.test";
const call = (path: string, init: RequestInit = {}) =>
  (exports as unknown as { default: Fetcher }).default.fetch(`${ORIGIN}${path}`, { redirect: "manual", ...init });
const form = (values: Record<string, string>, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  body: new URLSearchParams(values).toString(),
  headers: { "content-type": "application/x-www-form-urlencoded", origin: ORIGIN, ...headers },
});

let cookie = "";
beforeAll(async () => {
  expect(env).toBeDefined();
  const answer = await call("/ops/sign-in", form({ token: TEST_OPERATOR_TOKEN, next: "/ops/leads?q=1" }));
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/ops/leads?q=1"]);
  const set = answer.headers.get("set-cookie") ?? "";
  for (const word of ["__Host-ops=", "HttpOnly", "Secure", "SameSite=Strict", "Path=/"]) expect(set).toContain(word);
  cookie = set.split(";")[0] ?? "";
});

test("signed in: a page, never cached, with a policy that runs no foreign script", async () => {
  const answer = await call("/ops", { headers: { cookie } });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(answer.headers.get("content-security-policy")).toContain("script-src 'self'");
  const text = await answer.text();
  expect(text).toContain("tester");
  expect(text).not.toMatch(/<script(?![^>]*src=)/);
});

describe("not signed in", () => {
  test.each(["/ops", "/ops/buyers", "/ops/nothing"])("%s: to the sign-in page", async (path) => {
    const answer = await call(path);
    expect([answer.status, answer.headers.get("location")]).toEqual([
      303,
      `/ops/sign-in?next=${encodeURIComponent(path)}`,
    ]);
  });
  test.each([
    ["an unknown token", { token: "wrong" }],
    ["none", {}],
  ])("%s: stays there", async (_, values) => {
    const answer = await call("/ops/sign-in", form(values));
    expect(answer.status).toBe(401);
    expect(answer.headers.get("set-cookie")).toBeNull();
  });
  test("a cookie that somebody made", async () => {
    const made = btoa(JSON.stringify({ author: "tester", token: "1".repeat(16), expires_at: 9e15 }));
    expect((await call("/ops", { headers: { cookie: `__Host-ops=${made}.x` } })).status).toBe(303);
  });
  test("an operator's token as a bearer is for the API, not for the console", async () => {
    const answer = await call("/ops", { headers: { authorization: `Bearer ${TEST_OPERATOR_TOKEN}` } });
    expect(answer.status).toBe(303);
  });
});

test.each(["https://evil.example", "//evil.example", "/ops/../v1", "/opsx", "javascript:alert(1)", "/ops\\evil"])(
  "nobody is sent to %s after the sign-in",
  async (next) => {
    const answer = await call("/ops/sign-in", form({ token: TEST_OPERATOR_TOKEN, next }));
    const location = answer.headers.get("location") ?? "";
    expect(new URL(location, ORIGIN).origin).toBe(ORIGIN);
    expect(location).toMatch(/^\/ops(\/|$|\?)/);
  },
);

test("a form that another site sends is refused, whoever is signed in", async () => {
  const answer = await call("/ops/sign-out", form({}, { cookie, origin: "https://evil.example" }));
  expect(answer.status).toBe(403);
});

test("the session opens the console and not the API", async () => {
  expect((await call("/v1/admin/buyers", { headers: { cookie } })).status).toBe(401);
});

test("a form that is too large is not read: whoever is not signed in gets the fewest bytes", async () => {
  const padding = "x".repeat(20_000);
  expect((await call("/ops/sign-in", form({ token: TEST_OPERATOR_TOKEN, padding }))).status).toBe(413);
  const stream = new Response(`token=${TEST_OPERATOR_TOKEN}&padding=${padding}`).body;
  expect((await call("/ops/sign-in", { ...form({}), body: stream })).status).toBe(413);
  const large = form({ json: "x".repeat(8_100_000) }, { cookie });
  expect((await call("/ops/contracts/c/review", large)).status).toBe(413);
});
