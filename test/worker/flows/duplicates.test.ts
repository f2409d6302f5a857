import { runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, beforeEach, expect, it } from "vitest";
import { bookOf } from "../../support/flow/case.ts";
import { phoneOf, smallCampaign } from "../../support/flow/scene.ts";
import {
  accepts,
  admin,
  bids,
  call,
  rejects,
  seedBuyer,
  seedCampaign,
  seedPublisher,
  World,
} from "../../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

const lead = (n: number) => ({ zip: "78704", first_name: "Ann", phone: phoneOf(n), email: `p${n}@example.com` });
const endpoint = { ping_timeout_ms: 5_000 };

/** A campaign with one buyer and two publishers' keys. */
async function twoPublishers(id: string, changes: object = {}): Promise<[string, string]> {
  const one = await seedCampaign(smallCampaign(id, changes), { id: `${id}_1` });
  const two = await seedPublisher({ id: `${id}_2`, campaigns: [id] });
  await seedBuyer(`${id}_buyer`, id, { endpoint, contract: { duplicate_window_days: 0 } });
  return [one, two];
}

it("sells a consumer once when two publishers post it at the same moment", async () => {
  const keys = await twoPublishers("both");
  world.buyers.set("both_buyer", { ping: bids(20), post: accepts() });
  const body = { campaign: "both", lead: lead(10) };
  const answers = await Promise.all(keys.map((key) => call(key, "/v1/leads", body)));
  const results = answers.map(({ body }) => [body.result, body.code]);
  expect(results).toContainEqual(["accepted", undefined]);
  expect(results).toContainEqual(["rejected", "duplicate"]);
  expect(world.to("both_buyer", "post")).toHaveLength(1);
  // Two steps, later: still sold.
  const ping = await call(keys[1], "/v1/pings", { campaign: "both", lead: { zip: "78704" } });
  const { zip: _, ...personal } = lead(10);
  const post = await call(keys[1], "/v1/posts", { ping_id: ping.body.ping_id, lead: personal });
  expect(post.body).toMatchObject({ result: "rejected", code: "duplicate" });
  expect(world.to("both_buyer", "post")).toHaveLength(1);
});

it("frees a consumer whose first lead ended unsold", async () => {
  const keys = await twoPublishers("freed");
  world.buyers.set("freed_buyer", { ping: bids(20), post: rejects });
  const body = { campaign: "freed", lead: lead(20) };
  const first = await call(keys[0], "/v1/leads", body);
  expect(first.body).toMatchObject({ result: "rejected", code: "buyers_rejected" });
  await runDurableObjectAlarm(bookOf(String(first.body.lead_id)));
  world.buyers.set("freed_buyer", { ping: bids(20), post: accepts() });
  expect((await call(keys[1], "/v1/leads", body)).body).toMatchObject({ result: "accepted" });
});

it("keeps a buyer's own duplicate window, in which a retry is no duplicate, and sells to the next", async () => {
  const key = await seedCampaign(smallCampaign("window", { duplicate_check: "off" }), {
    id: "window_pub",
    allow_below_promise: true,
  });
  await seedBuyer("first", "window", { endpoint, contract: { duplicate_window_days: 30 } });
  await seedBuyer("next", "window", { endpoint, contract: { duplicate_window_days: 0 } });
  let asked = 0;
  world.buyers.set("first", {
    ping: bids(20),
    post: (request) => (asked++ === 0 ? Promise.reject(new TypeError("Network connection lost.")) : accepts()(request)),
  });
  world.buyers.set("next", { ping: bids(15), post: accepts() });
  await admin("PATCH", "/contracts/first_c", { retry: { attempts: 3, first_delay_s: 0.1 } });

  const once = await call(key, "/v1/leads", { campaign: "window", lead: lead(30) });
  expect(once.body).toMatchObject({ result: "accepted", price: 16 });
  const requests = world.to("first", "post");
  expect(requests).toHaveLength(2);
  expect(new Set(requests.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
  // The same consumer with other facts: another lead, which the first buyer has had.
  const again = await call(key, "/v1/leads", { campaign: "window", lead: { ...lead(30), first_name: "Anna" } });
  expect(again.body).toMatchObject({ result: "accepted", price: 12 });
  expect(world.to("first", "post")).toHaveLength(2);
  const trace = await admin("GET", `/leads/${again.body.lead_id}/trace`);
  expect(trace.buyers).toContainEqual(
    expect.objectContaining({
      contract_id: "first_c",
      post: expect.objectContaining({ status: "refused", refusal: "duplicate" }),
    }),
  );
});
