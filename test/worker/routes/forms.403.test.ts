import { expect, test } from "vitest";
import { FORM, FULL_LEAD, problemOf, raw, world } from "./support.ts";

const ORIGIN = "https://quotes.example.com";
const URLENCODED = { "content-type": "application/x-www-form-urlencoded" };
const encoded = (more: Record<string, string> = {}): string =>
  new URLSearchParams({
    ...Object.fromEntries(Object.entries(FULL_LEAD).map(([name, value]) => [name, String(value)])),
    ...more,
  }).toString();

const LISTED = { form: { allowed_origins: [ORIGIN] } };
test.each<[string, Record<string, string>, number]>([
  ["listed origin", { origin: ORIGIN }, 200],
  ["listed page", { referer: `${ORIGIN}/a` }, 200],
  ["other origin", { origin: "https://evil.example" }, 403],
  ["opaque origin", { origin: "null" }, 403],
  ["unknown origin", {}, 403],
])("%s: %s -> %i", async (_, headers, status) => {
  const response = await raw(world({}, LISTED), `/f/${FORM}`, encoded(), { ...URLENCODED, ...headers });
  expect(response.status).toBe(status);
  expect(response.headers.get("vary")).toBe("Origin");
  expect(response.headers.get("access-control-allow-origin")).toBe(status === 200 ? (headers.origin ?? null) : null);
});

test("preflight", async () => {
  const ask = (origin: string) =>
    raw(world({}, LISTED), `/f/${FORM}`, null, { origin, "access-control-request-method": "POST" }, "OPTIONS");
  const yes = await ask(ORIGIN);
  expect(yes.status).toBe(204);
  expect(yes.headers.get("access-control-allow-origin")).toBe(ORIGIN);
  expect(yes.headers.get("access-control-allow-headers")).toContain("content-type");
  const no = await ask("https://evil.example");
  expect(no.status).toBe(403);
  expect(no.headers.get("access-control-allow-origin")).toBeNull();
});

test.each<[string, object, string | undefined, number]>([
  ["not configured", {}, undefined, 200],
  ["missing", { turnstile_sealed: "s" }, undefined, 403],
  ["wrong", { turnstile_sealed: "s" }, "bad", 403],
  ["broken", { turnstile_sealed: "s" }, "broken", 503],
  ["right", { turnstile_sealed: "s" }, "good", 200],
])("Turnstile %s -> %4$i", async (_, form, token, status) => {
  const verifyTurnstile = async (__: unknown, given: string) => {
    if (given === "broken") throw new Error("unreachable");
    return given === "good";
  };
  const w = world({ verifyTurnstile }, { form });
  const response = await raw(w, `/f/${FORM}`, encoded(token ? { "cf-turnstile-response": token } : {}), URLENCODED);
  expect(response.status).toBe(status);
  expect(w.leads).toHaveLength(status === 200 ? 1 : 0);
});

test("a paused form and an unknown one", async () => {
  expect(
    (await problemOf(await raw(world({}, { form: { status: "paused" } }), `/f/${FORM}`, encoded(), URLENCODED))).code,
  ).toBe("form_paused");
  expect((await problemOf(await raw(world(), "/f/form_nosuchform", encoded(), URLENCODED))).code).toBe(
    "form_not_found",
  );
});
