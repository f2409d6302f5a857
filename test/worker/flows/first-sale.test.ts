import { afterEach, beforeEach, expect, it } from "vitest";
import { campaignSchema } from "../../../schema/config/campaign.ts";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { sampleLead } from "../../../worker/auction/fields/index.ts";
import { accepts, admin, bids, call, rejects, seedBuyer, seedCampaign, World } from "../../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

it("sells a lead in two steps and in one, and tells its whole story", async () => {
  const key = await seedCampaign({ ...autoInsurance });
  await seedBuyer("alpha", autoInsurance.id);
  await seedBuyer("beta", autoInsurance.id);
  world.buyers.set("alpha", { ping: bids(21.105), post: rejects });
  world.buyers.set("beta", { ping: bids("18.50"), post: accepts({ redirect: "https://beta.example/thanks" }) });
  const sample = sampleLead(campaignSchema.parse(autoInsurance), Date.now());

  const ping = await call(key, "/v1/pings", { campaign: autoInsurance.id, lead: sample.ping });
  expect(ping.body).toMatchObject({ result: "accepted", price: 16.884, currency: "USD" });
  const post = await call(key, "/v1/posts", { ping_id: ping.body.ping_id, lead: sample.post });
  // Alpha rejects, and beta's bid is below what the ping promised.
  expect(post.body).toMatchObject({ result: "rejected", code: "buyers_rejected" });

  const one = await call(key, "/v1/leads", { campaign: autoInsurance.id, lead: { ...sample.ping, ...sample.post } });
  expect(one.body).toMatchObject({ result: "accepted", price: 14.8, redirect_url: "https://beta.example/thanks" });
  const trace = await admin("GET", `/leads/${one.body.lead_id}/trace`);
  expect(trace).toMatchObject({
    lead: { state: "sold" },
    sale: { buyer_id: "beta", price: 18.5, payout: 14.8, margin: 3.7 },
  });
});
