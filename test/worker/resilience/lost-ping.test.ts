import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { leadOf, wholeLead } from "../../support/leads.ts";
import { AheadClock, keptLeads, loseAuction } from "../../support/objects.ts";
import { send } from "../../support/raw.ts";
import { accepts, bids, call, seedBuyer, seedCampaign, World } from "../../support/world.ts";

const strict = { ...autoInsurance, id: "auto_strict" };
const lenient = { ...autoInsurance, id: "auto_lenient", on_lost_ping: "one_step" };
const clock = new AheadClock();
let key: string;
let world: World;
let next = 1;

beforeAll(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  key = await seedCampaign(strict, { campaigns: ["auto_strict", "auto_lenient"] }, [
    lenient,
    { ...lenient, id: "auto_foreign" },
  ]);
  await seedBuyer("alpha", "auto_strict");
  await seedBuyer("beta", "auto_lenient");
});
beforeEach(() => {
  world = new World();
  for (const name of ["alpha", "beta"]) world.buyers.set(name, { ping: bids(20), post: accepts() });
});
afterEach(() => world.end());

/** A ping whose auction reached its book and was lost there. */
async function lostPing(
  campaign: string,
  fields: object = {},
  extra: object = {},
): Promise<{ ping_id: string; n: number }> {
  const n = next++;
  const ping = await call(key, "/v1/pings", { campaign, lead: { ...leadOf(n).ping, ...fields }, ...extra });
  expect(ping.body).toMatchObject({ result: "accepted" });
  const ping_id = String(ping.body.ping_id);
  await vi.waitFor(async () => expect(await loseAuction(ping_id)).toBeGreaterThan(0));
  return { ping_id, n };
}

it.each([
  ["the campaign does not allow one step", "auto_strict", "auto_strict"],
  ["the post does not name the campaign", "auto_lenient", undefined],
  ["the post names a campaign that is not there", "auto_lenient", "nowhere"],
])("asks to come again, and keeps nothing: %s", async (_, campaign, named) => {
  const { ping_id, n } = await lostPing(campaign);
  const before = (await keptLeads()).length;
  const body = { ping_id, lead: wholeLead(n), campaign: named };
  const post = await send("/v1/posts", { key, body });
  expect([post.status, post.body.code, post.headers.get("retry-after")]).toEqual([503, "ping_lost", "2"]);
  expect(await keptLeads()).toHaveLength(before);
  expect(world.received.filter((request) => request.url.endsWith("/post"))).toEqual([]);
});

it("sells it as one step where the campaign allows it, and a repetition gets the same answer", async () => {
  const { ping_id, n } = await lostPing("auto_lenient");
  const body = { ping_id, lead: wholeLead(n), campaign: "auto_lenient" };
  const first = await call(key, "/v1/posts", body);
  expect(first.body).toMatchObject({ result: "accepted", price: 16 });
  expect((await call(key, "/v1/posts", body)).body).toEqual(first.body);
  expect(world.to("beta", "post")).toHaveLength(1);
  const changed = { ...body, lead: { ...body.lead, last_name: "Other" } };
  expect(await call(key, "/v1/posts", changed)).toMatchObject({ status: 409, body: { code: "content_changed" } });
  expect(world.to("beta", "post")).toHaveLength(1);
});

it("without the ping's fields it names them", async () => {
  const { ping_id, n } = await lostPing("auto_lenient");
  const { zip: _zip, vehicle_year: _year, ...lead } = wholeLead(n);
  const post = await call(key, "/v1/posts", { ping_id, lead, campaign: "auto_lenient" });
  expect(post.status).toBe(422);
  const fields = (post.body.errors as { field: string }[]).map((error) => error.field);
  expect(fields.sort()).toEqual(["zip", "vehicle_year"].sort());
});

it("a lead with a test's ZIP stays a test although its auction is lost", async () => {
  const { ping_id, n } = await lostPing("auto_lenient");
  const asked = world.received.length;
  const lead = { ...wholeLead(n), zip: "00001", state: "NY" };
  const post = await call(key, "/v1/posts", { ping_id, lead, campaign: "auto_lenient" });
  expect(post.body).toMatchObject({ result: "accepted", test: true });
  expect(world.received.slice(asked)).toEqual([]);
});

it("a ping that was a test stays one, whatever its post says: no live buyer hears of it", async () => {
  const { ping_id, n } = await lostPing("auto_lenient", { zip: "00001", state: "NY" }, { test: true });
  const post = await call(key, "/v1/posts", { ping_id, lead: wholeLead(n), campaign: "auto_lenient", test: false });
  expect(post.body).toMatchObject({ result: "rejected", test: true });
  expect(world.received).toEqual([]);
});

it("an id that is too old to be lost has expired", async () => {
  const { ping_id, n } = await lostPing("auto_lenient");
  clock.ahead += 601_000;
  const post = await call(key, "/v1/posts", { ping_id, lead: wholeLead(n), campaign: "auto_lenient" });
  expect(post).toMatchObject({ status: 200, body: { result: "rejected", code: "ping_expired" } });
});

it("a publisher without the campaign cannot sell into it by a lost ping", async () => {
  const { ping_id, n } = await lostPing("auto_lenient");
  const post = await call(key, "/v1/posts", { ping_id, lead: wholeLead(n), campaign: "auto_foreign" });
  expect([post.status, post.body.code]).toEqual([503, "ping_lost"]);
});
