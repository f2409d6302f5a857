import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import type { BuyerAnswer } from "../../support/world.ts";
import { accepts, bids, seedBuyer, seedCampaign, silent, World } from "../../support/world.ts";
import {
  buyersOf,
  drain,
  ledger,
  operator,
  post,
  sampleOf,
  settledPost,
  type TraceBuyer,
  type Watch,
} from "./support.ts";

const CAMPAIGN = { ...autoInsurance, deadlines: { ping_ms: 1_500, post_ms: 800, lead_ms: 2_500, own_share_ms: 35 } };
const sample = sampleOf(CAMPAIGN);
let key: string;
let world: World;

const after =
  (ms: number, answer: BuyerAnswer): BuyerAnswer =>
  (request) =>
    new Promise((resolve) => setTimeout(() => resolve(answer(request)), ms));

beforeAll(async () => {
  key = await seedCampaign(CAMPAIGN);
  await seedBuyer("quick", CAMPAIGN.id, { endpoint: { ping_timeout_ms: 300 } });
  await seedBuyer("slow", CAMPAIGN.id, { contract: { ping_timeout_ms: 1_000, post_timeout_ms: 500 } });
  await seedBuyer("patient", CAMPAIGN.id, { endpoint: { ping_timeout_ms: 900 } });
  await seedBuyer("endless", CAMPAIGN.id, { endpoint: { ping_timeout_ms: 10_000 } });
});

beforeEach(() => {
  world = new World();
  vi.spyOn(console, "log").mockImplementation(() => {});
  world.buyers.set("quick", { ping: bids(10), post: accepts() });
  world.buyers.set("slow", { ping: after(700, bids(20)), post: accepts() });
  world.buyers.set("patient", { ping: after(150, bids(12)), post: accepts() });
});
afterEach(() => {
  world.end();
  vi.restoreAllMocks();
});

// Real time: every bound has some 100 ms to spare, for a machine that is busy with something else.

/** A ping and the ledger's record of it. */
async function ping(extra: object = {}, watch: Watch = {}) {
  const began = performance.now();
  const answered = await post(key, "/v1/pings", { campaign: CAMPAIGN.id, lead: sample.ping, ...extra }, {}, watch);
  await answered.settled;
  await drain(world);
  const trace = await operator(`/auctions/${String(answered.body.ping_id)}`);
  const buyers = new Map((trace.body.buyers as TraceBuyer[]).map((buyer) => [buyer.contract_id, buyer]));
  const { took_ms } = trace.body.auction as { took_ms: number };
  return { ...answered, buyers, took_ms, whole_ms: performance.now() - began };
}

it("lets a buyer win that needs 700 ms and has a second, when the publisher's deadline allows it", async () => {
  const { body, buyers } = await ping();
  expect(body).toMatchObject({ result: "accepted", price: 16 });
  expect(buyers.get("slow_c")).toMatchObject({ outcome: "bid", bid: 20, reason: null });
  expect(buyers.get("slow_c")?.ms).toBeGreaterThanOrEqual(690);
  expect(buyers.get("quick_c")).toMatchObject({ outcome: "bid", reason: "lower_bid" });
});

it("answers in the publisher's own time with the best bid so far", async () => {
  const { body, buyers, took_ms } = await ping({ timeout_ms: 400 });
  expect(body).toMatchObject({ result: "accepted", price: 9.6 });
  expect(took_ms).toBeLessThan(650);
  expect(took_ms).toBeGreaterThanOrEqual(300);
  expect(buyers.get("slow_c")).toMatchObject({ outcome: "timeout", reason: "timeout", bid: null });
});

it("never lengthens the campaign's deadline by a timeout_ms", async () => {
  world.buyers.set("endless", { ping: silent });
  const { took_ms, buyers } = await ping({ timeout_ms: 30_000 });
  expect(buyers.get("endless_c")).toMatchObject({ outcome: "timeout" });
  expect(took_ms).toBeGreaterThanOrEqual(1_400);
  expect(took_ms).toBeLessThan(2_500);
});

it("gives each buyer its own time, and counts an answer that is late without using it", async () => {
  world.buyers.set("quick", { ping: after(420, bids(50)) });
  world.buyers.set("slow", { ping: bids(9) });
  world.buyers.set("patient", { ping: after(600, bids(12)) });
  const { body, buyers } = await ping();
  expect(body).toMatchObject({ result: "accepted", price: 9.6 });
  expect(buyers.get("quick_c")).toMatchObject({ outcome: "late", reason: "late", bid: null });
  expect(buyers.get("quick_c")?.ms).toBeGreaterThanOrEqual(400);
  expect(buyers.get("patient_c")).toMatchObject({ outcome: "bid", bid: 12, reason: null });
});

it("counts an answer that comes after the auction was decided", async () => {
  const decided = Promise.withResolvers<void>();
  world.buyers.set("slow", { ping: (request) => decided.promise.then(() => bids(20)(request)) });
  const { body, buyers } = await ping({ timeout_ms: 400 }, { answered: decided.resolve });
  expect(body).toMatchObject({ result: "accepted", price: 9.6 });
  expect(buyers.get("slow_c")).toMatchObject({ outcome: "late", reason: "late" });
});

it("answers a post in time whatever its buyer does, and tells the same when asked again", async () => {
  world.buyers.set("slow", { ping: after(700, bids(20)), post: silent });
  const offered = await ping();
  const lead = { ping_id: offered.body.ping_id, lead: sample.post };
  const began = performance.now();
  const answered = await settledPost(key, "/v1/posts", lead);
  const again = await settledPost(key, "/v1/posts", lead);
  expect(answered.body).toMatchObject({ result: "rejected", code: "no_answer_in_time", price: 0 });
  expect(performance.now() - began).toBeLessThan(3_000);
  expect(again.body).toEqual(answered.body);
  // Nobody else was given an exclusive lead that the silent buyer may have.
  expect(world.to("quick", "post")).toEqual([]);
  expect(world.to("patient", "post")).toEqual([]);
});

it("asks in one step within the same limits", async () => {
  const whole = { ...sample.whole, phone: "+15125550177", email: "limits@example.com" };
  const answered = await settledPost(key, "/v1/leads", { campaign: CAMPAIGN.id, lead: whole, timeout_ms: 1_000 });
  expect(answered.body).toMatchObject({ result: "accepted", price: 9.6 });
  const buyers = await buyersOf(answered.body.lead_id);
  expect(buyers.get("slow_c")).toMatchObject({ outcome: "timeout", bid: null });
  expect(await ledger("sales", "lead_id = ?", answered.body.lead_id)).toEqual([]);
  await drain(world);
  expect(await ledger("sales", "lead_id = ?", answered.body.lead_id)).toMatchObject([{ contract_id: "patient_c" }]);
});
