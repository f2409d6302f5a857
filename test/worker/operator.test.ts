import { afterEach, beforeEach, expect, it } from "vitest";
import { campaignSchema } from "../../schema/config/campaign.ts";
import { autoInsurance } from "../../schema/verticals/index.ts";
import { sampleLead } from "../../worker/auction/fields/index.ts";
import { accepts, admin, bids, call, seedBuyer, seedCampaign, silent, World } from "../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

const sample = () => {
  const { ping, post } = sampleLead(campaignSchema.parse(autoInsurance), Date.now());
  return { ...ping, ...post };
};
const FAST = { deadlines: { post_ms: 900, lead_ms: 900 }, duplicate_check: "off" };
const ONE_TRY = { retry: { attempts: 1 }, post_timeout_ms: 500, duplicate_window_days: 0 };

it("ends a lead in review by the operator's word, and the publisher that waits is told", async () => {
  const key = await seedCampaign({ ...autoInsurance, ...FAST } as typeof autoInsurance, { mode: "pending" });
  await seedBuyer("mute", autoInsurance.id, { contract: ONE_TRY });
  world.buyers.set("mute", { ping: bids(20), post: silent });
  const ids: string[] = [];
  for (const phone of ["(512) 555-0111", "(512) 555-0112"]) {
    const answer = await call(key, "/v1/leads", { campaign: autoInsurance.id, lead: { ...sample(), phone } });
    expect(answer.body).toMatchObject({ result: "pending" });
    ids.push(String(answer.body.lead_id));
  }
  const [sold = "", unsold = ""] = ids;
  expect(await admin("GET", `/leads/${sold}/trace`)).toMatchObject({ lead: { state: "review" } });
  expect(await admin("GET", "/buyers/mute/account")).toMatchObject({ held: 40, balance: 0 });

  await expect(
    admin("POST", `/leads/${sold}/resolve`, { as: "sold", contract_id: "nobody_c", reason: "they said so" }),
  ).rejects.toThrow(/409.*no_such_bidder/);
  expect(
    await admin("POST", `/leads/${sold}/resolve`, { as: "sold", contract_id: "mute_c", reason: "they said so" }),
  ).toMatchObject({ state: "sold" });
  expect(await admin("POST", `/leads/${unsold}/resolve`, { as: "unsold", reason: "they never got it" })).toMatchObject({
    state: "unsold",
  });
  expect(await admin("GET", "/buyers/mute/account")).toMatchObject({ held: 0, balance: -20 });
  expect(await admin("GET", `/leads/${sold}/trace`)).toMatchObject({
    lead: { state: "sold", result: "accepted", price: 16 },
    sale: { price: 20, payout: 16, margin: 4 },
  });
  expect(await admin("GET", `/leads/${unsold}/trace`)).toMatchObject({
    lead: { state: "unsold", result: "rejected" },
    sale: null,
  });
  await expect(admin("POST", `/leads/${sold}/resolve`, { as: "unsold", reason: "changed my mind" })).rejects.toThrow(
    /409.*not_resting/,
  );
});

it("a kill switch stops posts too, and what was sold before keeps its answer", async () => {
  const campaign = { ...autoInsurance, ...FAST, id: "switched" } as typeof autoInsurance;
  await admin("POST", "/campaigns", campaign);
  await admin("POST", "/publishers", { id: "pub2", name: "Publisher", campaigns: ["switched"] });
  const { key } = await admin("POST", "/publishers/pub2/keys", { label: "switch" });
  await seedBuyer("steady", "switched", { contract: { duplicate_window_days: 0 } });
  world.buyers.set("steady", { ping: bids(20), post: accepts() });
  const lead = { campaign: "switched", lead: sample() };
  const first = await call(String(key), "/v1/leads", lead);
  expect(first.body).toMatchObject({ result: "accepted", price: 16 });
  const { ping, post } = sampleLead(campaignSchema.parse(campaign), Date.now());
  const pinged = await call(String(key), "/v1/pings", { campaign: "switched", lead: ping });
  expect(pinged.body).toMatchObject({ result: "accepted" });

  await admin("POST", "/gateway/pause", { reason: "fire drill" });
  const posted = await call(String(key), "/v1/posts", {
    ping_id: pinged.body.ping_id,
    lead: post,
  });
  expect(posted.body).toMatchObject({ result: "rejected", code: "gateway_paused" });
  expect(
    (await call(String(key), "/v1/leads", { ...lead, lead: { ...lead.lead, phone: "(512) 555-0118" } })).body,
  ).toMatchObject({ code: "gateway_paused" });
  expect((await call(String(key), "/v1/leads", lead)).body).toEqual(first.body);
  expect(world.to("steady", "post").length).toBe(1);
  await admin("POST", "/gateway/resume", { reason: "drill over" });
});
