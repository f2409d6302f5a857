import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { forgetIsolate } from "../../../worker/gateway/real.ts";
import { leadOf, wholeLead } from "../../support/leads.ts";
import { type LedgerFaults, ledgerAway, rows } from "../../support/ledger-faults.ts";
import { AheadClock, keptLeads, refused, ringAlarms, settleLedger, waiting } from "../../support/objects.ts";
import { accepts, admin, bids, call, seedBuyer, seedCampaign, World } from "../../support/world.ts";

const campaign = autoInsurance.id;
let key: string;
const clock = new AheadClock();
let world: World;
let faults: LedgerFaults | null = null;

beforeAll(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  key = await seedCampaign({ ...autoInsurance });
  await seedBuyer("alpha", campaign);
  await seedBuyer("beta", campaign, { buyer: { credit_limit: 1_000 } });
});
beforeEach(() => {
  world = new World();
  world.buyers.set("alpha", { ping: bids(21.105), post: accepts() });
  world.buyers.set("beta", { ping: bids("18.50"), post: accepts() });
});
afterEach(() => {
  faults?.end();
  faults = null;
  world.end();
});

async function twoStep(n: number): Promise<Record<string, unknown>> {
  const ping = await call(key, "/v1/pings", { campaign, lead: leadOf(n).ping, click_id: `click-${n}` });
  expect(ping.body).toMatchObject({ result: "accepted" });
  return (await call(key, "/v1/posts", { ping_id: ping.body.ping_id, lead: leadOf(n).post })).body;
}
const oneStep = async (n: number) => (await call(key, "/v1/leads", { campaign, lead: wholeLead(n) })).body;

/** Everything in the ledger about these leads: each thing once, and the money in balance. */
async function expectComplete(lead_ids: string[]): Promise<void> {
  expect(await waiting()).toEqual([]);
  expect(await refused()).toBe(0);
  for (const lead_id of lead_ids) {
    expect(await rows("SELECT state, result, payout FROM leads WHERE lead_id = ?", lead_id)).toEqual([
      { state: "sold", result: "accepted", payout: 168_840 },
    ]);
    const sales = await rows("SELECT price, payout, margin, buyer_id FROM sales WHERE lead_id = ?", lead_id);
    expect(sales).toEqual([{ price: 211_050, payout: 168_840, margin: 42_210, buyer_id: "alpha" }]);
    expect(await rows("SELECT outcome FROM deliveries WHERE lead_id = ?", lead_id)).toEqual([{ outcome: "accepted" }]);
    expect(
      await rows(
        "SELECT count(*) AS c FROM auctions WHERE ping_id = (SELECT ping_id FROM leads WHERE lead_id = ?)",
        lead_id,
      ),
    ).toEqual([{ c: 1 }]);
    expect(await rows("SELECT state, amount FROM reservations WHERE lead_id = ?", lead_id)).toEqual([
      { state: "captured", amount: 211_050 },
    ]);
  }
  expect(await rows("SELECT ref, sum(amount) AS s FROM money_movements GROUP BY ref HAVING s <> 0")).toEqual([]);
  expect(await rows("SELECT sum(amount) AS s FROM money_movements WHERE account = 'clearing'")).toEqual([{ s: 0 }]);
  const sold = await rows<{ s: number }>("SELECT sum(price) AS s FROM sales WHERE buyer_id = 'alpha'");
  const charged = await rows<{ s: number }>(
    "SELECT sum(amount) AS s FROM money_movements WHERE account = 'buyer:alpha' AND kind = 'capture'",
  );
  expect(Math.abs(charged[0]?.s ?? 0)).toBe(sold[0]?.s);
  const { held, balance } = await env.ACCOUNT.get(env.ACCOUNT.idFromName("alpha")).view();
  expect({ held, balance }).toEqual({ held: 0, balance: -(sold[0]?.s ?? 0) });
}

/** Leaves a copy of the configuration in the books, as traffic does. */
async function warmUp(n: number): Promise<void> {
  expect(await oneStep(n)).toMatchObject({ result: "accepted" });
  await vi.waitFor(async () => expect(await env.BOOK.get(env.BOOK.idFromName("enam-00")).snapshot()).not.toBeNull());
}

describe.each([
  ["throws", 100],
  ["hangs", 200],
] as const)("D1 away for a minute: it %s", (fault, first) => {
  it("warm and cold isolates go on selling, and the ledger is complete afterwards", async () => {
    await warmUp(first);
    faults = ledgerAway(fault);
    const sold = [await twoStep(first + 1), await oneStep(first + 2)];
    clock.ahead += 20_000;
    sold.push(await twoStep(first + 3));
    forgetIsolate();
    clock.ahead += 20_000;
    sold.push(await twoStep(first + 4), await oneStep(first + 5));
    clock.ahead += 20_000;
    sold.push(await oneStep(first + 6));
    for (const answer of sold) expect(answer).toMatchObject({ result: "accepted", price: 16.884 });
    const kept = await waiting();
    const tables = new Set(kept.map((event) => event.table));
    for (const table of ["auctions", "leads", "sales", "deliveries", "money_movements", "reservations"] as const)
      expect([table, tables.has(table)]).toEqual([table, true]);
    faults.end();
    await settleLedger(clock);
    await expectComplete(sold.map((answer) => String(answer.lead_id)));
    const again = await rows("SELECT count(*) AS c FROM sales");
    await ringAlarms();
    expect(await rows("SELECT count(*) AS c FROM sales")).toEqual(again);
  });

  it("a buyer is paused at once, and the operator is told that the ledger does not know yet", async () => {
    await warmUp(first + 10);
    faults = ledgerAway(fault);
    expect(await admin("POST", "/buyers/alpha/pause", { reason: "they called" })).toMatchObject({
      status: "paused",
      at_buyer: true,
      in_ledger: false,
      version: null,
    });
    const before = world.to("alpha", "post").length;
    // Alpha still bids, for pings do not know it yet; nothing is reserved there, and beta is below the promise.
    expect(await twoStep(first + 11)).toMatchObject({ result: "rejected" });
    expect(await oneStep(first + 12)).toMatchObject({ result: "accepted", price: 14.8 });
    expect(world.to("alpha", "post")).toHaveLength(before);
    faults.end();
    await settleLedger(clock);
    await admin("POST", "/buyers/alpha/pause", { reason: "they called" });
    await admin("POST", "/buyers/alpha/resume", { reason: "they called again" });
    expect(await oneStep(first + 13)).toMatchObject({ result: "accepted", price: 16.884 });
    await settleLedger(clock);
    expect((await keptLeads()).filter((lead) => lead.state === "open")).toEqual([]);
  });

  it("eleven minutes without D1 and without a copy: asked to come again, and nothing is kept", async () => {
    await warmUp(first + 20);
    const leads = (await keptLeads()).length;
    faults = ledgerAway(fault);
    clock.ahead += 660_000;
    for (const isolate of ["warm", "cold"]) {
      if (isolate === "cold") forgetIsolate();
      for (const path of ["/v1/pings", "/v1/leads"]) {
        const lead = path === "/v1/pings" ? leadOf(first + 21).ping : wholeLead(first + 21);
        const answer = await call(key, path, { campaign, lead });
        expect([isolate, path, answer.status, answer.body.code]).toEqual([isolate, path, 503, "unavailable"]);
      }
    }
    expect(await keptLeads()).toHaveLength(leads);
    faults.end();
    expect(await oneStep(first + 21)).toMatchObject({ result: "accepted" });
    await settleLedger(clock);
  });
});
