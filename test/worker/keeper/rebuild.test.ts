import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { readId } from "../../../worker/crypto/ids.ts";
import { wholeLead } from "../../support/leads.ts";
import { TEST_BINDINGS } from "../../support/settings.ts";
import { accepts, admin, bids, call, rejects, seedBuyer, seedCampaign, World } from "../../support/world.ts";
import { Ahead, rows, run, settle } from "./support.ts";

const campaign = autoInsurance.id;
const clock = new Ahead();
const world = new World();
let key: string;
const sold: string[] = [];

beforeAll(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  key = await seedCampaign({ ...autoInsurance });
  for (const name of ["alpha", "beta"]) await seedBuyer(name, campaign);
  await admin("POST", "/buyers/alpha/entries", { id: "wire1", kind: "deposit", amount: 500, reason: "bank transfer" });
  world.buyers.set("alpha", { ping: bids(21), post: rejects });
  world.buyers.set("beta", { ping: bids(20), post: accepts() });
  for (let n = 1; n <= 4; n++) {
    if (n === 3) world.buyers.set("alpha", { ping: bids(21), post: accepts() });
    const { body } = await call(key, "/v1/leads", { campaign, lead: wholeLead(n) });
    expect(body).toMatchObject({ result: "accepted" });
    sold.push(String(body.lead_id));
  }
  await settle(clock);
});
afterAll(() => {
  world.end();
  clock.end();
});

const LEDGER = ["auctions", "leads", "deliveries", "sales", "money_movements", "reservations"] as const;
/** What the ledger says, but for the numbers of its events. */
async function ledger(): Promise<unknown> {
  const found = await Promise.all(
    LEDGER.map((table) => rows<Record<string, unknown>>(`SELECT * FROM ${table} ORDER BY 1`)),
  );
  return found.map((table) => table.map((row) => ({ ...row, n: 0, summed: 0 })));
}
const sums = () =>
  Promise.all(["leads", "deliveries", "sales"].map((of) => rows(`SELECT * FROM rollup_${of} ORDER BY grain, slot`)));
const wipe = () => env.DB.batch(LEDGER.map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
const reconcile = async () => {
  clock.ms += 600_000;
  return run(clock, "/reconcile", { full: true }, 10_000);
};
const open = async () => (await admin("GET", "/differences")).items as { kind: string; subject: string }[];
const kinds = async () => [...new Set((await open()).map((difference) => difference.kind))].sort();

it("finds no difference where there is none", async () => {
  expect(await reconcile()).toMatchObject({ state: "done", counts: { leads: 4, reservations: 6 }, failed: 0 });
  expect(await open()).toEqual([]);
  expect(await rows("SELECT 1 FROM alerts WHERE kind = 'books_differ'")).toEqual([]);
});

it("an emptied ledger is told of by reconcile, comes back whole by a rebuild, and the differences are marked as mended", async () => {
  const before = await ledger();
  await wipe();
  await reconcile();
  expect(await kinds()).toEqual([
    "balance_differs_in_ledger",
    "lead_missing_in_ledger",
    "reservation_differs_in_ledger",
  ]);
  expect(await rows("SELECT subject FROM alerts WHERE kind = 'books_differ'")).toHaveLength(1);

  expect(await run(clock, "/rebuild", { reason: "the ledger was emptied" })).toMatchObject({
    state: "done",
    counts: { leads: 4, reservations: 6 },
  });
  await settle(clock);
  expect(await ledger()).toEqual(before);
  await reconcile();
  expect(await open()).toEqual([]);
  expect(((await admin("GET", "/differences?mended=true")).items as unknown[]).length).toBeGreaterThan(8);
});

it("a rebuild of a whole ledger changes nothing", async () => {
  const before = [await ledger(), await sums()];
  await run(clock, "/rebuild", { reason: "to be sure" });
  await settle(clock);
  expect([await ledger(), await sums()]).toEqual(before);
});

it("names each thing that the ledger lacks or has otherwise", async () => {
  const [a = "", b = "", c = ""] = sold;
  await env.DB.batch([
    env.DB.prepare("DELETE FROM sales WHERE lead_id = ?").bind(a),
    env.DB.prepare("DELETE FROM deliveries WHERE lead_id = ?").bind(b),
    env.DB.prepare("UPDATE leads SET state = 'unsold' WHERE lead_id = ?").bind(c),
    env.DB.prepare("UPDATE money_movements SET amount = amount + 1 WHERE account = 'buyer:beta'"),
  ]);
  await reconcile();
  expect((await open()).map(({ kind, subject }) => `${kind} ${subject}`).sort()).toEqual(
    [
      "balance_differs_in_ledger buyer:beta",
      `delivery_missing_in_ledger lead:${b}`,
      `lead_differs_in_ledger lead:${c}`,
      `sale_missing_in_ledger lead:${a}`,
    ].sort(),
  );
});

it("finds a charge whose lead was never closed, and a sale that nobody was charged for", async () => {
  const lead_id = sold[3] ?? "";
  const shard = readId(TEST_BINDINGS.HASH_SECRET, lead_id, "l")?.shard ?? "";
  await runInDurableObject(env.BOOK.get(env.BOOK.idFromName(shard)), (_, { storage }) => {
    storage.sql.exec(
      "UPDATE leads SET state = 'unsold', body = json_set(body, '$.state', 'unsold', '$.sale', NULL) WHERE lead_id = ?",
      lead_id,
    );
  });
  const charged = (
    await rows<{ reservation_id: string }>("SELECT reservation_id FROM sales WHERE lead_id = ?", sold[1] ?? "")
  )[0];
  await runInDurableObject(env.ACCOUNT.get(env.ACCOUNT.idFromName("beta")), (_, { storage }) => {
    storage.sql.exec("DELETE FROM reservations WHERE reservation_id = ?", charged?.reservation_id ?? "");
  });
  await reconcile();
  const found = (await open()).map(({ kind, subject }) => `${kind} ${subject}`);
  expect(found).toContain(`sale_without_charge lead:${sold[1]}`);
  expect(found.filter((text) => text.startsWith("charge_without_sale reservation:alpha:"))).toHaveLength(1);
});
