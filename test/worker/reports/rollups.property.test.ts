import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import type { NumberedEvent } from "../../../schema/events.ts";
import { ROLLUPS } from "../../../schema/rollups/rollups.ts";
import { fillOf } from "../../../schema/rollups/sql.ts";
import { eraseRows } from "../../../worker/ledger/erasure.ts";
import { projectTo } from "../../../worker/ledger/project.ts";
import { statementsOf } from "../../../worker/ledger/project-sql.ts";
import { AT, db, delivery, lead, rows, sale } from "../ledger/support.ts";
import { emptied } from "./support.ts";

/** Whatever the outboxes send, in whatever order and how often, and whoever else writes: the sums are those of the ledger's rows. */

const project = projectTo(db, () => AT);
const QUARTER = 900_000;
const at = fc.integer({ min: -5, max: 120 }).map((slot) => AT + slot * QUARTER);
const pick = <T>(...values: T[]) => fc.constantFrom(...values);
const nullable = <T>(...values: T[]) => fc.constantFrom<T | null>(...values, null);
const price = fc.constantFrom(0, 9_999, 10_000, 211_050, 2_000_000);

const aLead = fc.record({
  at,
  publisher_id: pick("pub", "other"),
  test: pick(0, 0, 0, 1),
  state: pick("open", "sold", "unsold", "review", "parked", "returned"),
  result: nullable("accepted", "rejected", "pending"),
  code: nullable("no_bids", "buyers_rejected", "parked"),
  payout: price,
  closed_at: nullable(AT),
});
const aSale = fc.record({
  at,
  arrived_at: nullable(AT - 3_600_000, AT - 400),
  buyer_id: pick("acme", "beta"),
  risk: pick(0, 1),
  recovered: pick(0, 1),
  returned_at: nullable(AT + 1),
  refunded: price,
});
const aDelivery = fc.record({
  at,
  test: pick(0, 0, 0, 1),
  endpoint_id: pick("e1", "e2"),
  outcome: pick("accepted", "rejected", "duplicate", "not_taken", "unknown", "set_up_error"),
  class: pick("ok", "timeout", "server", "rejected", "step_failed"),
  kind: pick("post", "post", "status", "report", "operator"),
  ms: pick(0, 10, 11, 900, 60_000),
  bid: nullable(0, 10_000, 10_001, 5_000_000),
  reason_class: nullable("price", "other", "a word of a later version"),
});
const draft = fc.oneof(
  fc.record({ key: pick("l1", "l2", "l3"), lead: aLead }),
  fc.record({ key: pick("l1", "l2", "l3"), price, sale: aSale }),
  fc.record({ key: pick("a1", "a2", "a3", "a4"), delivery: aDelivery }),
);

function eventOf(d: typeof draft extends fc.Arbitrary<infer T> ? T : never, n: number): NumberedEvent {
  if ("lead" in d) return lead(d.key, n, d.lead);
  const made = "sale" in d ? sale(d.key, n, d.price) : delivery(d.key, "l1", n);
  return { ...made, row: { ...made.row, ...("sale" in d ? d.sale : d.delivery) } } as NumberedEvent;
}

/** A batch as a Worker from before there was `summed` sends it: its rows alone, which triggers sum. */
async function fromBefore(events: NumberedEvent[]): Promise<void> {
  const sent = statementsOf(events).filter(({ sql }) => sql.startsWith("INSERT INTO"));
  const old = (sql: string) =>
    sql
      .replace(", summed)", ")")
      .replace(", json_extract(value, '$.n') FROM", " FROM")
      .replace(", summed = excluded.summed", "");
  for (const { sql } of sent) expect(old(sql)).not.toContain("summed");
  if (sent.length > 0) await db.batch(sent.map(({ sql, rows }) => db.prepare(old(sql)).bind(rows)));
}

/** Changes of rows where they stand: an erasure, and what somebody sets right by hand. */
const IN_PLACE: readonly (() => Promise<unknown>)[] = [
  () => eraseRows(db, "l1", AT),
  () => db.prepare("UPDATE leads SET state = 'returned', at = at + 900000 WHERE lead_id = 'l2'").run(),
  () => db.prepare("UPDATE leads SET test = 1 - test").run(),
  () => db.prepare("UPDATE sales SET returned_at = 5, refunded = price").run(),
  () => db.prepare("UPDATE deliveries SET late_evidence = 1, outcome = 'accepted' WHERE attempt_id < 'a3'").run(),
  () => db.prepare("UPDATE sales SET n = n + 1, price = price + 7 WHERE lead_id = 'l3'").run(),
];
type Step = { batch: number; before: boolean } | { in_place: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ batch: fc.nat(2), before: pick(false, false, true) }) },
  { weight: 1, arbitrary: fc.record({ in_place: fc.nat(IN_PLACE.length - 1) }) },
);

