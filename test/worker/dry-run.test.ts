import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { campaignSchema } from "../../schema/config/campaign.ts";
import { autoInsurance } from "../../schema/verticals/index.ts";
import { sampleLead } from "../../worker/auction/fields/index.ts";
import { POSTED_SQL, RECORDED_SQL } from "../../worker/ledger/recorded-auctions.ts";
import { accepts, admin, bids, call, seedBuyer, seedCampaign, World } from "../support/world.ts";

const db: D1Database = (env as unknown as { DB: D1Database }).DB;
let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

it("says what a change would have sold, from the ledger's auctions", async () => {
  const key = await seedCampaign({ ...autoInsurance, duplicate_check: "off" } as typeof autoInsurance);
  await seedBuyer("dear", autoInsurance.id, { contract: { duplicate_window_days: 0 } });
  await seedBuyer("cheap", autoInsurance.id, { contract: { duplicate_window_days: 0 } });
  world.buyers.set("dear", { ping: bids(20), post: accepts() });
  world.buyers.set("cheap", { ping: bids(10), post: accepts() });
  const { ping, post } = sampleLead(campaignSchema.parse(autoInsurance), Date.now());
  expect((await call(key, "/v1/leads", { campaign: autoInsurance.id, lead: { ...ping, ...post } })).body).toMatchObject(
    {
      result: "accepted",
      price: 16,
    },
  );
  const record = (await admin("GET", "/contracts/dear_c")).record as object;
  const run = (change: object, query = "") =>
    admin("POST", `/contracts/dear_c/dry-run${query}`, { record: { ...record, ...change } });
  await expect.poll(async () => (await run({})).posted, { timeout: 10_000 }).toMatchObject({ auctions: 1 });

  const same = await run({});
  expect(same).toMatchObject({ looked_at: 1, reproduced: 1, moved: [], next: null });
  expect(same).toMatchObject({ all: { before: { won: 1, revenue: 20, payouts: 16, margin: 4, own_won: 1 } } });
  const capped = await run({ price: { type: "bid", max_bid: 15 } });
  expect(capped).toMatchObject({
    posted: { before: { revenue: 20 }, after: { revenue: 10, own_won: 0 } },
    reasons: [
      { reason: "won", before: 1, after: 0 },
      { reason: "above_maximum_bid", before: 0, after: 1, text: expect.any(String) },
    ],
    moved: [
      {
        from: { contract_id: "dear_c", price: 20 },
        to: { contract_id: "cheap_c", price: 10 },
        why: { when: "after", reason: "above_maximum_bid" },
      },
    ],
  });
  expect((await run({ priority: 0 }).catch(String)) as unknown).toMatch(/422/);
  expect(await admin("POST", "/contracts/dear_c/dry-run?auctions=1", { version: 1 })).toMatchObject({
    looked_at: 1,
    moved_count: 0,
  });

  const campaign = (await admin("GET", `/campaigns/${autoInsurance.id}`)).record as object;
  const floored = await admin("POST", `/campaigns/${autoInsurance.id}/dry-run`, {
    record: { ...campaign, auction: { floor: 30 } },
  });
  expect(floored).toMatchObject({
    all: { before: { won: 1 }, after: { won: 0 } },
    moved: [{ to: null, why: { reason: "below_floor" } }],
  });
  expect((await admin("GET", "/contracts/dear_c")).version).toBe(1);
});

it("reads a campaign's newest auctions and their leads by indexes", async () => {
  for (const [sql, values, index] of [
    [RECORDED_SQL, ["auto", 1, "", 10], "auctions_campaign"],
    [POSTED_SQL, ["[]"], "leads_ping"],
  ] as const) {
    const { results } = await db
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...values)
      .all<{ detail: string }>();
    const plan = results.map(({ detail }) => detail).join("\n");
    expect(plan).toContain(index);
    expect(plan).not.toMatch(/SCAN (?:auctions|leads)|TEMP B-TREE FOR ORDER BY$/m);
  }
});
