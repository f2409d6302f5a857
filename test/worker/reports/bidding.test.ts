import { runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { campaignSchema } from "../../../schema/config/campaign.ts";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { sampleLead } from "../../../worker/auction/fields/index.ts";
import type { Env } from "../../../worker/env.ts";
import { smallCampaign } from "../../support/flow/scene.ts";
import { admin, bids, call, env, seedBuyer, seedCampaign, silent, World } from "../../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

/** Asks for the report until it says so; a minute passes at each look: the report comes a turn after the answer. */
async function told(buyer: string, counts: Record<string, number>): Promise<void> {
  const { ACCOUNT } = env as unknown as Env;
  const account = ACCOUNT.get(ACCOUNT.idFromName(buyer));
  await vi.waitFor(async () => {
    world.moveClock(61_000);
    await runDurableObjectAlarm(account);
    const { total } = (await admin("GET", `/reports/summary?buyer=${buyer}`)) as { total: Record<string, number> };
    expect(total).toMatchObject(counts);
  }, 10_000);
}

it("what a buyer did in pings reaches its report; a test ping does not", async () => {
  const key = await seedCampaign(autoInsurance as typeof autoInsurance & Record<string, unknown>);
  await seedBuyer("acme", autoInsurance.id);
  world.buyers.set("acme", { ping: bids(21) });
  const { ping } = sampleLead(campaignSchema.parse(autoInsurance), Date.now());
  for (const test of [false, true])
    expect(await call(key, "/v1/pings", { campaign: autoInsurance.id, lead: ping, test })).toMatchObject({
      status: 200,
    });
  await told("acme", { asked: 1, bids: 1, won: 1, average_won: 21 });
});

it("who may not bid enough, and who was not waited for, are told apart from both", async () => {
  const auction = { floor: 6, early_close: { fallback_bids: 0 } };
  const key = await seedCampaign(smallCampaign("apart", { auction }), { id: "apart_pub" });
  const endpoint = { ping_timeout_ms: 300 };
  await seedBuyer("first", "apart", { endpoint });
  for (const [name, max_bid] of [
    ["slow", 8],
    ["low", 5],
  ] as const)
    await seedBuyer(name, "apart", { endpoint, contract: { price: { type: "bid", max_bid } } });
  world.buyers.set("first", { ping: bids(20) });
  for (const name of ["slow", "low"]) world.buyers.set(name, { ping: silent });
  const answer = await call(key, "/v1/pings", { campaign: "apart", lead: { zip: "78704" } });
  expect(answer).toMatchObject({ status: 200 });
  const none = { asked: 0, bids: 0, timeouts: 0, closed_early: 0, out_maximum_too_low: 0, out_shaped: 0 };
  await told("first", { ...none, asked: 1, bids: 1 });
  await told("slow", { ...none, closed_early: 1 });
  await told("low", { ...none, out_maximum_too_low: 1 });
});
