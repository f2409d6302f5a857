import { expect, test } from "vitest";
import { FULL_LEAD, PING, PING_LEAD, problemOf, send, world } from "./support.ts";

test.each<[string, string, unknown, string, string]>([
  ["pings", "no campaign", { lead: PING_LEAD }, "campaign", "is required"],
  ["pings", "no lead", { campaign: "auto_insurance" }, "lead", "is required"],
  ["pings", "lead a text", { ...PING, lead: "zip" }, "lead", "must be an object with the lead's fields"],
  ["pings", "lead a list", { ...PING, lead: [] }, "lead", "must be an object with the lead's fields"],
  ["pings", "unknown key", { ...PING, leed: 1 }, "leed", "is not a known field"],
  ["pings", "wrong test", { ...PING, test: "yes" }, "test", "must be true or false"],
  ["pings", "timeout a text", { ...PING, timeout_ms: "soon" }, "timeout_ms", "must be a whole number of milliseconds"],
  ["pings", "timeout too short", { ...PING, timeout_ms: 1 }, "timeout_ms", "must be at least 50"],
  ["pings", "negative price", { ...PING, min_price: -1 }, "min_price", "must not be negative"],
  [
    "pings",
    "price with a comma",
    { ...PING, min_price: "12,50" },
    "min_price",
    "must be a plain amount with at most four decimals, like 21.105",
  ],
  [
    "pings",
    "hash",
    { ...PING, phone_hash: "5125550142" },
    "phone_hash",
    "must be a SHA-256 digest (64 hex digits), or md5: and 32 hex digits",
  ],
  [
    "pings",
    "undeclared MD5",
    { ...PING, email_hash: "0".repeat(32) },
    "email_hash",
    "must be a SHA-256 digest (64 hex digits), or md5: and 32 hex digits",
  ],
  ["posts", "no ping_id", { lead: {} }, "ping_id", "is required"],
  ["posts", "bid_ids a text", { ping_id: "p", lead: {}, bid_ids: "x" }, "bid_ids", "must be a list of bid_ids"],
  ["posts", "consent key", { ping_id: "p", lead: {}, consent: { when: 1 } }, "consent.when", "is not a known field"],
  ["leads", "no lead", { campaign: "auto_insurance" }, "lead", "is required"],
])("%s: %s", async (path, _, body, field, message) => {
  const response = await send(world(), `/v1/${path}`, body);
  expect(response.status).toBe(422);
  const problem = await problemOf(response);
  expect(problem.code).toBe("invalid_fields");
  expect(problem.errors?.find((error) => error.field === field)?.message).toBe(message);
});

test.each<[string, object, string, string]>([
  ["a missing field", { zip: undefined }, "zip", "required"],
  ["a personal field", { phone: "5125550142" }, "phone", "not_in_ping"],
  ["an unknown field", { shoe_size: 44 }, "shoe_size", "unknown"],
  ["a wrong value", { vehicle_year: "soon" }, "vehicle_year", "invalid"],
  ["an object as value", { zip: { code: "78704" } }, "zip", "invalid"],
])("the campaign's parser: %s", async (_, change, field, code) => {
  const w = world();
  const response = await send(w, "/v1/pings", { ...PING, lead: { ...PING_LEAD, ...change } });
  expect(response.status).toBe(422);
  expect((await problemOf(response)).errors).toContainEqual(expect.objectContaining({ field, code }));
  expect(w.pings).toHaveLength(0);
});

test("several fields are all named, values are not", async () => {
  const { phone, ...lead } = FULL_LEAD;
  const problem = await problemOf(
    await send(world(), "/v1/leads", {
      campaign: "auto_insurance",
      lead: { ...lead, email: "CANARY at nowhere", dob: "CANARY" },
    }),
  );
  expect(problem.errors?.map((error) => error.field).sort()).toEqual(["dob", "email", "phone"]);
  expect(JSON.stringify(problem)).not.toContain("CANARY");
  expect(phone).toBeDefined();
});

test("names that cannot be names are not repeated, and the list ends", async () => {
  const strange = Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`CANARY ${n} <x>`, 1]));
  const problem = await problemOf(await send(world(), "/v1/pings", { ...PING, ...strange }));
  expect(problem.errors?.length).toBe(50);
  expect(JSON.stringify(problem)).not.toContain("CANARY");
});
