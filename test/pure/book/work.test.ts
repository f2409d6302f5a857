import { describe, expect, it } from "vitest";
import type { AttemptKey, LeadOutcome, SettleCommand } from "../../../schema/rpc/book.ts";
import { attempt, claimed, ended, later, no, sold, type TestBook, takeOver, yes } from "./support.ts";

const key = (index: number, attempt = 1, round = 1): AttemptKey => ({ index, round, attempt });
const settle = (
  index: number,
  status: SettleCommand["status"],
  changes: Partial<SettleCommand> = {},
): SettleCommand => ({
  v: 1,
  lead_id: "l1",
  epoch: 1,
  index,
  status,
  ...changes,
});
const bidder = (book: TestBook, index: number) => book.core.story("l1")?.lead.plan[index];

function toldThenLater(book: TestBook, outcome: LeadOutcome): void {
  book.core.freeze("l1", outcome);
  book.pass(9_000);
}

describe("advance", () => {
  const rows: [string, "final" | "pending", (book: TestBook) => void, string][] = [
    ["in time", "final", (b) => b.pass(4_999), "go"],
    ["final, at its deadline", "final", (b) => b.pass(5_000), "closed"],
    ["final, told rejected", "final", (b) => b.core.freeze("l1", no), "closed"],
    ["final, told accepted at our risk, later", "final", (b) => toldThenLater(b, yes), "go"],
    ["pending, after its deadline", "pending", (b) => toldThenLater(b, later), "go"],
    ["after its lease ran out, not taken over", "pending", (b) => b.pass(60_000), "go"],
    ["taken over", "pending", takeOver, "stale"],
    ["given up", "pending", (b) => b.core.defer("l1", 1, 1_000), "stale"],
    ["sold", "final", (b) => b.core.close(sold(0)), "stale"],
    ["resting", "final", (b) => b.core.close(ended("review", 1)), "stale"],
    ["accepted meanwhile", "final", (b) => b.core.evidence("l1", attempt(1, { takes: true })), "stale"],
  ];
  it.each(rows)("%s", (_name, mode, before, expected) => {
    const book = claimed({ mode });
    before(book);
    expect(book.core.advance("l1", 1, key(0)).kind).toBe(expected);
    expect(bidder(book, 0)?.status === "in_flight").toBe(expected === "go");
  });

  it("renews the lease", () => {
    const book = claimed({ mode: "pending" });
    book.pass(17_000);
    book.core.advance("l1", 1, key(0));
    book.pass(17_000);
    expect(book.core.lease("l1", "w2", 1_000)).toEqual({ lead: null, why: "leased", retry_in_ms: 1_000 });
  });

  it("keeps an exclusive lead with one buyer, and its attempts in order", () => {
    const book = claimed();
    book.core.advance("l1", 1, key(0, 2));
    expect(() => book.core.advance("l1", 1, key(1))).toThrow("in flight");
    expect(() => book.core.advance("l1", 1, key(0, 1))).toThrow("numbered");
    expect(() => book.core.advance("l1", 1, key(3))).toThrow("no bidder");
    expect(bidder(book, 0)).toMatchObject({ status: "in_flight", attempts: 2, round: 1 });
  });
});

describe("settle", () => {
  const rows: [string, Partial<SettleCommand> & { status: SettleCommand["status"] }, object][] = [
    [
      "refused",
      { status: "refused", refusal: "cap_reached" },
      { status: "refused", refusal: "cap_reached", doubt: false },
    ],
    ["unknown leaves a doubt", { status: "unknown", retry_in_ms: 2_000 }, { doubt: true, round: 1, attempts: 1 }],
    ["a new round forgets", { status: "not_taken", next_round: true }, { round: 2, attempts: 0, doubt: false }],
    ["set-up error", { status: "set_up_error" }, { status: "set_up_error", doubt: false }],
  ];
  it.each(rows)("%s", (_name, { status, ...changes }, expected) => {
    const book = claimed();
    book.core.advance("l1", 1, key(0));
    expect(book.core.settle(settle(0, status, changes)).kind).toBe("settled");
    expect(bidder(book, 0)).toMatchObject(expected);
    expect(bidder(book, 0)?.not_before).toBe(changes.retry_in_ms === undefined ? undefined : book.now() + 2_000);
  });

  it.each([
    [false, ["set_up_error"]],
    [true, []],
  ])("alerts operators of a set-up error, unless the lead is a test (%s)", (test, alerts) => {
    const book = claimed({ test });
    book.core.advance("l1", 1, key(0));
    book.core.settle(settle(0, "set_up_error"));
    expect(book.rows("alerts").map((row) => row.kind)).toEqual(alerts);
  });

  it("keeps the doubt for the rest of the round, not beyond", () => {
    const book = claimed({ mode: "pending" });
    book.core.settle(settle(0, "unknown"));
    book.core.advance("l1", 1, key(0, 2));
    book.core.settle(settle(0, "refused", { refusal: "breaker_open" }));
    expect(bidder(book, 0)?.doubt).toBe(true);
    book.core.advance("l1", 1, key(0, 1, 2));
    expect(bidder(book, 0)).toMatchObject({ doubt: false, round: 2, attempts: 1 });
  });

  it("never takes an acceptance back that evidence brought", () => {
    const book = claimed();
    book.core.evidence("l1", attempt(0, { takes: true }));
    for (const status of ["unknown", "rejected", "untried"] as const) {
      expect(book.core.settle(settle(0, status))).toMatchObject({
        kind: "settled",
        lead: { plan: [{ status: "accepted" }, {}, {}] },
      });
    }
    expect(book.core.close(ended("unsold", 1))).toEqual({ kind: "stale", state: "open" });
  });

  it("takes no second acceptance: who came later was contested", () => {
    const book = claimed();
    book.core.advance("l1", 1, key(0));
    book.core.evidence("l1", attempt(1, { takes: true }));
    expect(book.core.settle(settle(0, "accepted"))).toMatchObject({
      kind: "settled",
      lead: { plan: [{ status: "unknown", doubt: true }, { status: "accepted" }, {}] },
    });
  });

  it("is only for the holder", () => {
    const book = claimed();
    expect(book.core.settle(settle(0, "rejected", { epoch: 2 }))).toEqual({ kind: "stale" });
    book.core.close(sold(0));
    expect(book.core.settle(settle(0, "rejected"))).toEqual({ kind: "stale" });
  });

  it("counts leads with an unknown until they end", () => {
    const book = claimed();
    book.core.settle(settle(0, "unknown"));
    book.pass(7_000);
    expect(book.core.stats()).toMatchObject({ unknown: 1, oldest_unknown_ms: 7_000, open_leads: 1, resting_leads: 0 });
    book.core.close(ended("review", 1));
    expect(book.core.stats()).toMatchObject({ unknown: 1, open_leads: 0, resting_leads: 1 });
    book.core.close(ended("unsold", null));
    expect(book.core.stats()).toMatchObject({ unknown: 0, oldest_unknown_ms: 0, resting_leads: 0 });
  });
});
