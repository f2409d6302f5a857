import { afterEach, beforeEach, expect, it } from "vitest";
import { smallCampaign } from "../../support/flow/scene.ts";
import { accepts, admin, bids, seedBuyer, seedCampaign, silent, World } from "../../support/world.ts";
import { drain, settledPost } from "../guarantees/support.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

interface Buyer {
  contract_id: string;
  outcome: string | null;
  reason: string | null;
  why: string | null;
}

/** Three buyers answer at once; a fourth, who may bid 5 at most, never does. */
async function hold(id: string, early_close: object | undefined) {
  const key = await seedCampaign(smallCampaign(id, { auction: early_close ? { early_close } : {} }), {
    id: `${id}_pub`,
  });
  for (const [name, price] of [
    ["a", 20],
    ["b", 12],
    ["c", 11],
  ] as const) {
    await seedBuyer(`${id}_${name}`, id, { endpoint: { ping_timeout_ms: 300 } });
    world.buyers.set(`${id}_${name}`, { ping: bids(price), post: accepts() });
  }
  const contract = { price: { type: "bid", max_bid: 5 } };
  await seedBuyer(`${id}_z`, id, { endpoint: { ping_timeout_ms: 300 }, contract });
  world.buyers.set(`${id}_z`, { ping: silent });
  const { body } = await settledPost(key, "/v1/pings", { campaign: id, lead: { zip: "78704" } });
  await drain(world);
  const trace = await admin("GET", `/auctions/${String(body.ping_id)}`);
  const buyers = new Map((trace.buyers as Buyer[]).map((buyer) => [buyer.contract_id.replace(`${id}_`, ""), buyer]));
  return { body, buyers };
}

it("ends when nobody outstanding can win, and says so of whom it did not wait for", async () => {
  const { body, buyers } = await hold("ec", { fallback_bids: 2 });
  expect(body).toMatchObject({ result: "accepted", price: 16 });
  expect(buyers.get("z_c")).toMatchObject({
    outcome: "closed_early",
    reason: "closed_early",
    why: expect.stringMatching(/could not have won/),
  });
  const gauges = await admin("GET", "/gauges");
  expect(gauges.isolate).toMatchObject({ checks: { closed_early: 1 } });
});

it.each([
  ["the option is off", "ec_off", undefined],
  ["a fallback is missing", "ec_deep", { fallback_bids: 3 }],
])("waits for everybody: %s", async (_, id, option) => {
  const { body, buyers } = await hold(id, option);
  expect(body).toMatchObject({ result: "accepted", price: 16 });
  expect(buyers.get("z_c")).toMatchObject({ outcome: "timeout" });
});
