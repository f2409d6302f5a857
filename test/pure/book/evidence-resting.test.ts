import { describe, expect, it } from "vitest";
import type { AttemptRecord, CloseCommand, LeadView } from "../../../schema/rpc/book.ts";
import { attempt, bid, claimed, ended, later, no, type TestBook } from "./support.ts";
import { world } from "./world.ts";

const view = (book: TestBook): LeadView => {
  const lead = book.core.story("l1")?.lead;
  if (!lead) throw new Error("the book has let the lead go");
  return lead;
};
const state = (book: TestBook) => view(book).state;

/** A pending lead that rests because nothing is known of its first buyer. */
function resting(why: NonNullable<CloseCommand["rest"]>["why"] = "unknown", mode: "pending" | "final" = "pending") {
  const book = claimed({ mode });
  book.core.advance("l1", 1, { index: 0, round: 1, attempt: 1 });
  book.core.settle({ v: 1, lead_id: "l1", epoch: 1, index: 0, status: "unknown" });
  book.core.freeze("l1", mode === "pending" ? later : no);
  book.core.close({ ...ended("review", 1), rest: { why, contract_id: "c1" } });
  return book;
}

const report = (outcome: AttemptRecord["outcome"], changes: Partial<AttemptRecord> = {}) =>
  attempt(0, { attempt_id: `report-${outcome}`, kind: "report", outcome, http_status: null, ...changes });
const yes = (changes: Partial<AttemptRecord> = {}) => report("accepted", { takes: true, ...changes });

describe("a yes for a lead that rests", () => {
  it("opens it with its bidder accepted, and a wake-up comes at once", async () => {
    const book = resting();
    const w = world(book);
    book.pass(3_600_000);
    expect(book.core.evidence("l1", yes())).toEqual({ kind: "open", state: "open" });
    expect(view(book)).toMatchObject({ rest: null, plan: [{ status: "accepted" }, {}, {}] });
    await w.live(1_000);
    expect(w.sent).toEqual([{ v: 1, kind: "lead", lead_id: "l1" }]);
    const leased = book.core.lease("l1", "w2", 18_000);
    expect(leased.lead).toMatchObject({ epoch: 3, state: "open" });
    expect(book.core.close({ ...ended("unsold", 3) }).kind).toBe("stale");
  });

  it("is one event, however often it is reported", () => {
    const book = resting();
    book.core.evidence("l1", yes());
    const epoch = view(book).epoch;
    book.core.close({ v: 1, lead_id: "l1", epoch: null, state: "sold", index: 0, ...sale });
    expect(book.core.evidence("l1", yes())).toEqual({ kind: "open", state: "sold" });
    expect(book.core.evidence("l1", yes({ attempt_id: "again" }))).toEqual({ kind: "open", state: "sold" });
    expect([view(book).epoch, state(book)]).toEqual([epoch, "sold"]);
  });

  const stays: [string, () => TestBook, AttemptRecord, string][] = [
    ["told rejected: contested", () => resting("unknown", "final"), yes(), "contested"],
    ["another has it: contested", () => acceptedBy(1), yes(), "contested"],
    ["a round that is over: contested", () => resting(), yes({ round: 4 }), "contested"],
    ["another said yes too late before: an operator decides", contestedBefore, yes(), "contested"],
    ["its content is gone", erased, yes(), "unknown"],
  ];
  it.each(stays)("stays: %s", (_name, make, record, why) => {
    const book = make();
    book.core.evidence("l1", record);
    expect([state(book), view(book).rest?.why]).toEqual(["review", why]);
  });

  it("parked ones too", () => {
    const book = claimed({ mode: "pending" });
    book.core.settle({ v: 1, lead_id: "l1", epoch: 1, index: 0, status: "set_up_error" });
    book.core.close(ended("parked", 1));
    expect(book.core.evidence("l1", yes()).state).toBe("open");
    expect(book.core.repaired("e1", 0, 10)).toBe(0);
  });
});

const sale = { reservation_id: "r0", price: bid(1, 10).price, payout: bid(1, 10).payout };

