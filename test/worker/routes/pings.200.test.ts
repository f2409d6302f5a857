import { expect, test } from "vitest";
import { pingAnswerSchema } from "../../../schema/api/answers.ts";
import { parseMoney } from "../../../schema/money.ts";
import { FULL_LEAD, KEY, NOW, PING, PING_LEAD, PING_RESULT, raw, send, TEST_KEY, world } from "./support.ts";

test("an accepted ping is answered in wire form", async () => {
  const w = world();
  const response = await send(w, "/v1/pings", PING);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/json");
  const body = await response.json();
  expect(pingAnswerSchema.parse(body)).toEqual(body);
  expect(body).toEqual({
    result: "accepted",
    ping_id: PING_RESULT.ping_id,
    price: 21.105,
    currency: "USD",
    expires_in: 120,
    expires_at: "2026-11-20T15:07:00.000Z",
    bids: [{ bid_id: `${PING_RESULT.ping_id}_1`, price: 21.105, exclusive: true }],
  });
});

test("a rejected ping is HTTP 200 with its code in words", async () => {
  const w = world({
    ping: async () => ({
      ...PING_RESULT,
      result: "rejected",
      price: 0 as never,
      bids: [],
      code: "publisher_paused",
      test: true,
    }),
  });
  const response = await send(w, "/v1/pings", PING);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    result: "rejected",
    price: 0,
    bids: [],
    code: "publisher_paused",
    message: "Your account is paused. Ask the operator.",
    test: true,
  });
});

test("the flow gets what the call said, parsed", async () => {
  const w = world();
  const hash = "AB".repeat(32);
  await send(
    w,
    "/v1/pings",
    {
      ...PING,
      phone_hash: hash,
      email_hash: `md5:${"0".repeat(32)}`,
      sub_id1: "a",
      sub_id3: 7,
      click_id: "c1",
      timeout_ms: 800,
      min_price: "12.5",
      test: true,
    },
    { headers: { "idempotency-key": "abc" } },
  );
  expect(w.pings).toHaveLength(1);
  expect(w.pings[0]).toMatchObject({
    facts: { zip: "78704", state: "TX", vehicle_year: 2021, currently_insured: true },
    phone_hash: { algorithm: "sha256", hex: hash.toLowerCase() },
    email_hash: { algorithm: "md5", hex: "0".repeat(32) },
    sub_ids: { sub_id1: "a", sub_id3: "7" },
    click_id: "c1",
    timeout_ms: 800,
    min_price: parseMoney("12.5"),
    test: true,
    idempotency_key: "abc",
    began: NOW,
  });
});

test("a digest among the lead's fields counts as the envelope's", async () => {
  const w = world();
  await send(w, "/v1/pings", { ...PING, lead: { ...PING_LEAD, phone_hash: "cd".repeat(32) } });
  expect(w.pings[0]?.phone_hash).toEqual({ algorithm: "sha256", hex: "cd".repeat(32) });
});

test("a test key makes every ping a test", async () => {
  const w = world();
  await send(w, "/v1/pings", { ...PING, test: false }, { key: TEST_KEY });
  expect(w.pings[0]?.test).toBe(true);
});

test("a magic ZIP makes every ping and lead a test", async () => {
  const w = world();
  await send(w, "/v1/pings", { ...PING, lead: { ...PING_LEAD, zip: "00001", state: "NY" }, test: false });
  await send(w, "/v1/leads", { campaign: "auto_insurance", lead: { ...FULL_LEAD, zip: "00001" } });
  expect([w.pings[0]?.test, w.leads[0]?.test]).toEqual([true, true]);
});

test.each([
  ["x-api-key", "/v1/pings", { "x-api-key": KEY }, PING],
  ["query", `/v1/pings?api_key=${KEY}`, {}, PING],
  ["body", "/v1/pings", {}, { ...PING, api_key: KEY }],
])("the key is taken from %s", async (_, path, headers, body) => {
  const w = world();
  const response = await send(w, path, body, { key: null, headers: headers as Record<string, string> });
  expect(response.status).toBe(200);
  expect(JSON.stringify(w.pings[0]?.facts)).not.toContain(KEY);
});

test.each([
  ["flat", (name: string) => name],
  ["brackets", (name: string) => `lead[${name}]`],
  ["dots", (name: string) => `lead.${name}`],
])("form encoding with %s is the same ping as JSON", async (_, nameOf) => {
  const w = world();
  const form = new URLSearchParams({
    api_key: KEY,
    campaign: "auto_insurance",
    timeout_ms: "700",
    test: "on",
    sub_id2: "",
    min_price: "3",
  });
  for (const [name, value] of Object.entries(PING_LEAD)) form.set(nameOf(name), value);
  const response = await raw(w, "/v1/pings", form.toString(), {
    "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
  });
  expect(response.status).toBe(200);
  await send(w, "/v1/pings", { ...PING, timeout_ms: 700, test: true, min_price: 3 });
  expect(w.pings[0]).toEqual(w.pings[1]);
});
