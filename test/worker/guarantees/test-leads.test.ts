import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { MAGIC_ZIPS } from "../../../worker/auction/test-mode.ts";
import { accepts, admin, bids, dialect, seedBuyer, seedPublisher, World } from "../../support/world.ts";
import { FORCED, no } from "./forced-outcomes.ts";
import { buyersOf, drain, everythingStored, type Json, ledger, post, send } from "./support.ts";
import { byForm, CAMPAIGN, oneStep, person, sample, twoSteps, withZip } from "./test-callers.ts";
import { Witness } from "./witness.ts";

let world: World;
let witness: Witness;
const keys: Record<"final" | "pending" | "testing", string> = { final: "", pending: "", testing: "" };
beforeAll(async () => {
  world = new World();
  await admin("POST", "/campaigns", CAMPAIGN);
  keys.final = await seedPublisher({ id: "final", campaigns: [CAMPAIGN.id] });
  keys.pending = await seedPublisher({ id: "pending", campaigns: [CAMPAIGN.id], mode: "pending" });
  keys.testing = await seedPublisher({ id: "testing", campaigns: [CAMPAIGN.id] }, { test: true });
  for (const publisher_id of ["final", "pending"])
    await admin("POST", "/forms", { id: `form_of_${publisher_id}`, publisher_id, campaign_id: CAMPAIGN.id });
  await admin("POST", "/forms", { id: "form_for_tests", publisher_id: "final", campaign_id: CAMPAIGN.id, test: true });
  const marked = dialect("tester");
  Object.assign(marked.ping.request.body, { test: "{{gateway.test}}" });
  Object.assign(marked.post.request.body, { test: "{{gateway.test}}" });
  await seedBuyer("live", CAMPAIGN.id);
  // No money, and no room under its cap: neither is asked of a test.
  await seedBuyer("tester", CAMPAIGN.id, {
    buyer: { credit_limit: 0 },
    endpoint: { accepts_test: true, dialect: marked, breaker: { failures: 2 } },
    contract: { ping_timeout_ms: 900, caps: [{ per: "total", count: 0 }] },
  });
  witness = new Witness();
  world.buyers.set("live", { ping: bids(20), post: accepts() });
  world.buyers.set("tester", { ping: bids(10), post: accepts() });
}, 30_000);

afterAll(() => {
  world.end();
  vi.restoreAllMocks();
});

const stateOf = async (key: string, lead_id: unknown): Promise<Json> =>
  (await send(`/v1/leads/${String(lead_id)}`, { headers: { authorization: `Bearer ${key}` } })).body;

async function toTheEnd(): Promise<void> {
  for (let n = 0; n < 8; n++) {
    world.moveClock(70_000);
    await drain(world);
    await witness.deliver();
  }
}

/** Nothing of a test may be in any book of money, cap or breaker. */
async function nothingCounted(): Promise<void> {
  await toTheEnd();
  for (const table of ["sales", "money_movements", "reservations", "breaker_events"])
    expect({ table, rows: await ledger(table) }).toEqual({ table, rows: [] });
  const kept = (await everythingStored()).filter(({ place }) =>
    /^account (reservations|tallies|consumers|entries|breakers)$|^book consumers$/.test(place),
  );
  expect(kept).toEqual([]);
  for (const table of ["leads", "auctions", "deliveries"]) expect(await ledger(table, "test = 0")).toEqual([]);
}

it("knows what every magic ZIP forces", () => {
  expect(Object.keys(FORCED)).toEqual(Object.keys(MAGIC_ZIPS).sort());
});

describe.each(["final", "pending"] as const)("a magic ZIP from a publisher in %s mode, with a live key", (mode) => {
  it.each(Object.entries(FORCED))("forces its outcome in two steps, in one and by form: %s", async (zip, forced) => {
    const key = keys[mode];
    const [two, one, form] = await Promise.all([
      twoSteps(key, {}, zip),
      oneStep(key, {}, zip),
      byForm(`form_of_${mode}`, zip),
    ]);
    expect(two.ping).toMatchObject({ ...forced.ping, test: true });
    const answer = { ...forced[mode], test: true };
    const asked = (forced.ping as { result: string }).result === "accepted";
    expect(two.answer).toMatchObject(asked ? answer : { ...no("ping_rejected"), test: true });
    expect(one).toMatchObject(answer);
    expect(form).toMatchObject(answer);
    await toTheEnd();
    const end = mode === "pending" ? forced.later : undefined;
    for (const { lead_id } of [two.answer, one, form]) {
      if (lead_id === null) continue;
      const state = await stateOf(key, lead_id);
      expect(state).toMatchObject({ state: end?.state ?? forced.state, test: true, ...(end?.answer ?? forced[mode]) });
    }
    expect(world.received).toEqual([]);
  });

  it("leaves nothing behind", nothingCounted);
});

