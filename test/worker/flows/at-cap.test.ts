import { afterEach, beforeEach, expect, it } from "vitest";
import { accountOf } from "../../support/flow/scene.ts";
import { accepts, admin, rejects } from "../../support/world.ts";
import { LaterWorld } from "./support.ts";

let world: LaterWorld;
beforeEach(() => {
  world = new LaterWorld();
});
afterEach(() => world.end());

/** A buyer that takes a lead a minute, and a lower one that accepts, or not. */
async function seed(id: string, on_cap: object, publisher: object = {}): Promise<string> {
  const key = await world.campaign(id, { ping_ttl_s: 600 }, publisher);
  await world.buyer(`${id}_a`, id, 20, { pacing: { min_interval_s: 60 }, on_cap });
  await world.buyer(`${id}_b`, id, 15);
  world.on(`${id}_a`, "post", accepts());
  world.on(`${id}_b`, "post", rejects);
  return key;
}

/** Two pings at once, so that the snapshot's hints keep nobody out; then both posts. */
async function postTwo(key: string, id: string) {
  const pings = [await world.ping(key, id), await world.ping(key, id)];
  const [first, second] = [await world.postOf(key, pings[0]), await world.postOf(key, pings[1])];
  expect(first).toMatchObject({ result: "accepted", price: 16 });
  return second;
}

it("queue: everybody else is asked first, then the lead waits for the contract's next place", async () => {
  const key = await seed("queue", { do: "queue", max_hours: 2 });
  const told = await postTwo(key, "queue");
  expect(told).toMatchObject({ result: "pending" });
  expect(world.to("queue_b", "post")).toHaveLength(1);
  const { lead } = await world.story(told.lead_id);
  expect(lead.plan).toMatchObject([{ status: "untried", refusal: "paced", round: 2 }, { status: "rejected" }]);
  expect(world.to("queue_a", "post")).toHaveLength(1);
  await world.wake(told.lead_id, 61_500);
  expect((await world.story(told.lead_id)).lead).toMatchObject({ state: "sold", plan: [{ status: "accepted" }, {}] });
  expect((await accountOf("queue_a").view()).reservations.captured).toBe(2);
});

it("queue: a publisher that sells elsewhere what we do not take is told no at once", async () => {
  const key = await seed("final", { do: "queue" }, { mode: "final" });
  expect(await postTwo(key, "final")).toMatchObject({ result: "rejected", code: "buyers_rejected" });
});

it("next: the next bidder, and no waiting", async () => {
  const key = await seed("next", { do: "next" });
  expect(await postTwo(key, "next")).toMatchObject({ result: "rejected", code: "buyers_rejected" });
});

it("contract: another contract of the same buyer takes it at the bid's price, before the next bidder", async () => {
  const key = await seed("over", { do: "next" });
  await admin("POST", "/contracts?force=test+world", {
    stage: "live",
    id: "over_rest",
    buyer_id: "over_a",
    campaign_id: "over",
    endpoint_id: "over_a_ep",
    name: "rest",
    // Never asked by itself: it takes what the other has no room for.
    aged: { max_age_hours: 1, only: true },
    price: { type: "bid" },
  });
  await expect(
    admin("PATCH", "/contracts/over_b_c", { on_cap: { do: "contract", contract_id: "over_rest" } }),
  ).rejects.toThrow(/on_cap\.contract_id/);
  await admin("PATCH", "/contracts/over_a_c", { on_cap: { do: "contract", contract_id: "over_rest" } });
  const told = await postTwo(key, "over");
  expect(told).toMatchObject({ result: "accepted", price: 16 });
  const { lead } = await world.story(told.lead_id);
  expect(lead.plan).toMatchObject([
    { contract_id: "over_a_c", status: "refused", refusal: "paced" },
    { contract_id: "over_rest", status: "accepted", came: "overflow", price: 200_000 },
    { contract_id: "over_b_c", status: "untried" },
  ]);
  expect(world.to("over_a", "ping")).toHaveLength(2);
});
