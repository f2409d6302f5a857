import { describe, expect, test } from "vitest";
import type { LossReason } from "../../../schema/lists.ts";
import type { ReceivedAnswer } from "../../../worker/auction/decide.ts";
import { type Changes, decided, priced } from "./bids.ts";
import { contractOf, fixedContract, m } from "./fixtures.ts";

describe("no bid", () => {
  const ROWS: [answer: Omit<ReceivedAnswer, "contract">, reason: LossReason][] = [
    [{ outcome: "no_bid", reading: { outcome: "no_bid" } }, "no_bid"],
    [{ outcome: "timeout" }, "timeout"],
    [{ outcome: "late", reading: { outcome: "bid", price: m(99), carried: {} } }, "late"],
    [{ outcome: "error", error: "http_status" }, "error"],
    [{ outcome: "error", error: "bid_invalid" }, "bid_invalid"],
    [{ outcome: "not_attempted", error: "no_slot" }, "not_attempted"],
  ];
  test.each(ROWS)("%j: %s", (answer, reason) => {
    const contract = contractOf("a");
    const { candidates, ...rest } = decided({ answers: [{ contract, ...answer }, priced("b", 1)] });
    expect(candidates.find((c) => c.contract_id === "a")?.reason).toBe(reason);
    expect(rest.ranked.map((bid) => bid.contract_id)).toEqual(["b"]);
  });

  const lost: ReceivedAnswer = { contract: contractOf("a"), outcome: "no_bid" };
  test.each<[string, Changes, string]>([
    ["nobody to ask", {}, "no_eligible_buyers"],
    ["nobody bids", { answers: [lost] }, "no_bids"],
    ["bids, but below the publisher's least", { answers: [lost, priced("b", 1)], min_price: m(8) }, "below_min_price"],
  ])("%s: %s", (_, changes, code) => {
    expect(decided(changes)).toMatchObject({ result: "rejected", code, price: 0, ranked: [] });
  });
});

describe("order", () => {
  type Row = [why: string, changes: Changes, answers: ReceivedAnswer[], order: [string, LossReason | null][]];
  const tiers = { auction: { mode: "priority_tiers" as const } };
  const ROWS: Row[] = [
    [
      "the highest",
      {},
      [priced("a", 5), priced("b", 9), priced("c", 7)],
      [
        ["b", null],
        ["c", "lower_bid"],
        ["a", "lower_bid"],
      ],
    ],
    [
      "by what the publisher gets",
      {},
      [priced("a", 10, { publisher_share: 50 }), priced("b", 8)],
      [
        ["b", null],
        ["a", "lower_bid"],
      ],
    ],
    [
      "then by what stays",
      {},
      [priced("a", 8, { publisher_share: 100 }), priced("b", 10)],
      [
        ["b", null],
        ["a", "lower_bid"],
      ],
    ],
    [
      "then by priority",
      {},
      [priced("a", 5, { priority: 2 }), priced("b", 5, { priority: 1 })],
      [
        ["b", null],
        ["a", "lost_tie"],
      ],
    ],
    [
      "then who won less",
      { recent_wins: new Map([["a", 3]]) },
      [priced("a", 5), priced("b", 5)],
      [
        ["b", null],
        ["a", "lost_tie"],
      ],
    ],
    [
      "priority plays no part above",
      {},
      [priced("a", 5, { priority: 1 }), priced("b", 6, { priority: 9 })],
      [
        ["b", null],
        ["a", "lower_bid"],
      ],
    ],
    [
      "but in tiers it comes first",
      tiers,
      [priced("a", 5, { priority: 1 }), priced("b", 6, { priority: 9 })],
      [
        ["a", null],
        ["b", "lower_tier"],
      ],
    ],
    [
      "within a tier, money",
      tiers,
      [priced("a", 5), priced("b", 6), priced("c", 9, { priority: 101 })],
      [
        ["b", null],
        ["a", "lower_bid"],
        ["c", "lower_tier"],
      ],
    ],
  ];
  test.each(ROWS)("%s", (_, changes, answers, order) => {
    const decision = decided({ ...changes, answers });
    expect(decision.candidates.map((c) => [c.contract_id, c.reason])).toEqual(order);
    expect(decision.candidates.map((c) => c.rank)).toEqual(order.map((_, i) => i + 1));
    expect(decision.ranked.map((bid) => bid.bid_id)).toEqual(order.map((_, i) => `p1_${i + 1}`));
  });

  test("fixed prices compete, and nobody was asked", () => {
    const decision = decided({
      answers: [priced("a", 5)],
      fixed: [fixedContract("f", 6), fixedContract("g", 1)],
      auction: { floor: 2 },
    });
    expect(decision.candidates.map((c) => [c.contract_id, c.outcome, c.reason])).toEqual([
      ["f", null, null],
      ["a", "bid", "lower_bid"],
      ["g", null, "below_floor"],
    ]);
  });

  test("equal bids: the draw of the seed, and fair over many", () => {
    const answers = [priced("acme_1", 5), priced("acme_2", 5), priced("acme_3", 5)];
    const wins = new Map<string, number>();
    for (let seed = 0; seed < 3_000; seed++) {
      const winner = decided({ answers, seed }).ranked[0]?.contract_id ?? "";
      wins.set(winner, (wins.get(winner) ?? 0) + 1);
    }
    expect(wins.size).toBe(3);
    for (const count of wins.values()) expect(Math.abs(count - 1_000)).toBeLessThan(120);
  });
});
