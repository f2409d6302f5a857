import { describe, expect, it } from "vitest";
import type { LinesQuery } from "../../../schema/rpc/book.ts";
import { attempt, claimed, ended, later, m, no, sold, T0, type TestBook, yes } from "./support.ts";
import { world } from "./world.ts";

const query = (changes: Partial<LinesQuery> = {}): LinesQuery => ({
  v: 1,
  what: "resting",
  after: null,
  limit: 50,
  ...changes,
});
const ids = (book: TestBook, changes: Partial<LinesQuery> = {}) =>
  book.core.lines(query(changes)).lines.map((line) => line.lead_id);

/** Copies of a lead under other ids. */
function copies(book: TestBook, ids: string[], changes: object = {}): void {
  const body = JSON.stringify(book.core.table.need("l1"));
  for (const lead_id of ids) {
    const copy = { ...JSON.parse(body), lead_id, ping_id: `p-${lead_id}`, ...changes };
    book.core.table.insert(copy, Number.MAX_SAFE_INTEGER);
    book.core.table.save(copy, book.now());
  }
}

/** c1 in doubt, c2 wrongly set up. */
function inDoubt(): TestBook {
  const book = claimed({ mode: "pending" });
  book.core.advance("l1", 1, { index: 0, round: 1, attempt: 2 });
  book.core.settle({ v: 1, lead_id: "l1", epoch: 1, index: 0, status: "unknown" });
  book.core.settle({ v: 1, lead_id: "l1", epoch: 1, index: 0, status: "unknown", asked: true });
  book.core.settle({ v: 1, lead_id: "l1", epoch: 1, index: 1, status: "set_up_error" });
  book.core.freeze("l1", later);
  return book;
}

describe("lines", () => {
  it("tell of an unknown while the lead moves, and of its rest", () => {
    const book = inDoubt();
    book.pass(5_000);
    expect(ids(book)).toEqual([]);
    book.core.defer("l1", 1, 60_000);
    expect(book.core.lines(query({ what: "unknown" }))).toEqual({
      next: null,
      lines: [
        {
          lead_id: "l1",
          publisher_id: "pub",
          campaign_id: "auto",
          test: false,
          mode: "pending",
          state: "open",
          created_at: T0,
          rest_at: null,
          rest_why: null,
          unknown_since: T0,
          in_doubt: [{ contract_id: "c1", buyer_id: "b1", endpoint_id: "e1", price: m(12.5), attempts: 2, asked: 1 }],
          set_up_errors: [{ contract_id: "c2", endpoint_id: "e2" }],
          told: null,
          next_at: T0 + 65_000,
        },
      ],
    });
    book.core.lease("l1", "w2", 1);
    book.core.book.now();
    book.pass(70_000);
    const epoch = book.core.lease("l1", "w3", 9_000).lead?.epoch ?? 0;
    book.core.close({ ...ended("review", epoch), rest: { why: "unreadable" } });
    for (const what of ["resting", "unknown"] as const)
      expect(book.core.lines(query({ what })).lines[0]).toMatchObject({
        state: "review",
        rest_at: book.now(),
        rest_why: "unreadable",
        next_at: null,
      });
    book.core.close(ended("unsold", null));
    expect([ids(book), ids(book, { what: "unknown" })]).toEqual([[], []]);
  });

  it("say what was told for good, and who may have a lead that was accepted and rests", () => {
    const book = claimed();
    book.core.freeze("l1", yes);
    book.core.evidence("l1", attempt(0, { takes: true }));
    book.core.close({ ...ended("review", 1), rest: { why: "lower_price" } });
    expect(book.core.lines(query()).lines[0]).toMatchObject({ told: "accepted", in_doubt: [{ contract_id: "c1" }] });
    const final = claimed();
    final.core.freeze("l1", no);
    final.core.close(sold(0));
    expect(final.core.lines(query()).lines[0]).toMatchObject({ told: "rejected", rest_why: "contested" });
  });

  it("are filtered by everything that is asked for", () => {
    const book = inDoubt();
    book.core.close({ ...ended("review", 1), rest: { why: "unknown" } });
    const fits: Partial<LinesQuery>[] = [
      { state: "review" },
      { why: "unknown" },
      { campaign_id: "auto", publisher_id: "pub" },
      { contract_id: "c1" },
      { buyer_id: "b2", endpoint_id: "e2" },
    ];
    for (const filter of fits) expect([filter, ids(book, filter)]).toEqual([filter, ["l1"]]);
    const not: Partial<LinesQuery>[] = [
      { state: "parked" },
      { why: "stuck" },
      { campaign_id: "home" },
      { publisher_id: "other" },
      // Never asked, and so not concerned.
      { contract_id: "c3" },
      // Of two bidders, not of one.
      { buyer_id: "b1", endpoint_id: "e2" },
    ];
    for (const filter of not) expect([filter, ids(book, filter)]).toEqual([filter, []]);
  });

  it("come in pages by id; a page may be empty and have a next one", () => {
    const book = inDoubt();
    book.core.close(ended("review", 1));
    copies(
      book,
      Array.from({ length: 1_205 }, (_, i) => `m${String(i).padStart(4, "0")}`),
    );
    copies(book, ["z1"], { publisher_id: "rare" });
    const first = book.core.lines(query({ limit: 2 }));
    expect([first.lines.map((line) => line.lead_id), first.next]).toEqual([["l1", "m0000"], "m0000"]);
    expect(ids(book, { after: first.next, limit: 1 })).toEqual(["m0001"]);
    const rare = book.core.lines(query({ publisher_id: "rare" }));
    expect([rare.lines, rare.next]).toEqual([[], "m0998"]);
    expect(ids(book, { publisher_id: "rare", after: rare.next })).toEqual(["z1"]);
    expect(book.core.lines(query({ publisher_id: "rare", after: "z0" })).next).toBeNull();
  });

  it("are read from an index, whatever number of leads moves or has ended", () => {
    const { sql } = claimed().core.book;
    for (const [index, column] of [
      ["leads_resting", "rest_at"],
      ["leads_in_doubt", "unknown_since"],
    ] as const) {
      const plan = sql.all<{ detail: string }>(
        `EXPLAIN QUERY PLAN SELECT body FROM leads INDEXED BY ${index} WHERE ${column} IS NOT NULL AND lead_id > 'a' ORDER BY lead_id LIMIT 9`,
      );
      expect(plan.map((row) => row.detail).join()).toContain(`USING INDEX ${index} (lead_id>?)`);
    }
  });
});

