import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { projectTo } from "../../../worker/ledger/project.ts";
import { wholeLead } from "../../support/leads.ts";
import { type Fault, LedgerFaults, ledgerAway, rows } from "../../support/ledger-faults.ts";
import { AheadClock, refused, ringAlarms, settleLedger, waiting } from "../../support/objects.ts";
import { accepts, bids, call, seedBuyer, seedCampaign, World } from "../../support/world.ts";

const SEED = 20261121;
const campaign = autoInsurance.id;
const clock = new AheadClock();
let key: string;
let world: World;
let faults: LedgerFaults | null = null;
let next = 1;

beforeAll(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
  key = await seedCampaign({ ...autoInsurance });
  await seedBuyer("alpha", campaign);
});
beforeEach(async () => {
  world = new World();
  world.buyers.set("alpha", { ping: bids(21.105), post: accepts() });
  await sell();
});
afterEach(() => {
  faults?.end();
  faults = null;
  world.end();
});

async function sell(): Promise<string> {
  const { body } = await call(key, "/v1/leads", { campaign, lead: wholeLead(next++) });
  expect(body).toMatchObject({ result: "accepted" });
  return String(body.lead_id);
}

const TABLES = ["auctions", "leads", "deliveries", "sales", "money_movements", "reservations", "status"] as const;

/** The ledger as it is, but for the numbers by which snapshots find changes. */
async function ledger(): Promise<string> {
  const read = TABLES.map((table) => rows(`SELECT * FROM ${table} ORDER BY 1, 2`));
  return JSON.stringify((await Promise.all(read)).map((found) => found.map((row) => ({ ...row, seq: undefined }))));
}
const wipe = () => env.DB.batch(TABLES.map((table) => env.DB.prepare(`DELETE FROM ${table}`)));

async function expectSold(lead_ids: string[]): Promise<void> {
  for (const lead_id of lead_ids) {
    expect(await rows("SELECT state FROM leads WHERE lead_id = ?", lead_id)).toEqual([{ state: "sold" }]);
    for (const table of ["sales", "deliveries", "reservations"])
      expect(await rows(`SELECT count(*) AS c FROM ${table} WHERE lead_id = ?`, lead_id)).toEqual([{ c: 1 }]);
  }
  expect(await rows("SELECT ref FROM money_movements GROUP BY ref HAVING sum(amount) <> 0")).toEqual([]);
  expect(await rows("SELECT count(DISTINCT ref) AS c FROM money_movements WHERE account = 'buyer:alpha'")).toEqual(
    await rows("SELECT count(*) AS c FROM sales"),
  );
}

const NEWEST =
  "SELECT max((SELECT n FROM outbox_last), coalesce((SELECT max(last_n) FROM outbox), 0), coalesce((SELECT max(last_n) FROM pages), 0)) AS n";

it("one bad row is put aside and told; nothing before or after it waits", async () => {
  const stub = env.BOOK.get(env.BOOK.idFromName("enam-00"));
  const one = await sell();
  const row = { lead_id: "bad", at: 1, publisher_id: null, campaign_id: "x", test: 0 };
  await runInDurableObject(stub, (_, { storage: { sql } }) => {
    const n = sql.exec<{ n: number }>(NEWEST).one().n + 1;
    const bad = JSON.stringify([{ table: "leads", row, n }]);
    sql.exec("INSERT INTO outbox (first_n, last_n, at, events) VALUES (?, ?, 0, ?)", n, n, bad);
    sql.exec("UPDATE outbox_last SET n = ?", n);
  });
  const sold = [one, await sell(), await sell(), await sell(), await sell()];
  await settleLedger(clock);
  expect(await refused()).toBe(1);
  expect(await rows("SELECT lead_id FROM leads WHERE lead_id = 'bad'")).toEqual([]);
  await expectSold(sold);
});

it("D1 that fails in the middle: a row is never taken for a bad one, and all is written in the end", async () => {
  const before = await refused();
  const sold = [await sell(), await sell()];
  // The mark says that D1 takes writes; every batch, down to single rows, fails all the same.
  faults = new LedgerFaults(({ batch }) => (batch ? "throws" : "none"));
  clock.ahead += 30_000;
  await ringAlarms();
  expect(faults.calls).toBeGreaterThan(4);
  faults.end();
  // The first of each halving gets through, the rest does not.
  faults = new LedgerFaults(({ n, batch }) => (batch && n % 3 !== 2 ? "throws" : "none"));
  clock.ahead += 30_000;
  await ringAlarms();
  expect((await waiting()).length).toBeGreaterThan(0);
  faults.end();
  await settleLedger(clock);
  expect(await refused()).toBe(before);
  await expectSold(sold);
});

it("a reply that is lost: the batch comes again and changes nothing", async () => {
  const sold = [await sell(), await sell()];
  faults = new LedgerFaults(() => "lost");
  clock.ahead += 30_000;
  await ringAlarms();
  faults.end();
  await expectSold(sold);
  const once = await ledger();
  expect((await waiting()).length).toBeGreaterThan(0);
  await settleLedger(clock);
  expect(await ledger()).toBe(once);
});

it("whatever order, however often, in whatever pieces: the same ledger", async () => {
  await settleLedger(clock);
  faults = ledgerAway("throws");
  await Promise.all([sell(), sell(), sell()]);
  faults.end();
  // Of several objects; each row has but one that tells of it, so that their numbers never meet.
  const events = await waiting();
  expect(events.length).toBeGreaterThan(15);
  const project = projectTo(env.DB, () => 1);
  await wipe();
  await project("all", events);
  const expected = await ledger();
  const twice = fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 });
  await fc.assert(
    fc.asyncProperty(twice, fc.integer({ min: 1, max: 12 }), async (shuffled, size) => {
      await wipe();
      for (let from = 0; from < shuffled.length; from += size)
        expect(await project("all", shuffled.slice(from, from + size))).toEqual({ refused: [] });
      expect(await ledger()).toBe(expected);
    }),
    { numRuns: 40, seed: SEED },
  );
  await wipe();
  await settleLedger(clock);
  expect(await ledger()).toBe(expected);
});

it("any mixture of broken calls and lost replies while leads are sold: complete afterwards", async () => {
  const before = await refused();
  const mixture = fc.array(fc.constantFrom<Fault>("none", "throws", "lost"), { minLength: 10, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(mixture, async (list) => {
      faults = new LedgerFaults(({ n }) => list[n % list.length] ?? "none");
      const sold = [await sell(), await sell()];
      for (let n = 0; n < 3; n++) {
        clock.ahead += 20_000;
        await ringAlarms();
      }
      faults.end();
      await settleLedger(clock);
      expect(await refused()).toBe(before);
      expect(await rows("SELECT lead_id FROM sales WHERE lead_id IN (?, ?)", ...sold)).toHaveLength(2);
    }),
    { numRuns: 25, seed: SEED },
  );
});

it("a D1 that hangs holds up no other work of the alarm", async () => {
  await settleLedger(clock);
  faults = ledgerAway("hangs");
  const stub = env.BOOK.get(env.BOOK.idFromName("enam-00"));
  await sell();
  await sell();
  const began = Date.now();
  for (let n = 0; n < 3; n++) {
    clock.ahead += 30_000;
    await ringAlarms();
  }
  // The guard's ten seconds pass at once here; without it the alarm would never come back.
  expect(Date.now() - began).toBeLessThan(8_000);
  expect(await runInDurableObject(stub, (_, { storage }) => storage.getAlarm())).not.toBeNull();
  faults.end();
  await settleLedger(clock);
});
