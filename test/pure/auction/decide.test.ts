import { describe, expect, test } from "vitest";
import type { LossReason } from "../../../schema/lists.ts";
import { type Money, ZERO } from "../../../schema/money.ts";
import { bidOf, type Changes, decided, NOW } from "./bids.ts";
import { type ContractParts, m } from "./fixtures.ts";

describe("one bid", () => {
  const ROWS: [
    why: string,
    price: Money | null,
    reason: LossReason | null,
    payout: number | null,
    changes: Changes,
    config?: ContractParts["contract"],
  ][] = [
    ["80 % of 21.105", m("21.105"), null, 16.884, {}],
    ["no price", null, "bid_invalid", null, {}],
    ["nothing", ZERO, "bid_invalid", null, {}],
    ["less than nothing", m(-1), "bid_invalid", null, {}],
    ["not a number", Number.NaN as Money, "bid_invalid", null, {}],
    ["not whole", 1.5 as Money, "bid_invalid", null, {}],
    ["endless", Number.POSITIVE_INFINITY as Money, "bid_invalid", null, {}],
    ["a billion", 1e13 as Money, "bid_invalid", null, {}],
    ["the most there is", 1e12 as Money, null, 80_000_000, {}],
    ["the contract's maximum", m(50), null, 40, {}, { price: { type: "bid", max_bid: 50 } }],
    [
      "above it: refused, not lowered",
      m("50.0001"),
      "above_maximum_bid",
      null,
      {},
      { price: { type: "bid", max_bid: 50 } },
    ],
    ["the floor", m(5), null, 4, { auction: { floor: 5 } }],
    ["below it", m("4.9999"), "below_floor", null, { auction: { floor: 5 } }],
    ["the margin cuts the share", m(10), null, 7, { auction: { min_margin: 3 } }],
    ["nothing left for the publisher", m(3), "below_margin", null, { auction: { min_margin: 3 } }],
    ["less than the margin", m(2), "below_margin", null, { auction: { min_margin: 3 } }],
    ["too small to share", 1 as Money, "below_margin", null, {}],
    ["a publisher without a share", m(10), null, 0, { auction: { publisher_share: 0 } }],
    ["the publisher's least", m(10), null, 8, { min_price: m(8) }],
    ["below it", m("9.9999"), "below_min_price", 7.9999, { min_price: m(8) }],
    ["all that the buyer has left", m(10), null, 8, { available: () => m(10) }],
    ["more than that", m("10.0001"), "above_balance", 8, { available: () => m(10) }],
    ["a buyer without a limit", m(10), null, 8, { available: () => null }],
    ["the publisher's own share", m(10), null, 9, { publisher_share: 90 }],
    ["the contract's goes before it", m(10), null, 7.05, { publisher_share: 90 }, { publisher_share: 70.5 }],
    ["and may be nothing", m(10), null, 0, { publisher_share: 90 }, { publisher_share: 0 }],
  ];
  test.each(ROWS)("%s (%s): %s, %s", (_, price, reason, payout, changes, config = {}) => {
    const decision = decided({ ...changes, answers: [bidOf("a", price, { contract: config })] });
    const [candidate] = decision.candidates;
    expect([candidate?.reason, candidate?.payout ?? null]).toEqual([reason, payout === null ? null : m(payout)]);
    expect(decision.result).toBe(reason === null ? "accepted" : "rejected");
    expect(decision.price).toBe(reason === null && payout !== null ? m(payout) : 0);
    expect(decision.ranked.length).toBe(reason === null ? 1 : 0);
  });

  test("an invalid one is an error of the buyer's answer", () => {
    expect(decided({ answers: [bidOf("a", null)] }).candidates).toEqual([
      {
        contract_id: "a",
        buyer_id: "b_a",
        endpoint_id: "e_a",
        outcome: "error",
        error: "bid_invalid",
        http_status: 200,
        ms: 20,
        sent_at_ms: 3,
        reason: "bid_invalid",
      },
    ]);
  });

  test("the winner carries what its post needs", () => {
    const reading = { carried: { ref: "r1" }, brand: "Acme", consent_text: "Call me.", expires_in_s: 1.5 };
    expect(decided({ answers: [bidOf("a", m(10), {}, reading)] }).ranked).toEqual([
      {
        bid_id: "p1_1",
        contract_id: "a",
        buyer_id: "b_a",
        endpoint_id: "e_a",
        price: m(10),
        payout: m(8),
        carried: { ref: "r1" },
        brand: "Acme",
        consent_text: "Call me.",
        valid_until: NOW + 1_500,
      },
    ]);
  });

  test.each([0, -5, Number.NaN, Number.POSITIVE_INFINITY, 1e300])("a validity of %s s says nothing", (expires_in_s) => {
    expect(decided({ answers: [bidOf("a", m(10), {}, { expires_in_s })] }).ranked[0]?.valid_until).toBeUndefined();
  });

  test("the contract's brand stands in for the bid's", () => {
    const answers = [bidOf("a", m(10), { contract: { consent: { brand: "House" } } })];
    expect(decided({ answers }).ranked[0]?.brand).toBe("House");
  });
});