describe("facts", () => {
  it("name the sale, the holds that may be left, and the key", () => {
    const book = claimed({ wrapped_key: "k7.wrapped" });
    book.core.advance("l1", 1, { index: 0, round: 1, attempt: 1 });
    book.core.settle({ v: 1, lead_id: "l1", epoch: 1, index: 0, status: "unknown" });
    book.core.evidence("l1", attempt(1, { takes: true }));
    const open = [
      { reservation_id: "l1_c1_1_1", buyer_id: "b1" },
      { reservation_id: "l1_c2_1_1", buyer_id: "b2" },
    ];
    expect(book.core.factsById(["l1", "l9"])).toEqual([
      {
        lead_id: "l1",
        state: "open",
        test: false,
        created_at: T0,
        updated_at: T0,
        sale: null,
        open_reservations: open,
        returned: [],
        contested: [],
        attempts: 1,
        wrapped_key_id: "k7",
        erased_at: null,
        slim: false,
      },
    ]);
    book.core.close(sold(1));
    expect(book.core.factsById(["l1"])[0]).toMatchObject({
      state: "sold",
      sale: { reservation_id: "r1", buyer_id: "b2", price: m(10), payout: m(8) },
      open_reservations: open.slice(0, 1),
    });
  });

  it("come in pages, of slim leads too", async () => {
    const book = claimed();
    copies(book, ["l2", "l3"]);
    expect(book.core.facts(null, 2)).toMatchObject({ facts: [{ lead_id: "l1" }, { lead_id: "l2" }], next: "l2" });
    expect(book.core.facts("l2", 2)).toMatchObject({ facts: [{ lead_id: "l3" }], next: null });
    book.core.close(sold(0));
    await world(book).live(8 * 86_400_000);
    expect(book.core.factsById(["l1"])[0]).toMatchObject({ slim: true, sale: { buyer_id: "b1", price: m(12.5) } });
  });
});
