import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { sha256Hex } from "../../../worker/crypto/hash.ts";
import { accepts, admin, bids, seedBuyer, seedCampaign, seedPublisher, World } from "../../support/world.ts";
import { drain, sampleOf, settledPost } from "./support.ts";

const CAMPAIGN = { ...autoInsurance, id: "auto_repeat", duplicate_check: "ping" as const, duplicate_by_email: true };
const sample = sampleOf(CAMPAIGN);
let key: string;
let otherKey: string;
let world: World;
let persons = 0;

/** Somebody new: digests for the ping, phone and e-mail for the post. */
function person() {
  const phone = `+15125550${100 + persons++}`;
  const email = `repeat.${persons}@example.com`;
  return { phone, email, phone_hash: sha256Hex(phone), email_hash: sha256Hex(email) };
}

const pingBody = (extra: object = {}, lead: object = {}) => ({
  campaign: CAMPAIGN.id,
  lead: { ...sample.ping, ...lead },
  ...extra,
});
const ping = (extra: object = {}, lead: object = {}, headers: Record<string, string> = {}) =>
  settledPost(key, "/v1/pings", pingBody(extra, lead), headers);
const asked = () => world.to("alpha", "ping").length;

beforeAll(async () => {
  key = await seedCampaign(CAMPAIGN);
  otherKey = await seedPublisher({ id: "other", campaigns: [CAMPAIGN.id] });
  await seedBuyer("alpha", CAMPAIGN.id, { contract: { duplicate_window_days: 0, ping_timeout_ms: 900 } });
});
beforeEach(() => {
  world = new World();
  vi.spyOn(console, "log").mockImplementation(() => {});
  world.buyers.set("alpha", { ping: bids(10), post: accepts() });
});
afterEach(() => {
  world.end();
  vi.restoreAllMocks();
});

const names: [string, () => { extra?: object; headers?: Record<string, string> }][] = [
  ["phone digest", () => ({ extra: { phone_hash: person().phone_hash } })],
  ["e-mail digest", () => ({ extra: { email_hash: person().email_hash } })],
  ["click_id", () => ({ extra: { click_id: `click-${persons++}` } })],
  ["Idempotency-Key", () => ({ headers: { "idempotency-key": `key-${persons++}` } })],
];

it.each(names)("gives the same ping by its %s the same answer, and asks nobody", async (_, name) => {
  const { extra, headers } = name();
  const first = await ping(extra, {}, headers);
  const again = await ping(extra, {}, headers);
  expect(first.body).toMatchObject({ result: "accepted", price: 8 });
  expect({ ...again.body, expires_in: 0 }).toEqual({ ...first.body, expires_in: 0 });
  expect(asked()).toBe(1);
});

it("asks for each ping that carries no name of its own", async () => {
  const [first, second] = [await ping(), await ping()];
  expect(first.body.ping_id).not.toBe(second.body.ping_id);
  expect(asked()).toBe(2);
});

it("asks again when what is known by the consumer's digest or the click changed", async () => {
  const { phone_hash } = person();
  await ping({ phone_hash });
  const changed = await ping({ phone_hash }, { city: "Dallas" });
  expect(changed.body.result).toBe("accepted");
  expect(asked()).toBe(2);
});

it("refuses an Idempotency-Key that comes back with other content", async () => {
  const headers = { "idempotency-key": `key-${persons++}` };
  await ping({}, {}, headers);
  for (const [extra, lead] of [
    [{}, { city: "Dallas" }],
    [{ min_price: 5 }, {}],
  ] as const) {
    const changed = await ping(extra, lead, headers);
    expect(changed.status).toBe(422);
    expect(changed.body.code).toBe("idempotency_key_reused");
  }
  expect(asked()).toBe(1);
});

it("takes a click id for what it is, whatever it looks like", async () => {
  const extra = { click_id: `a/idem/${persons++}` };
  await ping(extra);
  expect(await ping(extra, { city: "Dallas" })).toMatchObject({ status: 200, body: { result: "accepted" } });
  expect(asked()).toBe(2);
});

