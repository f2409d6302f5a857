import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { NumberedEvent } from "../../../schema/events.ts";
import { statementsOf } from "../../../worker/ledger/project-sql.ts";

const AT = Date.UTC(2026, 11, 31, 23, 59, 59);
const migrations = readdirSync("schema/migrations")
  .filter((name) => name.endsWith(".sql"))
  .sort()
  .map((name) => readFileSync(`schema/migrations/${name}`, "utf8"));

/** Made once: their triggers take longer than any case. */
const stores = [0, 1].map(() => {
  const db = new DatabaseSync(":memory:");
  for (const sql of migrations) db.exec(sql);
  return db;
});

/** An empty ledger, one of two at a time: what the case before it wrote is rolled back. */
function ledger(which: 0 | 1 = 0) {
  const db = stores[which] as DatabaseSync;
  if (db.isTransaction) db.exec("ROLLBACK");
  db.exec("BEGIN");
  return {
    apply: (events: NumberedEvent[]) => {
      for (const { sql, rows } of statementsOf(events)) db.prepare(sql).run(rows);
    },
    all: (sql: string) =>
      db
        .prepare(sql)
        .all()
        .map((row) => ({ ...row })),
  };
}

const KEYS = ["a", "b", "c"];
const breakerEvent = (id: string, n: number, why: string): NumberedEvent => ({
  table: "breaker_events",
  row: { id, at: AT, buyer_id: "b", endpoint_id: "e", phase: "ping", state: "open", why },
  n,
});
const reservation = (reservation_id: string, n: number, amount: number): NumberedEvent => ({
  table: "reservations",
  row: { reservation_id, at: AT, buyer_id: "b", contract_id: "c", lead_id: "l", state: "held", amount },
  n,
});

const events = fc
  .array(fc.record({ key: fc.constantFrom(...KEYS), append: fc.boolean(), amount: fc.nat(1000) }), {
    minLength: 1,
    maxLength: 30,
  })
  .map((drafts) =>
    drafts.map(({ key, append, amount }, i) =>
      append ? breakerEvent(key, i + 1, String(amount)) : reservation(key, i + 1, amount),
    ),
  );
const cuts = fc.array(fc.nat(30), { maxLength: 6 });

test("however an outbox is cut into batches, and whichever are repeated, the rows are those of one by one", () => {
  fc.assert(
    fc.property(events, cuts, fc.array(fc.nat(10), { maxLength: 4 }), (all, at, repeats) => {
      const edges = [...new Set([0, ...at.filter((cut) => cut < all.length), all.length])].sort((a, b) => a - b);
      const batches = edges.slice(1).map((edge, i) => all.slice(edges[i], edge));
      const [one, other] = [ledger(0), ledger(1)];
      for (const event of all) one.apply([event]);
      for (const batch of batches) other.apply(batch);
      for (const again of repeats) other.apply(batches[again % batches.length] ?? []);
      for (const sql of ["SELECT * FROM reservations ORDER BY 1", "SELECT * FROM breaker_events ORDER BY 1"])
        expect(other.all(sql)).toEqual(one.all(sql));
    }),
    { seed: 20261120, numRuns: 100 },
  );
});

test("rows that change end at their newest number in any order of arrival", () => {
  fc.assert(
    fc.property(events, fc.infiniteStream(fc.nat()), (all, random) => {
      const changing = all.filter((event) => event.table === "reservations");
      const shuffled = changing
        .map((event) => ({ event, key: random.next().value as number }))
        .sort((a, b) => a.key - b.key);
      const [one, other] = [ledger(0), ledger(1)];
      one.apply(changing);
      for (const { event } of shuffled) other.apply([event]);
      expect(other.all("SELECT * FROM reservations ORDER BY 1")).toEqual(
        one.all("SELECT * FROM reservations ORDER BY 1"),
      );
    }),
    { seed: 20261120, numRuns: 100 },
  );
});

test.each([
  ["apostrophes and quotes", `O'Brien "the" \\ back`],
  ["JSON in a text", '{"a":[1,2,{"b":"c"}]}'],
  ["a number's text", "00123"],
  ["beyond the basic plane", "Zoë 🚗 \u2028"],
  ["nothing", ""],
])("a text stays letter by letter: %s", (_, why) => {
  const db = ledger();
  db.apply([breakerEvent("a", 1, why)]);
  expect(db.all("SELECT why, month, typeof(why) AS type FROM breaker_events")).toEqual([
    { why, month: 202612, type: "text" },
  ]);
});

test("one statement a table; more only where a parameter would grow beyond its limit", () => {
  const few = [reservation("a", 1, 1), breakerEvent("a", 2, "x"), reservation("b", 3, 1)];
  expect(statementsOf(few).map((s) => s.table)).toEqual(["reservations", "breaker_events"]);
  const large = Array.from({ length: 10 }, (_, i) => breakerEvent(`e${i}`, i + 1, "é".repeat(100_000)));
  const cut = statementsOf(large);
  expect(cut).toHaveLength(3);
  for (const { rows } of cut) expect(new TextEncoder().encode(rows).length).toBeLessThan(910_000);
  expect(cut.flatMap(({ rows }) => JSON.parse(rows) as unknown[])).toHaveLength(10);
});

test("amounts up to the limit of money stay exact", () => {
  const db = ledger();
  db.apply([reservation("a", 1, 1_000_000_000_000)]);
  expect(db.all("SELECT amount, typeof(amount) AS type FROM reservations")).toEqual([
    { amount: 1_000_000_000_000, type: "integer" },
  ]);
});
