import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { phoneOf } from "../../support/flow/scene.ts";
import { bids, rejects, World } from "../../support/world.ts";
import { form, json, OLD_KEY, type Said, type Shop, say, shop, solar } from "./support.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

/** What a supplier's code has in it; only the host and the prefix of the path are new. */
const AUTH = { lp_campaign_id: "19740", lp_supplier_id: "101358", lp_key: OLD_KEY };
/** Suppliers send ZIPs as JSON numbers, empty texts for what they do not know, and the phone as ten digits. */
const PING = {
  ...AUTH,
  lp_action: "",
  lp_subid1: "fb",
  zip_code: 78_704,
  state: "TX",
  monthly_electric_bill: "180",
  user_agent: "",
};
const person = (n: number) => ({
  first_name: "Ann",
  last_name: "Lee",
  phone: phoneOf(n).slice(2),
  email: `lp${n}@example.com`,
});

const ping = (at: Shop, more: object = {}) => say(`${at.base}/ping`, json({ ...PING, ...more }));
const post = (at: Shop, lp_ping_id: unknown, n: number, more: object = {}) =>
  say(`${at.base}/post`, json({ ...PING, lp_ping_id, ...person(n), ...more }));
const body = ({ text }: Said) => JSON.parse(text) as Record<string, unknown>;
const lp = (more: object = {}, campaign: object = {}) => shop(world, { preset: "leadprosper", ...more }, campaign);

describe("a supplier of a Lead Prosper campaign", () => {
  it("pings and posts JSON at two URLs", async () => {
    const at = await lp();
    const offered = await ping(at);
    expect(offered).toMatchObject({ status: 200, type: "application/json" });
    expect(body(offered)).toEqual({
      status: "ACCEPTED",
      code: 0,
      message: "Ping accepted",
      ping_id: expect.stringMatching(/^\w{10,32}$/),
      payout: 16,
    });
    expect(JSON.parse(world.to(at.buyer, "ping")[0]?.body ?? "")).toMatchObject({ zip: "78704" });
    const sold = await post(at, body(offered).ping_id, 100);
    expect(body(sold)).toEqual({
      status: "ACCEPTED",
      code: 0,
      message: "Lead accepted",
      lead_id: expect.stringMatching(/^\w{10,32}$/),
      payout: 16,
    });
    expect(JSON.parse(world.to(at.buyer, "post")[0]?.body ?? "")).toMatchObject({ first: "Ann", phone: phoneOf(100) });
    expect(body(await post(at, body(offered).ping_id, 100))).toEqual(body(sold));
    expect(world.to(at.buyer, "post")).toHaveLength(1);
  });

  it("posts directly: form, multipart from a page, or everything in the query", async () => {
    const at = await lp();
    const texts = (n: number) => ({ ...AUTH, zip_code: "78704", ...person(n) });
    const parts = new FormData();
    for (const [name, value] of Object.entries(texts(102))) parts.append(name, value);
    const answers = [
      await say(`${at.base}/direct_post`, form(texts(101))),
      await say(`${at.base}/direct_post`, { method: "POST", body: parts, headers: { origin: "https://page.example" } }),
      await say(`${at.base}/direct_post?${new URLSearchParams(texts(103))}`, { method: "POST" }),
    ];
    for (const answer of answers) expect(body(answer)).toMatchObject({ status: "ACCEPTED", payout: 16 });
    expect(answers[1]?.headers.get("access-control-allow-origin")).toBe("*");
    expect(world.to(at.buyer, "post")).toHaveLength(3);
  });

  it("a page asks first whether it may", async () => {
    const at = await lp();
    const asked = { origin: "https://page.example", "access-control-request-headers": "content-type" };
    const may = await say(`${at.base}/ping`, { method: "OPTIONS", headers: asked });
    expect([may.status, may.headers.get("access-control-allow-headers"), may.text]).toEqual([204, "content-type", ""]);
  });
});

