import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { buyerHealthSchema } from "../../../schema/api/buyer-health.ts";
import { buyerListSchema } from "../../../schema/api/buyer-list.ts";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { breakerEvents } from "../../../worker/ledger/breaker-events.ts";
import { projectTo } from "../../../worker/ledger/project.ts";
import { MOST_CONTRACTS, recentAttempts } from "../../../worker/ledger/recent-attempts.ts";
import { buyerAttemptsAnswer } from "../../../worker/routes/operator/buyer-health.ts";
import { wholeLead } from "../../support/leads.ts";
import { AheadClock, settleLedger } from "../../support/objects.ts";
import { accepts, admin, bids, call, rejects, seedBuyer, seedCampaign, World } from "../../support/world.ts";

const db = (env as unknown as { DB: D1Database }).DB;
const clock = new AheadClock();
let world: World;
let key = "";

beforeAll(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  world = new World();
  key = await seedCampaign({ ...autoInsurance });
});
afterAll(() => world.end());

/** The tests of this file are one story, in order. */
it("tells of a buyer what the reports, its object and its records say; test traffic and others' are not in it", async () => {
  await seedBuyer("good", autoInsurance.id, { contract: { caps: [{ per: "day", count: 4 }] } });
  await seedBuyer("picky", autoInsurance.id);
  world.buyers.set("good", { ping: bids(20), post: accepts() });
  world.buyers.set("picky", { ping: bids(30), post: rejects });
  for (const n of [1, 2])
    expect((await call(key, "/v1/leads", { campaign: autoInsurance.id, lead: wholeLead(n) })).body).toMatchObject({
      result: "accepted",
    });
  await admin("PATCH", "/buyers/good", { sla: { delivery_percent: 99, post_p95_ms: 1 } });
  await settleLedger(clock);

  const good = buyerHealthSchema.parse(await admin("GET", "/buyers/good/health?hours=2"));
  expect(good).toMatchObject({
    standing: "ok",
    figures: {
      posts: 2,
      posts_answered: 2,
      posts_accepted: 2,
      delivery_success: 100,
      post_acceptance: 100,
      sales: 2,
      revenue: 40,
    },
    errors: [{ class: "ok", count: 2, share: 100 }],
    endpoints: [{ id: "good_ep", standing: "ok", figures: { posts: 2 } }],
    contracts: [{ id: "good_c", figures: { posts: 2, revenue: 40 } }],
    caps: [{ contract_id: "good_c", used: 2, limit: 4, share: 50 }],
    money: { balance: -40, held: 0, in_doubt: 0 },
    more: false,
  });
  expect(good.sla.map(({ name, agreed }) => [name, agreed])).toEqual([
    ["post_p95_ms", 1],
    ["delivery_percent", 99],
  ]);
  expect(good.bid_ranges.find(({ up_to }) => up_to === 20)).toMatchObject({ posts: 2, rejected: 0, reject_rate: 0 });
  const picky = buyerHealthSchema.parse(await admin("GET", "/buyers/picky/health?hours=2"));
  // Delivered, and not wanted: two different things.
  expect(picky.figures).toMatchObject({ posts: 2, delivery_success: 100, post_acceptance: 0, sales: 0 });
  expect(picky.bid_ranges.find(({ up_to }) => up_to === 30)).toMatchObject({ posts: 2, rejected: 2, reject_rate: 100 });

  const attempts = buyerAttemptsAnswer.parse(await admin("GET", "/buyers/picky/attempts?limit=1"));
  expect(attempts).toMatchObject({ items: [{ contract_id: "picky_c", outcome: "rejected" }], more_contracts: 0 });
  expect(await admin("GET", "/buyers/picky/attempts?endpoint=other")).toMatchObject({ items: [] });
  await expect(admin("GET", "/buyers/nobody/health")).rejects.toThrow(/404/);
  await expect(admin("GET", "/buyers/good/health?hours=9999")).rejects.toThrow(/422/);
});