describe("a test of the publisher's own", () => {
  const ways: [string, () => Promise<Json>][] = [
    ["test: true in a ping", async () => (await twoSteps(keys.final, { test: true })).answer],
    ["test: true in a lead", () => oneStep(keys.final, { test: true })],
    ["a test key in two steps", async () => (await twoSteps(keys.testing, {})).answer],
    ["a test key in one", () => oneStep(keys.testing, {})],
    ["a form for tests", () => byForm("form_for_tests")],
  ];

  it.each(ways)("calls only endpoints that take tests, and marks it: %s", async (_, way) => {
    world.received.length = 0;
    const answer = await way();
    expect(answer).toMatchObject({ result: "accepted", price: 8, test: true });
    expect(world.received.map(({ url }) => new URL(url).pathname)).toEqual(["/tester/ping", "/tester/post"]);
    for (const { body } of world.received) expect(JSON.parse(body)).toMatchObject({ test: true });
    const buyers = await buyersOf(answer.lead_id);
    expect(buyers.get("live_c")).toMatchObject({ asked: false, reason: "not_in_test" });
  });

  it("shuts nobody out who fails in it", async () => {
    world.buyers.set("tester", { ping: () => new Response(null, { status: 500 }), post: accepts() });
    for (let n = 0; n < 4; n++) expect(await oneStep(keys.testing, {})).toMatchObject({ code: "no_bids" });
    expect(world.to("tester", "ping").length).toBeGreaterThanOrEqual(4);
    world.buyers.set("tester", { ping: bids(10), post: () => new Response(null, { status: 500 }) });
    for (let n = 0; n < 4; n++) expect(await oneStep(keys.testing, {})).toMatchObject({ result: "rejected" });
    world.buyers.set("tester", { ping: bids(10), post: accepts() });
    expect(await oneStep(keys.testing, {})).toMatchObject({ result: "accepted" });
  });

  it("leaves nothing behind", nothingCounted);
});

describe("a post that is a test where its ping was live, or the other way round", () => {
  const live = async (lead: object = sample.ping) =>
    (await post(keys.final, "/v1/pings", { campaign: CAMPAIGN.id, lead })).body.ping_id;
  const sell = async (key: string, body: Json) => {
    const sold = await post(key, "/v1/posts", { lead: { ...sample.post, ...person() }, ...body });
    await sold.settled;
    return sold;
  };
  const conflict = (field: string) => ({ status: 422, errors: [{ field, code: "conflict" }] });

  it("is refused when only the post says test", async () => {
    const refused = await sell(keys.final, { ping_id: await live(), test: true });
    expect(refused.body).toMatchObject(conflict("test"));
    const magic = { ...sample.post, ...person(), ...withZip("00001") };
    expect((await sell(keys.final, { ping_id: await live(), lead: magic })).body).toMatchObject({ status: 422 });
    expect(world.to("live", "post")).toEqual([]);
  });

  it("is a test when only the ping said so", async () => {
    const ping = { campaign: CAMPAIGN.id, lead: sample.ping, test: true };
    const { ping_id } = (await post(keys.final, "/v1/pings", ping)).body;
    expect((await sell(keys.final, { ping_id })).body).toMatchObject({ result: "accepted", test: true });
    expect(world.to("live", "post")).toEqual([]);
  });

  it("is refused when the test ZIP comes with the post only", async () => {
    const fields = autoInsurance.fields.map((field) =>
      field.name === "zip" || field.name === "state" ? { ...field, required: "post" as const } : field,
    );
    await admin("PUT", `/campaigns/${CAMPAIGN.id}`, { ...CAMPAIGN, fields });
    const { zip: _z, state: _s, ...nowhere } = sample.ping;
    const lead = { ...sample.post, ...person(), ...withZip("00001") };
    const refused = await sell(keys.final, { ping_id: await live(nowhere), lead });
    await admin("PUT", `/campaigns/${CAMPAIGN.id}`, CAMPAIGN);
    expect(refused.body).toMatchObject(conflict("zip"));
    expect(world.to("live", "post")).toEqual([]);
  });

  it("goes to no endpoint that has stopped taking tests since the ping", async () => {
    const ping = { campaign: CAMPAIGN.id, lead: sample.ping, test: true };
    const { ping_id } = (await post(keys.final, "/v1/pings", ping)).body;
    const before = world.to("tester", "post").length;
    await admin("PATCH", "/endpoints/tester_ep", { accepts_test: false });
    const sold = await sell(keys.final, { ping_id });
    await admin("PATCH", "/endpoints/tester_ep", { accepts_test: true });
    expect(sold.body).toMatchObject(no("not_taken"));
    expect(world.to("tester", "post")).toHaveLength(before);
  });
});

it("does not make a duplicate of the same consumer's live lead, which does count", async () => {
  const lead = { ...sample.whole, ...person() };
  const of = async (extra: object) => {
    const sold = await post(keys.final, "/v1/leads", { campaign: CAMPAIGN.id, lead, ...extra });
    await sold.settled;
    return sold.body;
  };
  expect(await of({ test: true })).toMatchObject({ result: "accepted", price: 8, test: true });
  const live = await of({});
  expect(live).toMatchObject({ result: "accepted", price: 16 });
  expect(live.test).toBeUndefined();
  expect(await of({ test: true })).toMatchObject({ result: "accepted", price: 8, test: true });
  await toTheEnd();
  expect(await ledger("sales")).toMatchObject([{ lead_id: live.lead_id, buyer_id: "live", price: 200_000 }]);
  const view = await env.ACCOUNT.get(env.ACCOUNT.idFromName("live")).view();
  expect(view).toMatchObject({ balance: -200_000, reservations: { captured: 1 } });
});
