import { describe, expect, it } from "vitest";
import type { CloseCommand, LeaseReply } from "../../../schema/rpc/book.ts";
import { attempt, auction, claimed, ended, later, m, no, sold, type TestBook, yes } from "./support.ts";
import { world } from "./world.ts";

const restOf = (book: TestBook) => book.core.story("l1")?.lead.rest;
const row = (book: TestBook) => book.rows("leads").at(-1);

describe("why a lead rests", () => {
  const given = { why: "unreadable" as const, contract_id: "c1" };
  const rows: [string, (book: TestBook) => void, CloseCommand, object][] = [
    ["as the close says", () => {}, { ...ended("review", 1), rest: given }, given],
    ["review, nobody says", () => {}, ended("review", 1), { why: "unknown" }],
    ["parked, nobody says", () => {}, ended("parked", 1), { why: "set_up_error" }],
    ["contested", (b) => b.core.freeze("l1", no), sold(0), { why: "contested" }],
    [
      "contested, by its contract",
      (b) => b.core.freeze("l1", no),
      { ...sold(0), reservation_id: "l1_c1_1_1" },
      { why: "contested", contract_id: "c1" },
    ],
  ];
  it.each(rows)("%s", (_name, before, command, expected) => {
    const book = claimed();
    before(book);
    book.pass(1_000);
    book.core.close(command);
    expect(restOf(book)).toEqual({ ...expected, at: book.now() });
    expect(row(book)).toMatchObject({ rest_why: restOf(book)?.why, rest_at: book.now() });
  });

  it.each([
    ["yes", { takes: true }],
    ["no", { kind: "report", outcome: "rejected" }],
  ] as const)("not for a doubt whose end the book has heard: a %s that the caller does not know yet", (_, word) => {
    const book = claimed({ mode: "pending" });
    const doubt: CloseCommand = { ...ended("review", 1), rest: { why: "unknown", contract_id: "c1" } };
    book.core.settle({ v: 1, lead_id: "l1", epoch: 1, index: 0, status: "unknown" });
    book.core.evidence("l1", attempt(0, word));
    expect(book.core.close(doubt)).toEqual({ kind: "stale", state: "open" });
    // What a person must look at is another matter: the price of that very yes.
    if (!("takes" in word)) return;
    expect(book.core.close({ ...doubt, rest: { why: "lower_price", contract_id: "c1" } }).kind).toBe("closed");
  });

  it("is kept with its time when contested on top, and gone with the end", () => {
    const book = claimed({ mode: "pending" });
    book.core.close(ended("review", 1));
    const since = book.now();
    book.pass(60_000);
    book.core.settle({ v: 1, lead_id: "l1", epoch: 1, index: 0, status: "not_taken", next_round: true });
    book.core.evidence("l1", attempt(0, { takes: true, round: 7 }));
    expect(restOf(book)).toMatchObject({ why: "contested", at: since });
    book.core.close(ended("unsold", null));
    expect([restOf(book), row(book)?.rest_why, row(book)?.rest_at]).toEqual([null, null, null]);
  });
});

/** Takes the lead over and dies, so many times. */
function dieHolding(book: TestBook, times: number): LeaseReply[] {
  return Array.from({ length: times }, (_, i) => {
    book.pass(60_000);
    return book.core.lease("l1", `dead-${i}`, 18_000);
  });
}

