import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountOf } from "../../support/flow/scene.ts";
import { accepts, admin, call, rejects } from "../../support/world.ts";
import { down, LaterWorld } from "./support.ts";

let world: LaterWorld;
beforeEach(() => {
  world = new LaterWorld();
});
afterEach(() => world.end());

const HOUR = 3_600_000;

/** A live buyer that refuses, and one that takes aged leads only, for less. */
async function seed(id: string, campaign: object = {}, publisher: object = {}): Promise<string> {
  const key = await world.campaign(id, campaign, publisher);
  await world.buyer(`${id}_live`, id, 20);
  await world.buyer(`${id}_aged`, id, 5, { aged: { max_age_hours: 2, only: true } });
  world.on(`${id}_live`, "post", rejects);
  world.on(`${id}_aged`, "post", accepts());
  return key;
}

describe("nobody is left", () => {
  it("an auction among contracts that take aged leads, by the queue, over what a ping may carry", async () => {
    const key = await seed("aged");
    const told = await world.post(key, "aged");
    expect(told).toMatchObject({ result: "pending", code: "in_progress" });
    expect(world.to("aged_aged", "ping")).toEqual([]);
    await world.wake(told.lead_id, HOUR);
    const { lead } = await world.story(told.lead_id);
    expect(lead).toMatchObject({
      state: "sold",
      re_auctions: 1,
      outcome: { result: "accepted", price: 40_000 },
      plan: [{ status: "rejected" }, { contract_id: "aged_aged_c", status: "accepted", came: "re_auction" }],
    });
    const pings = world.to("aged_aged", "ping");
    expect(pings).toHaveLength(1);
    expect(JSON.stringify(pings)).toContain("78704");
    expect(JSON.stringify(pings)).not.toMatch(/Ann|Personal|512|example\.com/);
    expect(world.to("aged_live", "ping")).toHaveLength(1);
    expect((await accountOf("aged_aged").view()).reservations.captured).toBe(1);
  });

  it("no bids: unsold, and not one auction more", async () => {
    const key = await seed("none", { re_auctions: 2 });
    world.on("none_aged", "ping", () => Response.json({ result: "no" }));
    const { lead_id } = await world.post(key, "none");
    await world.wake(lead_id, 1_000);
    const { lead } = await world.story(lead_id);
    expect(lead).toMatchObject({
      state: "unsold",
      re_auctions: 2,
      outcome: { result: "rejected", code: "buyers_rejected" },
    });
    expect(world.to("none_aged", "ping")).toHaveLength(2);
  });

  it("too old for everybody: none", async () => {
    const key = await seed("old");
    const { lead_id } = await world.post(key, "old");
    await world.wake(lead_id, 3 * HOUR);
    expect((await world.story(lead_id)).lead).toMatchObject({ state: "unsold", re_auctions: 0 });
    expect(world.to("old_aged", "ping")).toEqual([]);
  });

  it("no bidder at all, in one step: the same", async () => {
    const key = await seed("empty");
    world.on("empty_live", "ping", () => Response.json({ result: "no" }));
    const lead = { zip: "78704", first_name: "Ann", phone: "+15125550177", email: "e@example.com" };
    const told = await call(key, "/v1/leads", { campaign: "empty", lead });
    expect(told.body).toMatchObject({ result: "pending" });
    await world.wake(told.body.lead_id, 1_000);
    expect((await world.story(told.body.lead_id)).lead).toMatchObject({ state: "sold", re_auctions: 1 });
  });

  it("not for a publisher that sells elsewhere", async () => {
    const key = await seed("else", {}, { mode: "final" });
    expect(await world.post(key, "else")).toMatchObject({ result: "rejected", code: "buyers_rejected" });
  });

  it("not for a person who asked not to be sold since", async () => {
    const key = await seed("stop");
    const { lead_id } = await world.post(key, "stop", { email: "stop@example.com" });
    await admin("POST", "/suppressions", { email: "stop@example.com", reason: "asked for it" });
    world.moveClock(5_000);
    await world.wake(lead_id, 5_000);
    expect((await world.story(lead_id)).lead).toMatchObject({ state: "unsold", re_auctions: 0 });
  });

  it.each(["before-re-auction", "before-extend", "after-extend"])(
    "a worker that dies %s loses nothing and sells once",
    async (point) => {
      const id = point.replaceAll("-", "_");
      const key = await seed(id);
      const { lead_id } = await world.post(key, id);
      await expect(world.wake(lead_id, 1_000, point)).rejects.toThrow(point);
      await world.wake(lead_id, 60_000);
      const { lead } = await world.story(lead_id);
      expect(lead).toMatchObject({ state: "sold", re_auctions: 1, plan: [{}, { status: "accepted" }] });
      expect(world.to(`${id}_aged`, "post")).toHaveLength(1);
    },
  );
});

it("a lead that is in doubt is offered to nobody", async () => {
  const key = await seed("doubt");
  world.on("doubt_live", "post", down);
  const { lead_id } = await world.post(key, "doubt");
  for (let n = 0; n < 4; n++) await world.wake(lead_id, 20_000);
  expect((await world.story(lead_id)).lead).toMatchObject({ state: "review", re_auctions: 0 });
  expect(world.to("doubt_aged", "ping")).toEqual([]);
});

it("a capture that is done closes while everything is paused; nothing new leaves the house", async () => {
  const key = await seed("paused");
  world.on("paused_live", "post", accepts());
  world.dieAt("after-capture");
  const told = await world.post(key, "paused");
  world.dieAt(null);
  expect(told).toMatchObject({ result: "accepted" });
  await admin("POST", "/gateway/pause", { reason: "a test of it" });
  world.moveClock(5_000);
  await world.wake(told.lead_id, 60_000);
  expect((await world.story(told.lead_id)).lead).toMatchObject({ state: "sold" });
  await admin("POST", "/gateway/resume", { reason: "a test of it" });
});