const KEYS = Object.fromEntries(ROLLUPS.map(({ name, groups }) => [name, `grain, slot, ${groups.join(", ")}`]));
/** A rollup's rows without those that have become empty. */
async function contents(name: string): Promise<Record<string, unknown>[]> {
  const found = await rows<Record<string, number | string>>(`SELECT * FROM ${name} ORDER BY ${KEYS[name]}`);
  return found.filter((row) =>
    Object.entries(row).some(([k, v]) => k !== "grain" && k !== "slot" && Number(v) !== 0 && typeof v === "number"),
  );
}
const sums = async () =>
  Object.fromEntries(await Promise.all(ROLLUPS.map(async ({ name }) => [name, await contents(name)])));

beforeEach(emptied);

test("sums equal what the rows say, whatever came twice, late or changed", { timeout: 120_000 }, async () => {
  const run = async (drafts: (typeof draft extends fc.Arbitrary<infer T> ? T : never)[], steps: Step[]) => {
    await emptied();
    const events = drafts.map((d, i) => eventOf(d, i + 1));
    const cut = Math.ceil(events.length / 3);
    const batches = [events.slice(0, cut), events.slice(cut, 2 * cut), events.slice(2 * cut)];
    for (const one of steps)
      if ("in_place" in one) await IN_PLACE[one.in_place]?.();
      else if (one.before) await fromBefore(batches[one.batch] ?? []);
      else expect(await project("o", batches[one.batch] ?? [])).toEqual({ refused: [] });
    const kept = await sums();
    await db.batch(ROLLUPS.map(({ name }) => db.prepare(`DELETE FROM ${name}`)));
    await db.batch(ROLLUPS.map((rollup) => db.prepare(fillOf(rollup))));
    expect(kept).toEqual(await sums());
    await asTheLedgerSays();
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(draft, { minLength: 3, maxLength: 24 }),
      fc.array(step, { minLength: 3, maxLength: 8 }),
      run,
    ),
    { numRuns: 80, seed: 20261128 },
  );
});

/** By SQL of its own: leads, sales and deliveries, in all three grains. */
async function asTheLedgerSays(): Promise<void> {
  for (const grain of [0, 1, 2]) {
    expect(
      await rows(
        "SELECT total(leads) AS leads, total(state_sold) AS sold, total(told_accepted) AS told FROM rollup_leads WHERE grain = ?1",
        grain,
      ),
    ).toEqual(
      await rows(
        "SELECT count(*) * 1.0 AS leads, total(state = 'sold') AS sold, total(result = 'accepted') AS told FROM leads WHERE test = 0",
      ),
    );
    expect(
      await rows(
        "SELECT total(sales) AS sales, total(revenue) AS revenue, total(payout) AS payout, total(returned) AS returned, total(refunded) AS refunded, total(recovered_revenue) AS recovered FROM rollup_sales WHERE grain = ?1",
        grain,
      ),
    ).toEqual(
      await rows(
        "SELECT total(returned_at IS NULL) AS sales, total(CASE WHEN returned_at IS NULL THEN price END) AS revenue, total(payout) AS payout, total(returned_at IS NOT NULL) AS returned, total(refunded) AS refunded, total(CASE WHEN returned_at IS NULL AND recovered = 1 THEN price END) AS recovered FROM sales",
      ),
    );
    expect(
      await rows(
        "SELECT total(attempts) AS attempts, total(accepted) AS accepted, total(rejected) AS rejected, total(class_timeout) AS timeouts FROM rollup_deliveries WHERE grain = ?1",
        grain,
      ),
    ).toEqual(
      await rows(
        "SELECT count(*) * 1.0 AS attempts, total(outcome = 'accepted') AS accepted, total(outcome = 'rejected') AS rejected, total(class = 'timeout') AS timeouts FROM deliveries WHERE test = 0 AND kind = 'post'",
      ),
    );
  }
}