it("keeps publishers apart, and test from live", async () => {
  const extra = { click_id: `click-${persons++}`, phone_hash: person().phone_hash };
  const headers = { "idempotency-key": `key-${persons++}` };
  const first = await ping(extra, {}, headers);
  const foreign = await settledPost(otherKey, "/v1/pings", pingBody(extra, { city: "Dallas" }), headers);
  expect(foreign.body).toMatchObject({ result: "accepted" });
  expect(foreign.body.ping_id).not.toBe(first.body.ping_id);
  expect((await ping({ ...extra, test: true }, {}, headers)).body).toMatchObject({ result: "rejected", test: true });
  expect(asked()).toBe(2);
});

it("says that a ping was asked before, once its id has expired", async () => {
  const extra = { phone_hash: person().phone_hash };
  await ping(extra);
  world.moveClock(121_000);
  expect((await ping(extra)).body).toMatchObject({ result: "rejected", code: "duplicate_ping", price: 0, bids: [] });
  world.moveClock(600_000);
  expect((await ping(extra)).body).toMatchObject({ result: "accepted" });
  expect(asked()).toBe(2);
});

it("asks nobody about a consumer on the suppression list, by phone or by e-mail", async () => {
  const [byPhone, byEmail] = [person(), person()];
  await admin("POST", "/suppressions", { phone: byPhone.phone, reason: "asked by letter" });
  await admin("POST", "/suppressions", { email: byEmail.email.toUpperCase(), reason: "asked by letter" });
  const suppressed = { result: "rejected", code: "suppressed" };
  expect((await ping({ phone_hash: byPhone.phone_hash })).body).toMatchObject(suppressed);
  expect((await ping({ email_hash: byEmail.email_hash })).body).toMatchObject(suppressed);
  for (const { phone, email } of [
    { ...byPhone, email: person().email },
    { ...byEmail, phone: person().phone },
  ]) {
    const lead = { campaign: CAMPAIGN.id, lead: { ...sample.whole, phone, email } };
    expect((await settledPost(key, "/v1/leads", lead)).body).toMatchObject(suppressed);
  }
  expect(asked()).toBe(0);
  // A ping without digests is asked; its post is not sent to anybody.
  const offered = await ping();
  const late = { ping_id: offered.body.ping_id, lead: { ...sample.post, phone: byPhone.phone, email: person().email } };
  expect((await settledPost(key, "/v1/posts", late)).body).toMatchObject(suppressed);
  expect(world.to("alpha", "post")).toEqual([]);
});

it("asks nobody about a consumer that was sold within the window, and asks again after it", async () => {
  const { phone, email, phone_hash, email_hash } = person();
  const offered = await ping({ phone_hash });
  const sale = { ping_id: offered.body.ping_id, lead: { ...sample.post, phone, email } };
  expect((await settledPost(key, "/v1/posts", sale)).body).toMatchObject({ result: "accepted" });
  const duplicate = { result: "rejected", code: "duplicate" };
  for (const extra of [{ phone_hash }, { email_hash }]) {
    const again = await settledPost(otherKey, "/v1/pings", pingBody(extra));
    expect(again.body).toMatchObject(duplicate);
  }
  expect(asked()).toBe(1);
  await drain(world);
  expect((await settledPost(otherKey, "/v1/pings", pingBody({ phone_hash }, { city: "Waco" }))).body).toMatchObject(
    duplicate,
  );
  // Nobody is asked in one step either, and nothing is posted.
  const whole = { campaign: CAMPAIGN.id, lead: { ...sample.whole, phone, email: person().email } };
  expect((await settledPost(key, "/v1/leads", whole)).body).toMatchObject(duplicate);
  expect(world.to("alpha", "post")).toHaveLength(1);
  world.moveClock(31 * 86_400_000);
  expect((await settledPost(otherKey, "/v1/pings", pingBody({ phone_hash }))).body).toMatchObject({
    result: "accepted",
  });
});

it("frees a consumer whose lead ended unsold", async () => {
  world.buyers.set("alpha", { ping: bids(10), post: () => Response.json({ result: "rejected" }) });
  const { phone, email, phone_hash } = person();
  const offered = await ping({ phone_hash });
  const lead = { ping_id: offered.body.ping_id, lead: { ...sample.post, phone, email } };
  expect((await settledPost(key, "/v1/posts", lead)).body).toMatchObject({ code: "buyers_rejected" });
  await drain(world);
  expect((await ping({ phone_hash }, { city: "Dallas" })).body).toMatchObject({ result: "accepted" });
});
