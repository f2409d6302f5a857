import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { forgetIsolate } from "../../../worker/gateway/real.ts";
import { smallCampaign } from "../../support/flow/scene.ts";
import { accepts, admin, bids, seedBuyer, seedCampaign, World } from "../../support/world.ts";
import { drain, ledger, settledPost } from "../guarantees/support.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

const WHO = { first_name: "Ann", phone: "+15125550188", email: "options@example.com" };

async function seeded(id: string, changes: object = {}, endpoint: object = {}) {
  const key = await seedCampaign(smallCampaign(id, changes), { id: `${id}_pub` });
  await seedBuyer(id, id, { endpoint: { ping_timeout_ms: 5_000, ...endpoint } });
  world.buyers.set(id, { ping: bids(20), post: accepts() });
  const ping = (extra: object = {}) =>
    settledPost(key, "/v1/pings", { campaign: id, lead: { zip: "78704" }, ...extra });
  return { key, ping };
}

it.each([
  { rule: "ping_wins", answered: { result: "accepted" }, zips: ["78704"] },
  { rule: "refuse", answered: { errors: [{ field: "zip", code: "conflict" }] }, zips: [] },
])("on_changed_field $rule", async ({ rule, answered, zips }) => {
  const { key, ping } = await seeded(rule, { on_changed_field: rule });
  const { body } = await ping();
  const posted = await settledPost(key, "/v1/posts", { ping_id: body.ping_id, lead: { ...WHO, zip: "78705" } });
  expect(posted.body).toMatchObject(answered);
  expect(world.to(rule, "post").map((request) => JSON.parse(request.body).zip)).toEqual(zips);
});

it.each([
  { seconds: 0, asked: 2 },
  { seconds: 60, asked: 1 },
])("repeat_ping_s $seconds", async ({ seconds, asked }) => {
  const { ping } = await seeded(`again_${seconds}`, { repeat_ping_s: seconds });
  await ping({ click_id: "same" });
  await ping({ click_id: "same" });
  expect(world.to(`again_${seconds}`, "ping")).toHaveLength(asked);
});

it.each([
  { part: 0, kept: 0 },
  { part: 1, kept: 1 },
])("record_unposted $part; what is posted is always kept", async ({ part, kept }) => {
  const { key, ping } = await seeded(`part_${part}`, { record_unposted: part });
  await ping();
  const { body } = await ping();
  await settledPost(key, "/v1/posts", { ping_id: body.ping_id, lead: WHO });
  await drain(world);
  expect(await ledger("auctions", "campaign_id = ?", `part_${part}`)).toHaveLength(kept + 1);
});

it("credentials that nobody can open keep their own endpoint from being asked, nobody else's", async () => {
  const { ping } = await seeded("sound");
  await seedBuyer("broken", "sound", { endpoint: { ping_timeout_ms: 5_000, credentials: { token: "secret" } } });
  world.buyers.set("broken", { ping: bids(90), post: accepts() });
  expect((await ping()).body).toMatchObject({ result: "accepted", price: 72 });
  await env.DB.prepare(
    "UPDATE config SET body = json_set(body, '$.credentials_sealed.token', 'AAAA') WHERE kind = 'endpoint' AND id = 'broken_ep'",
  ).run();
  forgetIsolate();
  const answered = await ping();
  expect(answered.body).toMatchObject({ result: "accepted", price: 16 });
  await drain(world);
  const { buyers } = (await admin("GET", `/auctions/${String(answered.body.ping_id)}`)) as { buyers: object[] };
  expect(buyers).toContainEqual(
    expect.objectContaining({ contract_id: "broken_c", outcome: "not_attempted", error: "set_up" }),
  );
});