describe("a lead that nobody moves", () => {
  it("rests as stuck instead of an eighth take-over, with one alert and an answer", () => {
    const book = claimed({ mode: "pending" });
    expect(dieHolding(book, 7).map((reply) => reply.lead?.stalls)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(dieHolding(book, 2)).toEqual([
      { lead: null, why: "ended" },
      { lead: null, why: "ended" },
    ]);
    expect(restOf(book)).toMatchObject({ why: "stuck" });
    expect(book.rows("alerts").map((alert) => alert.kind)).toEqual(["stuck"]);
    expect(book.core.told("l1")).toMatchObject({ result: "pending", code: "under_review" });
    expect(book.told).toContain("l1");
    expect(book.core.book.due.ready(Number.MAX_SAFE_INTEGER, 9).map((due) => due.kind)).not.toContain("sweep");
  });

  const steps: [string, (book: TestBook, epoch: number) => void][] = [
    ["advance", (b, epoch) => b.core.advance("l1", epoch, { index: 0, round: 1, attempt: 1 })],
    ["settle", (b, epoch) => b.core.settle({ v: 1, lead_id: "l1", epoch, index: 0, status: "rejected" })],
    ["evidence", (b) => b.core.evidence("l1", attempt(0, { outcome: "unknown" }))],
    ["extend", (b, epoch) => b.core.extend("l1", epoch, auction({ ping_id: "p9" }))],
    ["defer", (b, epoch) => b.core.defer("l1", epoch, 1_000)],
  ];
  it.each(steps)("counts from the last step forward: %s", (_name, step) => {
    const book = claimed({ mode: "pending" });
    dieHolding(book, 7);
    step(book, 8);
    expect(dieHolding(book, 1)[0]?.lead?.stalls).toBe(1);
  });

  it("a renewed lease and a repeated evidence are no take-over and no step", () => {
    const book = claimed({ mode: "pending" });
    book.core.evidence("l1", attempt(0, { outcome: "unknown" }));
    dieHolding(book, 3);
    expect(book.core.lease("l1", "dead-2", 18_000).lead?.stalls).toBe(3);
    book.core.evidence("l1", attempt(0, { outcome: "unknown" }));
    expect(book.core.story("l1")?.lead.stalls).toBe(3);
  });

  it("tells a final publisher by its risk rule", () => {
    for (const [risk_rule, result] of [
      ["rejected", "rejected"],
      ["accepted", "accepted"],
    ] as const) {
      const book = claimed({ risk_rule });
      book.core.settle({ v: 1, lead_id: "l1", epoch: 1, index: 0, status: "unknown" });
      dieHolding(book, 8);
      expect(book.core.told("l1")?.result).toBe(result);
      expect(book.core.story("l1")?.lead.risk_flag).toBe(result === "accepted");
    }
  });

  it("with a buyer that has it, tells that it was accepted", () => {
    const book = claimed();
    book.core.evidence("l1", attempt(1, { takes: true }));
    dieHolding(book, 8);
    expect([book.core.told("l1")?.result, book.core.told("l1")?.price]).toEqual(["accepted", m(8)]);
  });
});

describe("wake-ups that nobody answers", () => {
  it("never stop, one every half minute at most", async () => {
    const book = claimed({ mode: "pending" });
    const w = world(book);
    await w.live(600_000);
    const before = w.sent.length;
    await w.live(6 * 3_600_000);
    expect(w.sent.length - before).toBe(720);
    expect(book.core.lead("l1")?.state).toBe("open");
  });
});

describe("a book of an earlier version", () => {
  it("has the fields that came later, and its resting leads are found", () => {
    const book = claimed({ mode: "pending" });
    book.core.freeze("l1", later);
    book.core.settle({ v: 1, lead_id: "l1", epoch: 1, index: 0, status: "set_up_error" });
    book.core.close(ended("parked", 1));
    const { sql } = book.core.book;
    const later_fields = ["past_sales", "reselling", "re_auctions", "re_auction_ids", "stalls", "rest", "erased_at"];
    const body = JSON.parse(sql.all<{ body: string }>("SELECT body FROM leads")[0]?.body ?? "");
    for (const field of [...later_fields, "person_marks"]) delete body[field];
    sql.run("UPDATE leads SET body = ?", JSON.stringify(body));
    expect(book.core.story("l1")?.lead).toMatchObject({
      stalls: 0,
      re_auctions: 0,
      erased_at: null,
      rest: { why: "set_up_error", at: book.now() },
    });
    expect(book.core.close(sold(1))).toMatchObject({ kind: "closed", outcome: { result: "accepted" } });
    expect(book.core.freeze("l1", yes)).toMatchObject({ result: "accepted", price: m(8) });
  });
});
