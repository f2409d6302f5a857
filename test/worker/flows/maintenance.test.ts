import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { campaignSchema } from "../../../schema/config/campaign.ts";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { sampleLead } from "../../../worker/auction/fields/index.ts";
import { accepts, admin, bids, call, seedBuyer, seedCampaign, World } from "../../support/world.ts";

const campaign = autoInsurance.id;
let world: World;
let key = "";

beforeAll(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  world = new World();
  key = await seedCampaign({ ...autoInsurance });
  for (const id of ["high", "low"]) await seedBuyer(id, campaign);
  world.buyers.set("high", { ping: bids(30), post: accepts() });
  world.buyers.set("low", { ping: bids(20), post: accepts() });
});
afterAll(() => world.end());

it("a window that begins between ping and post is in force at once: the next bidder has the lead, and the trace says why", async () => {
  const { ping, post } = sampleLead(campaignSchema.parse(autoInsurance), Date.now());
  const offer = await call(key, "/v1/pings", { campaign, lead: ping });
  expect(offer.body).toMatchObject({ result: "accepted", price: 24 });
  await admin("POST", "/buyers/high/maintenance", { id: "move", minutes: 30, reason: "they move servers" });
  const answer = await call(key, "/v1/posts", { ping_id: offer.body.ping_id, lead: post });
  // Below the promise nothing is sold to the next one; whoever it goes to, it is not the buyer in maintenance.
  expect(world.to("high", "post")).toHaveLength(0);
  const trace = await admin("GET", `/leads/${answer.body.lead_id}/trace`);
  const high = (trace.buyers as { contract_id: string; post?: { refusal?: string } }[]).find(
    ({ contract_id }) => contract_id === "high_c",
  );
  expect(high?.post).toMatchObject({ refusal: "maintenance" });
});

it("while it lasts it is not even pinged; once it is called off it buys again", async () => {
  const lead = (phone: string) => {
    const { ping, post } = sampleLead(campaignSchema.parse(autoInsurance), Date.now());
    return { campaign, lead: { ...ping, ...post, phone } };
  };
  const before = world.to("high", "ping").length;
  const answer = await call(key, "/v1/leads", lead("(512) 555-0171"));
  expect(answer.body).toMatchObject({ result: "accepted", price: 16 });
  expect(world.to("high", "ping")).toHaveLength(before);
  const trace = await admin("GET", `/leads/${answer.body.lead_id}/trace`);
  expect((trace.buyers as { contract_id: string }[]).find(({ contract_id }) => contract_id === "high_c")).toMatchObject(
    {
      reason: "maintenance",
    },
  );
  await admin("DELETE", "/buyers/high/maintenance/move?reason=done+early");
  expect((await call(key, "/v1/leads", lead("(512) 555-0172"))).body).toMatchObject({ result: "accepted", price: 24 });
  expect(world.to("high", "post")).toHaveLength(1);
});
