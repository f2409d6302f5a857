import { describe, expect, it } from "vitest";
import type { AttemptRecord } from "../../../schema/rpc/book.ts";
import { attempt, claimed, ended, kinds, m, no, sold, type TestBook, takeOver, yes } from "./support.ts";

const bidder = (book: TestBook, index: number) => book.core.story("l1")?.lead.plan[index];

describe("evidence", () => {
  const takes = (index: number, changes: Partial<AttemptRecord> = {}) => attempt(index, { takes: true, ...changes });
  const rows: [string, (book: TestBook) => void, AttemptRecord, object, string][] = [
    ["a no, in time", () => {}, attempt(0, { outcome: "rejected" }), { kind: "open", state: "open" }, "untried"],
    ["a yes, in time", () => {}, takes(0), { kind: "open", state: "open" }, "accepted"],
    ["a yes of an earlier holder", takeOver, takes(0), { kind: "open", state: "open" }, "accepted"],
    [
      "a yes after the answer no",
      (b) => b.core.freeze("l1", no),
      takes(0),
      { kind: "late", state: "review" },
      "untried",
    ],
    [
      "a no after the answer no",
      (b) => b.core.freeze("l1", no),
      attempt(0, { outcome: "rejected" }),
      { kind: "late", state: "open" },
      "untried",
    ],
    [
      "a yes after the answer yes at our risk",
      (b) => b.core.freeze("l1", yes),
      takes(0),
      { kind: "open", state: "open" },
      "accepted",
    ],
    [
      "a yes of the buyer that has it",
      (b) => b.core.close(sold(0)),
      takes(0),
      { kind: "open", state: "sold" },
      "accepted",
    ],
    ["a yes of another, sold", (b) => b.core.close(sold(1)), takes(0), { kind: "late", state: "sold" }, "untried"],
    ["a yes, unsold", (b) => b.core.close(ended("unsold", 1)), takes(0), { kind: "late", state: "review" }, "untried"],
    [
      "a yes of another, being sold",
      (b) => b.core.evidence("l1", takes(1)),
      takes(0),
      { kind: "late", state: "open" },
      "untried",
    ],
    [
      "a yes of a round that is over",
      (b) => b.core.settle({ v: 1, lead_id: "l1", epoch: 1, index: 0, status: "not_taken", next_round: true }),
      takes(0),
      { kind: "late", state: "review" },
      "not_taken",
    ],
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

  it("a no of the buyer counts once no repeat of its post is on its way", () => {
    const said = attempt(0, { attempt_id: "r0_report_rejected", kind: "report", outcome: "rejected" });
    const asked = attempt(0, { attempt_id: "a0-s1", kind: "status", outcome: "not_taken" });
    const book = claimed({ mode: "pending" });
    const advance = (n: number) => book.core.advance("l1", 1, { index: 0, round: 1, attempt: n });
    const unknown = () => book.core.settle({ v: 1, lead_id: "l1", epoch: 1, index: 0, status: "unknown" });
    advance(1);
    unknown();
    advance(2);
    expect(book.core.evidence("l1", said).kind).toBe("early");
    // An overtaken worker's status call is noted, and proves as little.
    expect(book.core.evidence("l1", asked).kind).toBe("open");
    expect(bidder(book, 0)).toMatchObject({ status: "in_flight", doubt: true });
    expect(bidder(book, 0)?.definite_no).toBeUndefined();
    expect(book.core.story("l1")?.attempts.map(({ kind }) => kind)).toEqual(["status"]);
    unknown();
    expect(book.core.evidence("l1", said).kind).toBe("open");
    expect(bidder(book, 0)?.definite_no).toBe("rejected");
    // Who works with an older view is told, and posts nothing.
    expect(advance(3)).toMatchObject({ kind: "news", lead: { plan: [{ definite_no: "rejected" }, {}, {}] } });
    expect(bidder(book, 0)).toMatchObject({ status: "unknown", attempts: 2 });
  });

  it("a no during the first post is about that one, and waits for its end", () => {
    const book = claimed({ mode: "pending" });
    book.core.advance("l1", 1, { index: 0, round: 1, attempt: 1 });
    const said = attempt(0, { attempt_id: "r0_report_rejected", kind: "report", outcome: "rejected" });
    expect(book.core.evidence("l1", said).kind).toBe("open");
    expect(bidder(book, 0)).toMatchObject({ status: "in_flight", definite_no: "rejected" });
    expect(book.core.evidence("l1", takes(0)).kind).toBe("open");
    expect(bidder(book, 0)?.status).toBe("accepted");
    expect(bidder(book, 0)?.definite_no).toBeUndefined();
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
    book.core.advance("l1", 1, { index: 0, round: 1, attempt: 1 });
    book.core.evidence("l1", attempt(0, { outcome: "unknown", class: "timeout", held_for_review: true }));
    expect(bidder(book, 0)).toMatchObject({
      status: "in_flight",
      doubt: true,
      last_outcome: "unknown",
      last_class: "timeout",
      held_for_review: true,
    });
  });

  it("decides what a freeze tells", () => {
    const book = claimed();
    book.core.evidence("l1", takes(1));
    expect(book.core.freeze("l1", no)).toEqual({ result: "accepted", price: m(8) });
    expect(book.core.story("l1")?.lead.risk_flag).toBe(false);
  });
});

describe("an answer that comes after its buyer was charged at our risk", () => {
  const alerts = (price?: number): number => {
    const book = claimed();
    book.core.close({ ...sold(0), risk: true });
    const record = attempt(0, { takes: true, price: price === undefined ? undefined : m(price) });
    book.core.evidence("l1", record);
    const told = book.core.book.sql.all<{ events: string }>("SELECT events FROM outbox").map((row) => row.events);
    return told.filter((events) => events.includes('"price_differs"')).length;
  };

  it("and names less than that raises an alert; the same, more or nothing does not", () => {
    expect([alerts(1), alerts(1_000), alerts()]).toEqual([1, 0, 0]);
  });
});