/** Rests although a bidder has it: its price was too low, say. */
function acceptedBy(index: number): TestBook {
  const book = claimed({ mode: "pending" });
  book.core.evidence("l1", attempt(index, { takes: true }));
  book.core.close({ ...ended("review", 1), rest: { why: "lower_price" } });
  return book;
}
function contestedBefore(): TestBook {
  const book = resting();
  book.core.evidence("l1", attempt(2, { takes: true, round: 9, attempt_id: "late" }));
  return book;
}
function erased(): TestBook {
  const book = resting();
  book.core.erase("l1", "op");
  return book;
}

describe("a definite no for a lead that rests", () => {
  const opens = ["unknown", "held_for_review", "unreadable"] as const;
  it.each(opens)("opens it, for the flow to give the hold back: %s", (why) => {
    const book = resting(why);
    expect(book.core.evidence("l1", report("rejected")).state).toBe("open");
    expect(view(book).plan[0]).toMatchObject({ status: "unknown", definite_no: "rejected" });
    const epoch = book.core.lease("l1", "w2", 18_000).lead?.epoch ?? 0;
    book.core.settle({ v: 1, lead_id: "l1", epoch, index: 0, status: "rejected" });
    expect(view(book).plan[0]).toMatchObject({ status: "rejected", doubt: false });
    expect(view(book).plan[0]?.definite_no).toBeUndefined();
  });

  it("also of a final publisher that was told no: what is left is the end", () => {
    const book = resting("unknown", "final");
    expect(book.core.evidence("l1", report("rejected"))).toEqual({ kind: "late", state: "open" });
    const epoch = book.core.lease("l1", "w2", 18_000).lead?.epoch ?? 0;
    expect(book.core.advance("l1", epoch, { index: 1, round: 1, attempt: 1 })).toEqual({ kind: "closed" });
  });

  const stays: [string, () => TestBook, AttemptRecord][] = [
    ["a post's own rejection is not definite", () => resting(), report("rejected", { kind: "post" })],
    ["a status call that knows nothing", () => resting(), report("unknown", { kind: "status" })],
    ["another round's", () => resting(), report("rejected", { round: 2 })],
    ["of a bidder that was never in doubt", () => resting(), report("rejected", { index: 1, contract_id: "c2" })],
    ["where a person has to look anyway", () => resting("contested"), report("rejected")],
    ["where the price was the matter", () => acceptedBy(0), report("rejected")],
  ];
  it.each(stays)("stays: %s", (_name, make, record) => {
    const book = make();
    book.core.evidence("l1", record);
    expect(state(book)).toBe("review");
  });
});

describe("a lead that waits for its time", () => {
  it.each([yes(), report("not_taken")])("goes on at once ($outcome)", async (record) => {
    const book = claimed({ mode: "pending" });
    book.core.advance("l1", 1, { index: 0, round: 1, attempt: 1 });
    book.core.settle({ v: 1, lead_id: "l1", epoch: 1, index: 0, status: "unknown" });
    book.core.defer("l1", 1, 3_600_000);
    expect(book.core.lease("l1", "w2", 18_000).why).toBe("not_due");
    book.core.evidence("l1", record);
    const w = world(book);
    await w.live(1_000);
    expect(w.sent).toHaveLength(1);
    expect(book.core.lease("l1", "w2", 18_000).lead?.epoch).toBe(2);
  });

  it("does not for an answer that settles nothing", () => {
    const book = claimed({ mode: "pending" });
    book.core.defer("l1", 1, 3_600_000);
    book.core.evidence("l1", attempt(0, { outcome: "unknown", kind: "status" }));
    expect(book.core.lease("l1", "w2", 18_000).why).toBe("not_due");
  });
});

describe("how evidence came", () => {
  it("is told to the ledger, and a status call does not hide what the post was answered", () => {
    const book = claimed({ mode: "pending" });
    book.core.evidence("l1", attempt(0, { outcome: "unknown", class: "timeout" }));
    book.core.evidence("l1", attempt(0, { attempt_id: "s1", kind: "status", outcome: "unknown", class: "unreadable" }));
    expect(book.rows("deliveries").map((row) => row.kind)).toEqual(["post", "status"]);
    expect(view(book).plan[0]).toMatchObject({ last_class: "timeout", doubt: true });
  });
});
