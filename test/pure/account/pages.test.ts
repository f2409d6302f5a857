import { describe, expect, it } from "vitest";
import { AccountCore } from "../../../durable-objects/account/core.ts";
import { AccountBook, command, terms, usd } from "../../support/account-book.ts";
import { nodeSql } from "../../support/node-sql.ts";

/** A charge, a refunded charge, a doubt, a rejection and a hold, in this order. */
async function lived(): Promise<AccountBook> {
  const book = new AccountBook();
  book.deposit(usd(100));
  const own = terms({ buyer: { credit_limit: 0 }, contract: { duplicate_window_ms: 86_400_000 } });
  for (const id of ["r1", "r2", "r3", "r4", "r5"]) book.core.reserve(command(id, { terms: own }));
  await book.pass(4_000);
  book.capture("r1", usd(9));
  book.capture("r2", usd(10));
  await book.pass(7_000);
  book.core.refund({ v: 1, id: "f", reservation_id: "r2", reason: "failed", author: "bob", free_place: true });
  book.core.doubt("r3", 3_600_000);
  book.core.release("r4", "rejected");
  await book.pass(5_000);
  return book;
}

describe("pages for reconcile", () => {
  it("give every reservation once, with the money of the same moment", async () => {
    const book = await lived();
    const whole = book.core.reservations(null, 100);
    const fact = (id: string, state: string, amount: number, refunded = 0) =>
      expect.objectContaining({
        reservation_id: id,
        lead_id: `lead-${id}`,
        contract_id: "c1",
        state,
        amount,
        refunded,
      });
    expect(whole).toEqual({
      facts: [
        fact("r1", "captured", usd(9)),
        fact("r2", "captured", usd(10), usd(10)),
        fact("r3", "in_doubt", usd(10)),
        fact("r4", "released", usd(10)),
        fact("r5", "held", usd(10)),
      ],
      next: null,
      balance: usd(91),
      held: usd(20),
    });
    const first = book.core.reservations(null, 2);
    const second = book.core.reservations(first.next, 2);
    const third = book.core.reservations(second.next, 2);
    expect([...first.facts, ...second.facts, ...third.facts]).toEqual(whole.facts);
    expect(third.next).toBeNull();
  });

  it("give those that are asked for, and nothing for what never was", async () => {
    const book = await lived();
    expect(book.core.reservationsById(["r5", "x", "r1"]).map((fact) => fact.reservation_id)).toEqual(["r1", "r5"]);
    expect(book.core.reservationsById([])).toEqual([]);
  });
});

describe("republish", () => {
  it("writes the same rows again, so that an emptied ledger gets them back", async () => {
    const book = await lived();
    const latest = () => ({
      reservations: [...new Map(book.rows("reservations").map((row) => [row.reservation_id, row])).values()],
      money: [...new Map(book.rows("money_movements").map((row) => [row.id, row])).values()],
      status: [...new Map(book.rows("status").map((row) => [`${row.kind}/${row.id}`, row.body])).entries()],
    });
    const byId = (told: ReturnType<typeof latest>) => ({
      reservations: [...told.reservations].sort((a, b) => a.reservation_id.localeCompare(b.reservation_id)),
      money: [...told.money].sort((a, b) => a.id.localeCompare(b.id)),
      status: [...told.status].sort(),
    });
    const before = byId(latest());
    expect(before.money).toHaveLength(8);
    const last = book.events[book.events.length - 1]?.n ?? 0;
    book.events.length = 0;
    await book.pass(6_000);
    expect(book.core.republish(["r1", "r2", "r3", "r4", "r5", "x"], true)).toBe(4);
    await book.pass(5_000);
    expect(byId(latest())).toEqual(before);
    // Newer than all that was told before: the ledger takes only what is.
    expect(Math.min(...book.events.map((event) => event.n))).toBeGreaterThan(last);
    expect(book.core.view()).toMatchObject({ balance: usd(91), held: usd(20) });
  });

  it("leaves entries alone unless asked", async () => {
    const book = await lived();
    book.events.length = 0;
    expect(book.core.republish(["r1"], false)).toBe(1);
    await book.pass(5_000);
    expect(book.rows("money_movements").map((row) => row.ref)).toEqual(["r1", "r1"]);
    expect(book.rows("status")).toEqual([]);
  });
});

describe("forget", () => {
  it("frees the consumers of these leads for good, also of a hold that is charged later", async () => {
    const book = await lived();
    const own = terms({ contract: { duplicate_window_ms: 86_400_000 } });
    const ask = (id: string, consumer: string) => {
      const reply = book.core.reserve(
        command(id, { terms: own, consumer_keys: [`consumer-${consumer}`], amount: usd(1) }),
      );
      return reply.kind === "refused" ? reply.code : reply.kind;
    };
    book.core.forget(["lead-r3", "lead-r5", "lead-unheard-of"]);
    book.capture("r5", usd(10));
    expect([ask("a", "r1"), ask("b", "r3"), ask("c", "r5")]).toEqual(["duplicate", "held", "held"]);
    const left = book.sql.all<{ n: number }>(
      "SELECT count(*) AS n FROM reservations WHERE consumer_keys <> '[]' AND lead_id IN ('lead-r3', 'lead-r5')",
    );
    expect(left).toEqual([{ n: 0 }]);
  });
});

it("an account whose tables are older than a column gets it, and keeps what it has", () => {
  const sql = nodeSql();
  sql.run(`CREATE TABLE reservations (reservation_id TEXT PRIMARY KEY, lead_id TEXT NOT NULL, contract_id TEXT NOT NULL, endpoint_id TEXT NOT NULL,
    source TEXT NOT NULL, epoch INTEGER NOT NULL, state TEXT NOT NULL, amount INTEGER NOT NULL, price INTEGER, at INTEGER NOT NULL, windows TEXT NOT NULL,
    consumer_keys TEXT NOT NULL, doubted_at INTEGER, doubt_until INTEGER, why TEXT) WITHOUT ROWID`);
  sql.run(
    "INSERT INTO reservations VALUES ('r0', 'l0', 'c1', 'e1', 'pub', 1, 'captured', 5, 5, 77, '[]', '[]', NULL, NULL, NULL)",
  );
  for (let starts = 0; starts < 2; starts++) {
    const core = new AccountCore(sql, "acme", () => 1_000);
    expect(core.reservationsById(["r0"])).toMatchObject([{ state: "captured", amount: 5, at: 77 }]);
    expect(core.republish(["r0"], false)).toBe(1);
  }
});
