import { runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { campaignSchema } from "../../../schema/config/campaign.ts";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { sampleLead } from "../../../worker/auction/fields/index.ts";
import type { Env } from "../../../worker/env.ts";
import { admin, bids, call, env, seedBuyer, seedCampaign, World } from "../../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

it("what a buyer did in pings reaches its report; a test ping does not", async () => {
  const key = await seedCampaign(autoInsurance as typeof autoInsurance & Record<string, unknown>);
  await seedBuyer("acme", autoInsurance.id);
  world.buyers.set("acme", { ping: bids(21) });
  const { ping } = sampleLead(campaignSchema.parse(autoInsurance), Date.now());
  for (const test of [false, true])
    expect(await call(key, "/v1/pings", { campaign: autoInsurance.id, lead: ping, test })).toMatchObject({
      status: 200,
    });
  const { ACCOUNT } = env as unknown as Env;
  const account = ACCOUNT.get(ACCOUNT.idFromName("acme"));
  await vi.waitFor(async () => {
    // A minute passes at each look: the report comes a turn after the answer.
    world.moveClock(61_000);
    await runDurableObjectAlarm(account);
    const { total } = (await admin("GET", "/reports/summary?buyer=acme")) as { total: Record<string, number> };
    expect(total).toMatchObject({ asked: 1, bids: 1, won: 1, average_won: 21 });
  }, 10_000);
});
