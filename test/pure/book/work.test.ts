import { describe, expect, it } from "vitest";
import type { AttemptKey, AttemptRecord, SettleCommand } from "../../../schema/rpc/book.ts";
import { attempt, claimed, ended, kinds, later, m, no, sold, type TestBook, yes } from "./support.ts";

const key = (index: number, attempt = 1, round = 1): AttemptKey => ({ index, round, attempt });
const settle = (index: number, status: SettleCommand["status"], changes: Partial<SettleCommand> = {}): SettleCommand => ({
  v: 1,
  lead_id: "l1",
  epoch: 1,
  index,
  status,
  ...changes,
});
const bidder = (book: TestBook, index: number) => book.core.story("l1")?.lead.plan[index];

describe("advance", () => {
  const rows: [string, "final" | "pending", (book: TestBook) => void, string][] = [
    ["in time", "final", (b) => b.pass(4_999), "go"],
    ["final, at its deadline", "final", (b) => b.pass(5_000), "closed"],
    ["final, told rejected", "final", (b) => b.core.freeze("l1", no), "closed"],
    ["final, told accepted at our risk, later", "final", (b) => (b.core.freeze("l1", yes), b.pass(9_000)), "go"],
    ["pending, after its deadline", "pending", (b) => (b.core.freeze("l1", later), b.pass(9_000)), "go"],
    ["after its lease ran out, not taken over", "pending", (b) => b.pass(60_000), "go"],
    ["taken over", "pending", (b) => (b.pass(18_000), b.core.lease("l1", "w2", 18_000)), "stale"],
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
    ["refused", { status: "refused", refusal: "cap_reached" }, { status: "refused", refusal: "cap_reached", doubt: false }],
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
      expect(book.core.settle(settle(0, status))).toMatchObject({ kind: "settled", lead: { plan: [{ status: "accepted" }, {}, {}] } });
    }
    expect(book.core.close(ended("unsold", 1))).toEqual({ kind: "stale", state: "open" });
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

describe("evidence", () => {
  const takes = (index: number, changes: Partial<AttemptRecord> = {}) => attempt(index, { takes: true, ...changes });
  const rows: [string, (book: TestBook) => void, AttemptRecord, object, string][] = [
    ["a no, in time", () => {}, attempt(0, { outcome: "rejected" }), { kind: "open", state: "open" }, "untried"],
    ["a yes, in time", () => {}, takes(0), { kind: "open", state: "open" }, "accepted"],
    ["a yes of an earlier holder", (b) => (b.pass(18_000), b.core.lease("l1", "w2", 9)), takes(0), { kind: "open", state: "open" }, "accepted"],
    ["a yes after the answer no", (b) => b.core.freeze("l1", no), takes(0), { kind: "late", state: "review" }, "untried"],
    ["a no after the answer no", (b) => b.core.freeze("l1", no), attempt(0, { outcome: "rejected" }), { kind: "late", state: "open" }, "untried"],
    ["a yes after the answer yes at our risk", (b) => b.core.freeze("l1", yes), takes(0), { kind: "open", state: "open" }, "accepted"],
    ["a yes of the buyer that has it", (b) => b.core.close(sold(0)), takes(0), { kind: "open", state: "sold" }, "accepted"],
    ["a yes of another, sold", (b) => b.core.close(sold(1)), takes(0), { kind: "late", state: "sold" }, "untried"],
    ["a yes, unsold", (b) => b.core.close(ended("unsold", 1)), takes(0), { kind: "late", state: "review" }, "untried"],
    ["a yes of another, being sold", (b) => b.core.evidence("l1", takes(1)), takes(0), { kind: "late", state: "open" }, "untried"],
    ["a yes of a round that is over", (b) => b.core.settle(settle(0, "not_taken", { next_round: true })), takes(0), { kind: "late", state: "review" }, "not_taken"],
  ];
  it.each(rows)("%s", (_name, before, record, reply, status) => {
    const book = claimed();
    before(book);
    expect(book.core.evidence("l1", record)).toEqual(reply);
    expect(bidder(book, 0)?.status).toBe(status);
    const contested = record.takes && "kind" in reply && reply.kind === "late" ? 1 : 0;
    expect(book.rows("alerts").filter((row) => row.kind === "contested")).toHaveLength(contested);
    const row = book.rows("deliveries").find((delivery) => delivery.attempt_id === record.attempt_id);
    expect(row?.late_evidence).toBe("kind" in reply && reply.kind === "late" ? 1 : 0);
    expect(book.rows("sales")).toHaveLength(book.core.lead("l1")?.state === "sold" ? 1 : 0);
  });

  it("is written once", () => {
    const book = claimed();
    const first = book.core.evidence("l1", takes(0));
    expect(book.core.evidence("l1", takes(0))).toEqual(first);
    expect(book.rows("deliveries")).toHaveLength(1);
    book.core.freeze("l1", no);
    expect(book.core.story("l1")?.attempts).toHaveLength(1);
    expect(kinds(book, "evidence")).toBe(1);
  });

  it("tells the next holder what the last one died with", () => {
    const book = claimed();
    book.core.advance("l1", 1, key(0));
    book.core.evidence("l1", attempt(0, { outcome: "unknown", class: "timeout", held_for_review: true }));
    expect(bidder(book, 0)).toMatchObject({ status: "in_flight", doubt: true, last_outcome: "unknown", last_class: "timeout", held_for_review: true });
  });

  it("decides what a freeze tells", () => {
    const book = claimed();
    book.core.evidence("l1", takes(1));
    expect(book.core.freeze("l1", no)).toEqual({ result: "accepted", price: m(8) });
    expect(book.core.story("l1")?.lead.risk_flag).toBe(false);
  });
});
