import { exports } from "cloudflare:workers";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { NumberedEvent } from "../../../schema/events.ts";
import { FIGURES } from "../../../schema/figures.ts";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { projectTo } from "../../../worker/ledger/project.ts";
import { OWN_REPORT_OPERATIONS } from "../../../worker/routes/reports/own.ts";
import { TEST_OPERATOR_TOKEN } from "../../support/settings.ts";
import { admin, seedBuyer, seedCampaign, seedPublisher, World } from "../../support/world.ts";
import { AT, auction, db, delivery, lead, sale } from "../ledger/support.ts";

const RANGE = "from=2026-11-20&to=2026-11-20";
let world: World;
const keys: Record<string, string> = {};

const as = (event: NumberedEvent, changes: object): NumberedEvent =>
  ({ ...event, row: { ...event.row, ...changes } }) as NumberedEvent;

/** Two publishers, two buyers: `pub` sold one lead to each, `zeta_pub` sold one to `beta`, which was given back. */
const EVENTS: NumberedEvent[] = [
  as(auction("p1", "{}", 1), { price: 160_000, took_ms: 80 }),
  as(auction("p2", "{}", 2), { result: "rejected", code: "no_bids", price: 0 }),
  as(auction("p3", "{}", 3), { publisher_id: "zeta_pub", price: 90_000 }),
  as(lead("l1", 4), { state: "sold", result: "accepted" }),
  as(lead("l2", 5), { state: "sold", result: "accepted" }),
  as(lead("l3", 6), { publisher_id: "zeta_pub", state: "returned", result: "accepted" }),
  as(lead("l4", 7), { test: 1, state: "sold", result: "accepted" }),
  as(sale("l1", 8, 200_000), { arrived_at: AT - 700, recovered: 1 }),
  as(sale("l2", 9, 100_000), { buyer_id: "beta", contract_id: "beta_c" }),
  as(sale("l3", 10, 110_000), {
    publisher_id: "zeta_pub",
    buyer_id: "beta",
    contract_id: "beta_c",
    returned_at: AT + 9,
    refunded: 110_000,
  }),
  as(delivery("a1", "l1", 11), { bid: 200_000 }),
  as(delivery("a2", "l2", 12), {
    buyer_id: "beta",
    contract_id: "beta_c",
    outcome: "rejected",
    class: "rejected",
    reason_class: "geo",
    bid: 120_000,
  }),
  as(delivery("a3", "l4", 13), { test: 1 }),
  {
    table: "bidding",
    n: 14,
    row: {
      slot: Math.floor(AT / 900_000),
      contract_id: "acme_auto",
      at: AT,
      buyer_id: "acme",
      asked: 10,
      bid: 8,
      won: 4,
      out_cap_reached: 5,
      bid_20: 8,
      won_20: 4,
    },
  },
  {
    table: "bidding",
    n: 15,
    row: {
      slot: Math.floor(AT / 900_000),
      contract_id: "beta_c",
      at: AT,
      buyer_id: "beta",
      asked: 10,
      timeout: 3,
      closed_early: 6,
      lost_lower_bid: 2,
      out_maximum_too_low: 5,
      out_shaped: 7,
    },
  },
];

beforeAll(async () => {
  world = new World();
  keys.pub = await seedCampaign(autoInsurance as typeof autoInsurance & Record<string, unknown>);
  keys.zeta_pub = await seedPublisher({ id: "zeta_pub", campaigns: [autoInsurance.id] });
  for (const name of ["acme", "beta"]) {
    await seedBuyer(name, autoInsurance.id);
    keys[name] = String((await admin("POST", `/buyers/${name}/keys`, {})).key);
  }
  expect(await projectTo(db)("o", EVENTS)).toEqual({ refused: [] });
});
afterAll(() => world.end());

