import { describe, expect, it } from "vitest";
import { ended, no } from "./fixtures.ts";
import { attempt, auction, claim, claimed, kinds, takeOver, testBook } from "./support.ts";

const key = (index: number, attempt = 1) => ({ index, round: 1, attempt });
const one = { ping_id: null, aliases: ["content/h1"] };

/** A one-step lead with its plan, and the winner advanced to in the same call. */
function planned() {
  const book = testBook();
  book.core.claim(claim(one));
  return { book, reply: book.core.plan("l1", 1, auction({ ping_id: "p7" }), key(0)) };
}

describe("a plan with the first advance beside it", () => {
  it("shows the plan as it was before, and stores the bidder in flight", () => {
    const { book, reply } = planned();
    expect(reply).toMatchObject({
      kind: "planned",
      advanced: { kind: "go" },
      lead: { plan: [{ status: "untried" }, {}, {}] },
    });
    expect(book.core.story("l1")?.lead.plan[0]).toMatchObject({ status: "in_flight", attempts: 1 });
    expect(kinds(book, "advanced")).toBe(1);
  });

  it("asked again after a lost reply, goes on", () => {
    const { book } = planned();
    expect(book.core.plan("l1", 1, auction({ ping_id: "p7" }), key(0))).toMatchObject({
      kind: "planned",
      advanced: { kind: "go" },
    });
    expect(book.core.story("l1")?.lead.plan[0]).toMatchObject({ status: "in_flight", attempts: 1 });
  });

  it("advances nobody for a holder that lost the lead, nor after the deadline", () => {
    const book = testBook();
    book.core.claim(claim(one));
    takeOver(book);
    expect(book.core.plan("l1", 1, auction({ ping_id: "p7" }), key(0))).toEqual({ kind: "stale" });
    expect(book.core.plan("l1", 2, auction({ ping_id: "p7" }), key(0))).toMatchObject({
      kind: "planned",
      advanced: { kind: "closed" },
    });
    expect(kinds(book, "advanced")).toBe(0);
  });
});

describe("a settlement with the next advance beside it", () => {
  const rejected = { v: 1, lead_id: "l1", epoch: 1, index: 0, status: "rejected", next: key(1) } as const;

  it("moves on in one call", () => {
    const book = claimed();
    book.core.advance("l1", 1, key(0));
    book.core.evidence("l1", attempt(0, { outcome: "rejected", class: "rejected" }));
    const plan = [{ status: "rejected" }, { status: "untried" }, {}];
    expect(book.core.settle(rejected)).toMatchObject({ kind: "settled", lead: { plan }, advanced: { kind: "go" } });
    expect(book.core.story("l1")?.lead.plan[1]).toMatchObject({ status: "in_flight", attempts: 1 });
  });

  it.each([
    [
      "the publisher was told no",
      (book: ReturnType<typeof claimed>) => void book.core.freeze("l1", no),
      { kind: "closed" },
    ],
    ["its time is up", (book: ReturnType<typeof claimed>) => book.pass(5_000), { kind: "closed" }],
  ])("%s: settles, and begins nothing", (_name, happen, advanced) => {
    const book = claimed();
    book.core.advance("l1", 1, key(0));
    happen(book);
    expect(book.core.settle(rejected)).toMatchObject({ kind: "settled", advanced });
    expect(book.core.story("l1")?.lead.plan).toMatchObject([{ status: "rejected" }, { status: "untried" }, {}]);
  });

  it("does neither for a holder that lost the lead", () => {
    const book = claimed();
    book.core.close(ended("unsold", 1, "buyers_rejected"));
    expect(book.core.settle(rejected)).toEqual({ kind: "stale" });
    expect(kinds(book, "advanced")).toBe(0);
  });
});
