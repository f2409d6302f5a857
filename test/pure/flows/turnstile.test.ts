import { expect, it } from "vitest";
import type { Deps } from "../../../worker/deps.ts";
import { verifyTurnstile } from "../../../worker/flows/turnstile.ts";

const asked = (answer: () => Promise<Response>) => {
  const deps = { now: () => 0, timer: () => () => {}, fetch: answer } as unknown as Deps;
  return verifyTurnstile(deps, "secret", "token", "203.0.113.7");
};
const says = (body: unknown, status = 200) => asked(async () => Response.json(body, { status }));

it("tells a yes from a no", async () => {
  expect(await says({ success: true, "error-codes": [] })).toBe(true);
  expect(await says({ success: false, "error-codes": ["timeout-or-duplicate"] })).toBe(false);
  expect(await says({ success: false })).toBe(false);
  expect(await says({ success: false, "error-codes": ["invalid-input-response"] }, 400)).toBe(false);
});

it("a service that does not answer has said nothing of the person: the form may be sent again", async () => {
  await expect(asked(() => Promise.reject(new Error("connection lost")))).rejects.toThrow("Turnstile");
  await expect(asked(async () => new Response("<html>busy</html>", { status: 502 }))).rejects.toThrow("Turnstile");
  await expect(says({ errors: [] }, 500)).rejects.toThrow("Turnstile");
  await expect(says({ success: false, "error-codes": ["internal-error"] })).rejects.toThrow("Turnstile");
});