interface Summary {
  figures: { name: string }[];
  total: Record<string, number | null>;
  rows: { time?: string; group?: string; values: Record<string, number | null> }[];
}
const reports = async (path: string) => (await admin("GET", `/reports${path}`)) as unknown as Summary;
async function own(key: string | undefined, path: string): Promise<{ status: number; text: string }> {
  const response = await exports.default.fetch(`https://gateway.test${path}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  return { status: response.status, text: await response.text() };
}

test("every total is the ledger's", async () => {
  const { total, figures } = await reports(`/summary?${RANGE}`);
  expect(figures).toHaveLength(FIGURES.length);
  expect(total).toMatchObject({
    pings: 3,
    pings_accepted: 2,
    offered: 25,
    leads: 3,
    leads_sold: 2,
    leads_returned: 1,
    sell_through: 66.67,
    sales: 2,
    revenue: 30,
    payout: 32.8,
    margin: -2.8,
    returned: 1,
    refunded: 11,
    recovered_revenue: 20,
    time_to_sale_p50: 750,
    posts: 2,
    post_acceptance: 50,
    asked: 20,
    win_rate: 50,
    closed_early: 6,
    out_maximum_too_low: 5,
    out_shaped: 7,
    took_part: 26,
  });
  const listed = (await admin("GET", "/sales?from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z")) as {
    items: { price: number; returned_at: string | null }[];
  };
  const stands = listed.items.filter(({ returned_at }) => returned_at === null);
  expect([stands.length, stands.reduce((sum, { price }) => sum + price, 0)]).toEqual([total.sales, total.revenue]);
});

test("by day in another zone, by hour, by group, and the days in which nothing happened", async () => {
  const days = await reports("/summary?from=2026-11-19&to=2026-11-21&by=day&zone=Asia/Kolkata&figures=sales,revenue");
  expect(days.rows.map(({ time, values }) => [time, values.sales, values.revenue])).toEqual([
    ["2026-11-19", 0, 0],
    ["2026-11-20", 2, 30],
    ["2026-11-21", 0, 0],
  ]);
  const hours = await reports(`/summary?${RANGE}&by=hour&zone=Asia/Kolkata&figures=sales`);
  expect(hours.rows.filter(({ values }) => values.sales).map(({ time }) => time)).toEqual(["2026-11-20T20:00+05:30"]);
  const buyers = await reports(`/summary?${RANGE}&group=buyer`);
  expect(
    buyers.rows.map(({ group, values }) => [group, values.revenue, values.posts_rejected, values.too_late]),
  ).toEqual([
    ["acme", 20, 0, 0],
    ["beta", 10, 1, 3],
  ]);
  expect(buyers.figures.map(({ name }) => name)).not.toContain("pings");
  const filtered = await reports(`/summary?${RANGE}&publisher=zeta_pub&group=contract`);
  expect(filtered.rows).toMatchObject([{ group: "beta_c", values: { sales: 0, returned: 1 } }]);
});

test("reasons, bids and what was lost", async () => {
  const reasons = (await admin("GET", `/reports/reasons?${RANGE}`)) as { rows?: unknown };
  expect(reasons.rows).toEqual(
    expect.arrayContaining([
      { list: "ping_code", word: "no_bids", count: 1, share: 100 },
      { list: "reject_reason", word: "geo", count: 1, share: 100 },
      { list: "left_out", word: "cap_reached", count: 5, share: 29.41 },
      { list: "left_out", word: "maximum_too_low", count: 5, share: 29.41 },
      { list: "left_out", word: "shaped", count: 7, share: 41.18 },
      { list: "ping_outcome", word: "closed_early", count: 6, share: 35.29 },
    ]),
  );
  const bids = (await admin("GET", `/reports/bids?${RANGE}`)) as { rows: { up_to: number | null }[] };
  expect(bids.rows.find(({ up_to }) => up_to === 20)).toEqual({
    above: 15,
    up_to: 20,
    bids: 8,
    won: 4,
    win_rate: 50,
    posts: 1,
    rejected: 0,
    reject_rate: 0,
  });
  expect(await admin("GET", `/reports/lost?${RANGE}`)).toMatchObject({
    cap_lost_revenue: 10,
    breaker_lost_revenue: 0,
    rows: [{ contract: "acme_auto", buyer: "acme", out_cap: 5, revenue_per_auction: 2, cap_lost_revenue: 10 }],
  });
});

test("a party sees its own, and nothing that speaks of anybody else", async () => {
  const pub = await own(keys.pub, `/v1/reports/summary?${RANGE}&group=campaign`);
  expect(pub.status).toBe(200);
  expect(JSON.parse(pub.text)).toMatchObject({
    total: { pings: 2, leads: 2, leads_accepted: 2, earned: 24, answer_p50: 10 },
  });
  const zeta_pub = await own(keys.zeta_pub, `/v1/reports/summary?${RANGE}`);
  expect(JSON.parse(zeta_pub.text)).toMatchObject({ total: { pings: 1, leads: 1, earned: 8.8 } });
  const acme = await own(keys.acme, `/v1/buyer/reports/summary?${RANGE}&group=contract`);
  expect(JSON.parse(acme.text)).toMatchObject({ total: { sales: 1, revenue: 20, asked: 10, won: 4, posts: 1 } });
  const beta = await own(keys.beta, `/v1/buyer/reports/reasons?${RANGE}`);
  expect(JSON.parse(beta.text).rows).toEqual(
    expect.arrayContaining([{ list: "lost", word: "lower_bid", count: 2, share: 100 }]),
  );
  const reasons = await own(keys.pub, `/v1/reports/reasons?${RANGE}`);
  expect(JSON.parse(reasons.text).rows).toEqual([{ list: "ping_code", word: "no_bids", count: 1, share: 100 }]);
  for (const { text } of [pub, zeta_pub, reasons]) expect(text).not.toMatch(/acme|beta|margin|revenue|recovered/);
  for (const { text } of [acme, beta]) expect(text).not.toMatch(/"(pub|zeta_pub)"|margin|payout|earned|recovered/);
  expect(acme.text).not.toContain("beta");
  expect(pub.text).not.toContain("zeta_pub");
});

test.each([
  ["pub", "/v1/reports/summary?publisher=zeta_pub", 422],
  ["pub", "/v1/reports/summary?figures=margin", 422],
  ["pub", "/v1/reports/summary?group=buyer", 422],
  ["acme", "/v1/buyer/reports/summary?buyer=beta", 422],
  ["acme", "/v1/buyer/reports/summary?figures=payout", 422],
  ["acme", "/v1/reports/summary", 401],
  ["pub", "/v1/buyer/reports/summary", 401],
  ["nobody", "/v1/reports/reasons", 401],
])("%s: %s is %d", async (who, path, status) => {
  expect((await own(keys[who] ?? "bk_live_x", path)).status).toBe(status);
});

test("closed early, shaped and too low a maximum: each in a column of its own, the buyer's own too, and in no rate", async () => {
  const names = "too_late_share,closed_early,out_maximum_too_low,out_shaped";
  const { text } = await own(
    keys.beta,
    `/v1/buyer/reports/summary?${RANGE}&group=contract&figures=${names}&format=csv`,
  );
  expect(text.split("\r\n")).toEqual([
    `from,to,contract,${names}`,
    `2026-11-20T00:00:00.000Z,2026-11-21T00:00:00.000Z,beta_c,30,6,5,7`,
    "",
  ]);
  const reasons = await own(keys.beta, `/v1/buyer/reports/reasons?${RANGE}`);
  expect(JSON.parse(reasons.text).rows).toEqual(
    expect.arrayContaining([
      { list: "left_out", word: "shaped", count: 7, share: 58.33 },
      { list: "left_out", word: "maximum_too_low", count: 5, share: 41.67 },
      { list: "ping_outcome", word: "closed_early", count: 6, share: 66.67 },
    ]),
  );
  const acme = await own(keys.acme, `/v1/buyer/reports/summary?${RANGE}`);
  expect(JSON.parse(acme.text).total).toMatchObject({ closed_early: 0, out_maximum_too_low: 0, out_shaped: 0 });
});

test("another party's contract is an empty report, not theirs", async () => {
  const { text } = await own(keys.acme, `/v1/buyer/reports/summary?${RANGE}&contract=beta_c`);
  expect(JSON.parse(text).total).toMatchObject({ sales: 0, posts: 0, asked: 0 });
});

test.each([
  ["from=2026-11-20&to=2026-11-19", "to"],
  ["from=never", "from"],
  ["from=2025-01-01&to=2026-11-19", "to"],
  ["from=2026-10-01&to=2026-11-19&by=hour", "to"],
  ["zone=Nowhere/Else", "zone"],
  ["zone=%2B05:37", "zone"],
  ["figures=sales,nonsense", "figures"],
  ["colour=red", "colour"],
])("%s is refused by its field", async (query, field) => {
  await expect(reports(`/summary?${query}`)).rejects.toThrow(new RegExp(`422.*"field":"${field}"`));
});

test("CSV has the same rows", async () => {
  const response = await exports.default.fetch(
    `https://gateway.test/v1/reports/summary?${RANGE}&by=day&figures=pings,earned&format=csv&api_key=${keys.pub}`,
  );
  expect(response.headers.get("content-type")).toContain("text/csv");
  expect(await response.text()).toBe(
    "day,from,to,pings,earned\r\n2026-11-20,2026-11-20T00:00:00.000Z,2026-11-21T00:00:00.000Z,2,24\r\n",
  );
});

test("own reports' calls are documented under ids of their own", () => {
  expect(OWN_REPORT_OPERATIONS.map(({ id }) => id)).toEqual([
    "publisherReport_summary",
    "publisherReport_reasons",
    "buyerReport_summary",
    "buyerReport_reasons",
  ]);
});

test.each([
  ["reasons", "list,word,count,share"],
  [
    "lost",
    "contract,buyer,out_cap,out_breaker,took_part,revenue,revenue_per_auction,cap_lost_revenue,breaker_lost_revenue",
  ],
])("the file of %s has its header when nothing happened", async (what, header) => {
  const url = `https://gateway.test/v1/admin/reports/${what}?from=2020-01-01&to=2020-01-01&format=csv`;
  const answer = await exports.default.fetch(url, { headers: { authorization: `Bearer ${TEST_OPERATOR_TOKEN}` } });
  expect(await answer.text()).toBe(`${header}\r\n`);
});