describe("what it gets instead", () => {
  it("REJECTED when nobody bids, and when nobody takes it", async () => {
    const at = await lp();
    world.buyers.set(at.buyer, { ping: bids(20), post: rejects });
    const offered = body(await ping(at));
    expect(body(await post(at, offered.ping_id, 110))).toMatchObject({ status: "REJECTED", payout: 0 });
    world.buyers.set(at.buyer, { ping: () => Response.json({ result: "no" }) });
    expect(body(await ping(at, { zip_code: "78705" }))).toMatchObject({ status: "REJECTED", payout: 0 });
  });

  it("DUPLICATED for a consumer who was sold", async () => {
    const at = await lp();
    expect(body(await post(at, body(await ping(at)).ping_id, 111))).toMatchObject({ status: "ACCEPTED" });
    expect(body(await post(at, body(await ping(at)).ping_id, 111))).toMatchObject({ status: "DUPLICATED", payout: 0 });
  });

  it("ERROR with the names of its parameters", async () => {
    const at = await lp();
    const missing = { status: "ERROR", code: 1001, payout: 0 };
    expect(body(await ping(at, { zip_code: "" }))).toMatchObject({
      ...missing,
      message: "Missing required parameter zip_code",
    });
    expect(body(await post(at, undefined, 112))).toMatchObject({
      ...missing,
      message: "Missing required parameter lp_ping_id",
    });
    const offered = body(await ping(at));
    expect(body(await post(at, offered.ping_id, 112, { phone: "123", first_name: "" }))).toMatchObject({
      ...missing,
      message: "Missing required parameter first_name",
      errors: [{ field: "phone", message: expect.stringMatching(/phone number/) }, { field: "first_name" }],
    });
    expect(body(await ping(at, { monthly_electric_bill: "lots" }))).toMatchObject({
      status: "ERROR",
      message: expect.stringMatching(/^Invalid value for parameter monthly_electric_bill: /),
    });
    expect(JSON.stringify(await ping(at, { monthly_electric_bill: "CANARY lots" }))).not.toContain("CANARY");
  });

  it("ERROR for a wrong key, a foreign ping, an old one, an empty request", async () => {
    const at = await lp({}, { ping_ttl_s: 60 });
    expect(body(await ping(at, { lp_key: "guess" }))).toMatchObject({
      status: "ERROR",
      message: expect.stringContaining("lp_key"),
    });
    expect(body(await post(at, "abc123", 113))).toMatchObject({ status: "ERROR" });
    const offered = body(await ping(at));
    expect(body(await post(at, offered.ping_id, 113, { first_name: "" }))).toMatchObject({
      status: "ERROR",
      code: 1001,
    });
    world.moveClock(61_000);
    expect(body(await post(at, offered.ping_id, 113))).toMatchObject({
      status: "ERROR",
      message: "The ping has expired",
    });
    expect(body(await say(`${at.base}/ping`))).toMatchObject({
      status: "ERROR",
      message: expect.stringContaining("takes pings"),
    });
    expect(world.to(at.buyer, "post")).toHaveLength(0);
  });

  it("PENDING where the publisher waits for the end", async () => {
    const at = await shop(world, { preset: "leadprosper" }, { deadlines: { post_ms: 500 } }, { mode: "pending" });
    world.buyers.set(at.buyer, { ping: bids(20), post: () => new Promise<Response>(() => {}) });
    expect(body(await post(at, body(await ping(at)).ping_id, 114))).toMatchObject({ status: "PENDING", payout: 0 });
  });
});

it("lp_action=test is a test: nobody is asked; with a magic ZIP it is answered like a sale", async () => {
  const at = await lp({ dialect: { request: { test_zip: "00001" } } });
  const offered = body(await ping(at, { lp_action: "test" }));
  expect(offered).toMatchObject({ status: "ACCEPTED", payout: 9.872 });
  expect(body(await post(at, offered.ping_id, 120, { lp_action: "test" }))).toMatchObject({
    status: "ACCEPTED",
    payout: 9.872,
  });
  expect(world.received).toHaveLength(0);
});

it("the time of consent may be the time of the request; a repeat a minute later is still the same post", async () => {
  const fields = [
    ...solar("").fields,
    { name: "consent_text", type: "string", class: "personal", max_length: 5_000, sample: "I agree." },
    { name: "consent_at", type: "datetime", class: "personal", sample: "2026-11-20T15:04:05Z" },
  ];
  const campaign = { fields, consent: { required: ["consent_text", "consent_at"] } };
  const strict = await lp({}, campaign);
  const agreed = { tcpa_text: "I agree." };
  expect(body(await post(strict, body(await ping(strict)).ping_id, 130))).toMatchObject({
    message: "Missing required parameter tcpa_text, consent_at",
  });
  const at = await lp({ dialect: { request: { fill: ["consent_at"] } } }, campaign);
  const offered = body(await ping(at));
  expect(body(await post(at, offered.ping_id, 131))).toMatchObject({ status: "ERROR", code: 1001 });
  const sold = body(await post(at, offered.ping_id, 131, agreed));
  expect(sold).toMatchObject({ status: "ACCEPTED" });
  world.moveClock(60_000);
  expect(body(await post(at, offered.ping_id, 131, agreed))).toEqual(sold);
  expect(world.to(at.buyer, "post")).toHaveLength(1);
});
