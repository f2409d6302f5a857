import { describe, expect, it, test } from "vitest";
import type { AuctionTrace, BuyerTrace } from "../../../schema/api/auction-trace.ts";
import { layout, MOST_ROWS, NARROW, ticksOf, WIDE } from "../../../worker/console/leads/picture/layout.ts";
import { notPictured, sorted } from "../../../worker/console/leads/picture/rows.ts";
import { outcomeWords, summary } from "../../../worker/console/leads/picture/words.ts";
import { auctionOf, buyerOf } from "./traces.ts";

const winner = buyerOf({ contract_id: "win", rank: 1, bid: 21.105, payout: 16.884, ms: 80, outcome: "bid" });
const second = buyerOf({ contract_id: "second", rank: 2, bid: 20, ms: 120, outcome: "bid", reason: "lower_bid" });
const late = buyerOf({ contract_id: "late", outcome: "late", ms: 300, timeout_ms: 250, reason: "late" });
const silent = buyerOf({ contract_id: "silent", outcome: "timeout", ms: 250, timeout_ms: 250, reason: "timeout" });
const no = buyerOf({ contract_id: "no", outcome: "no_bid", ms: 40, reason: "no_bid" });
const fixed = buyerOf({
  contract_id: "fixed",
  outcome: null,
  rank: 3,
  bid: 8,
  sent_at_ms: null,
  ms: null,
  reason: "lower_bid",
});
const shut = buyerOf({
  contract_id: "shut",
  outcome: null,
  asked: false,
  sent_at_ms: null,
  ms: null,
  reason: "filter",
});
const all = [no, shut, late, silent, second, fixed, winner];
const trace: Pick<AuctionTrace, "auction" | "buyers"> = { auction: auctionOf(), buyers: all };

describe("the auction in time", () => {
  it("shows rank first, then by what became of it; who was not asked stands beneath", () => {
    expect(sorted(all).map(({ buyer }) => buyer.contract_id)).toEqual([
      "win",
      "second",
      "fixed",
      "late",
      "silent",
      "no",
    ]);
    expect(notPictured(all).map((buyer) => buyer.contract_id)).toEqual(["shut"]);
    const { headings, rows } = layout(trace, WIDE);
    expect(headings.map(({ title, count }) => `${title} ${count}`)).toEqual([
      "Offers, best first 3",
      "Answered too late 1",
      "No answer in time 1",
      "Declined 1",
    ]);
    expect(rows.map(({ y }) => y)).toEqual([...rows.map(({ y }) => y)].sort((a, b) => a - b));
  });

  it("a bar goes from dispatch to the answer; what was beyond its own time is a part of its own", () => {
    const { rows, plot, marks, own } = layout({ ...trace, auction: auctionOf({ took_ms: 700 }) }, WIDE);
    const row = (id: string) => rows.find(({ buyer }) => buyer.contract_id === id);
    const x = (ms: number) => plot.x + (ms / (1_000 * 1.02)) * plot.width;
    expect(row("win")?.bar?.x).toBeCloseTo(x(5), 0);
    expect(row("win")?.bar?.width).toBeCloseTo(x(80) - x(0), 0);
    expect(row("win")?.late).toBeNull();
    expect(row("late")?.bar?.width).toBeCloseTo(x(250) - x(0), 0);
    expect(row("late")?.late?.x).toBeCloseTo(x(255), 0);
    expect(row("late")?.late?.width).toBeCloseTo(x(50) - x(0), 0);
    expect(row("fixed")?.bar).toBeNull();
    expect(row("fixed")?.fixed).toBeCloseTo(x(5), 0);
    expect(marks.map(({ kind }) => kind)).toEqual(["bids_due", "due", "answered"]);
    expect(own).toHaveLength(2);
  });

  it("a deadline far behind all that happened is told in words, so that the bars stay readable", () => {
    const auction = auctionOf({
      took_ms: 130,
      timing: { asked_ms: 5, bids_in_ms: 128, bids_due_ms: 965, due_ms: 1_000 },
    });
    const picture = layout({ auction, buyers: [winner, second, no] }, WIDE);
    expect(picture.beyond).toBe(1_000);
    expect(picture.marks.map(({ kind }) => kind)).toEqual(["answered"]);
    expect(picture.rows.find(({ buyer }) => buyer.rank === 1)?.bar?.width).toBeGreaterThan(WIDE.width / 4);
  });

  test.each([WIDE, NARROW])("everything stays within its picture, however many buyers there are (%j)", (frame) => {
    const buyers = Array.from({ length: 90 }, (_, i) =>
      buyerOf({
        contract_id: `c${i}`,
        outcome: i % 2 ? "no_bid" : "timeout",
        ms: 10 + i * 11,
        reason: i % 2 ? "no_bid" : "timeout",
      }),
    );
    const picture = layout({ auction: auctionOf(), buyers }, frame);
    expect(picture.rows).toHaveLength(MOST_ROWS);
    expect(picture.left_out).toBe(30);
    for (const { bar, y, timeout } of picture.rows) {
      expect((bar?.x ?? 0) + (bar?.width ?? 0)).toBeLessThanOrEqual(picture.plot.x + picture.plot.width + 1);
      expect(timeout ?? 0).toBeLessThanOrEqual(picture.plot.x + picture.plot.width);
      expect(y + frame.row).toBeLessThanOrEqual(picture.height);
    }
  });

  it("an auction of an earlier version has no times of its own and is drawn all the same", () => {
    const picture = layout({ auction: auctionOf({ timing: null }), buyers: [winner] }, WIDE);
    expect(picture.marks.map(({ kind }) => kind)).toEqual(["answered"]);
    expect(picture.own).toEqual([]);
    expect(picture.rows).toHaveLength(1);
  });
});

test.each([
  [1_000, 8, [0, 200, 400, 600, 800, 1_000]],
  [130, 8, [0, 20, 40, 60, 80, 100, 120]],
  [1.5, 4, [0, 0.5, 1, 1.5]],
])("ticks until %s are round", (until, most, expected) => {
  expect(ticksOf(until, most)).toEqual(expected);
});

test.each<[BuyerTrace, string]>([
  [winner, "offered $21.105 after 80 ms, the winner"],
  [second, "offered $20.00 after 120 ms, ranked 2: because"],
  [late, "answered too late after 300 ms"],
  [silent, "did not answer within 250 ms"],
  [no, "declined after 40 ms"],
  [fixed, "fixed price $8.00, ranked 3: because"],
])("a row in words: %#", (buyer, words) => {
  expect(outcomeWords(buyer, "USD")).toBe(words);
});

it("the whole picture in words", () => {
  expect(summary(trace)).toBe(
    "6 buyers in 400 ms: 3 ranked, 1 too late, 1 without an answer in time, 1 declined. Buyer offered $21.105 after 80 ms, the winner.",
  );
});