it("all buyers, a row each: sorted by what is measured, found by a word, by where they stand, page by page", async () => {
  for (const id of ["beta", "alpha", "gamma"]) await seedBuyer(id, autoInsurance.id);
  await admin("POST", "/buyers/gamma/pause", { reason: "late payer" });
  await admin("POST", "/endpoints/alpha_ep/maintenance", { minutes: 30, reason: "new servers" });
  const ids = async (query: string) => {
    const { items, total } = buyerListSchema.parse(await admin("GET", `/buyer-health?${query}`));
    return [items.map(({ id, standing }) => `${id} ${standing}`), total] as const;
  };
  expect(await ids("q=A&limit=2")).toEqual([["alpha maintenance", "beta ok"], 3]);
  expect(await ids("limit=2&page=3")).toEqual([["picky ok"], 5]);
  expect((await ids("sort=standing"))[0].slice(0, 2)).toEqual(["gamma paused", "alpha maintenance"]);
  expect((await ids("sort=acceptance&order=desc"))[0].slice(0, 2)).toEqual(["good ok", "picky ok"]);
  expect(await ids("standing=maintenance")).toEqual([["alpha maintenance"], 1]);
  const { items } = buyerListSchema.parse(await admin("GET", "/buyer-health"));
  expect(items.find(({ id }) => id === "good")).toMatchObject({
    money: { balance: -40 },
    fullest_cap: { contract_id: "good_c", share: 50 },
    figures: { posts: 2, sales: 2, revenue: 40, delivery_success: 100 },
  });
  expect(items[0]).toMatchObject({ money: { balance: 0 }, fullest_cap: null, alerts: 0, figures: { posts: 0 } });
});

it("a breaker's history is read along its buyer's index, and attempts along their contracts'", async () => {
  const row = (id: string, at: number, buyer_id: string) => ({
    id,
    at,
    buyer_id,
    endpoint_id: "e",
    phase: "ping" as const,
    state: "open",
    why: "10 failures in a row",
  });
  const events = [row("h:e:ping:1", 1_000, "h"), row("h:e:ping:2", 2_000, "h"), row("i:e:ping:1", 1_500, "i")];
  await projectTo(db, () => 5_000)(
    "buyer:h",
    events.map((one, i) => ({ table: "breaker_events", row: one, n: i + 1 })),
  );
  expect((await breakerEvents(db, "h", { from: 0, limit: 9 })).map(({ id }) => id)).toEqual([
    "h:e:ping:2",
    "h:e:ping:1",
  ]);
  expect((await breakerEvents(db, "h", { from: 1_001, limit: 9 })).map(({ id }) => id)).toEqual(["h:e:ping:2"]);
  // D1 takes five parts of one compound SELECT and no more: buyers have more contracts than that.
  const many = Array.from({ length: MOST_CONTRACTS + 2 }, (_, i) => `none_${i}`);
  expect(await recentAttempts(db, { contracts: many, limit: 9 })).toEqual([]);
  const plans: string[] = [];
  const spy = new Proxy(db, {
    get: (target, name) =>
      name === "prepare"
        ? (sql: string) => {
            plans.push(sql);
            return target.prepare(sql);
          }
        : Reflect.get(target, name).bind(target),
  });
  await breakerEvents(spy, "h", { from: 0, limit: 9 });
  await recentAttempts(spy, { contracts: ["a", "b"], limit: 5 });
  const steps = await Promise.all(
    plans.map(async (sql) =>
      (
        await db
          .prepare(`EXPLAIN QUERY PLAN ${sql}`)
          .bind(...(sql.includes("deliveries") ? ["a", 5] : ["h", 0, 9]))
          .all<{ detail: string }>()
      ).results
        .map(({ detail }) => detail)
        .join("; "),
    ),
  );
  expect(steps[0]).toContain("breaker_events_buyer");
  expect(steps.slice(1)).toHaveLength(2);
  for (const step of steps.slice(1)) expect(step).toMatch(/SEARCH deliveries USING INDEX deliveries_contract/);
  expect(steps.join()).not.toMatch(/SCAN (breaker_events|deliveries)/);
});
