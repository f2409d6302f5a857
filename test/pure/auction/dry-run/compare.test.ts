import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ContractInput } from "../../../../schema/config/buyer.ts";
import { toWire } from "../../../../schema/money.ts";
import { compare, type Totals } from "../../../../worker/auction/dry-run/compare.ts";
import { campaignOf, contractOf, m, SEED } from "../fixtures.ts";
import { changed, recorded } from "./fixtures.ts";

const CALIFORNIA = { filter: { field: "state", eq: "CA" } } satisfies Partial<ContractInput>;
const [mine, rival] = [contractOf("mine", { contract: CALIFORNIA }), contractOf("rival")];
const both = [mine, rival];
const CA = { zip: "90210", state: "CA" };
const TX = { zip: "78704", state: "TX" };
const AUCTIONS = [
  recorded(both, { facts: CA, bids: { mine: 20, rival: 10 } }, 1),
  recorded(both, { facts: CA, bids: { mine: 8, rival: 10 }, posted: false }, 2),
  recorded(both, { facts: TX, bids: { rival: 12 } }, 3),
];
const shown = ({ won, revenue, payouts, margin, own_won, own_revenue }: Totals) => [
  ...[
    won,
    toWire(m(revenue / 1e4)),
    toWire(m(payouts / 1e4)),
    toWire(m(margin / 1e4)),
    own_won,
    toWire(m(own_revenue / 1e4)),
  ],
];

describe("a contract's change", () => {
  test("none: nothing moves, and the replay is what was recorded", () => {
    const result = changed(both, AUCTIONS, "mine", CALIFORNIA);
    expect(shown(result.all.before)).toEqual([3, 42, 33.6, 8.4, 1, 20]);
    expect(result.all.after).toEqual(result.all.before);
    expect(shown(result.posted.before)).toEqual([2, 32, 25.6, 6.4, 1, 20]);
    expect(result).toMatchObject({ looked_at: 3, reproduced: 3, moved: [], moved_count: 0, all: { assumed: null } });
    expect(result.reasons.after).toEqual(result.reasons.before);
    expect(result.reasons.before).toEqual({ won: 1, lower_bid: 1, filter: 1 });
  });

  test("a narrower filter loses, and says why", () => {
    const result = changed(both, AUCTIONS, "mine", { filter: { field: "zip", prefix: ["1"] } });
    expect(shown(result.all.after)).toEqual([3, 32, 25.6, 6.4, 0, 0]);
    expect(result.moved).toMatchObject([
      {
        ...{
          ping_id: "p1",
          posted: true,
          from: { contract_id: "mine", price: m(20) },
          to: { contract_id: "rival", price: m(10) },
        },
        why: { of: "mine", when: "after", reason: "filter", detail: "zip prefix" },
      },
    ]);
  });

  test("a wider filter: its bid is unknown, counts as none, and is assumed apart", () => {
    const result = changed(both, AUCTIONS, "mine", {});
    expect(result.all.after).toEqual(result.all.before);
    expect(result.reasons.after).toEqual({ won: 1, lower_bid: 1, unknown: 1 });
    expect(result.unknown).toEqual({ before: 0, after: 1, assumed: 1 });
    // Nearest in time, of no auction in Texas: the 8 of the second.
    expect(result.all.assumed && shown(result.all.assumed)).toEqual([3, 42, 33.6, 8.4, 1, 20]);
    expect(result.moved_count).toBe(0);
  });

  test("to a standing price: known everywhere", () => {
    const result = changed(both, AUCTIONS, "mine", {
      price: { type: "table", rows: [{ places: [{ amount: 15, zips: "78*" }], amount: 5 }] },
    });
    expect(result.unknown).toEqual({ before: 0, after: 0, assumed: 0 });
    expect(shown(result.all.after)).toEqual([3, 35, 28, 7, 1, 15]);
    expect(
      result.moved.map(({ ping_id, from, to, why }) => [ping_id, from?.contract_id, to?.contract_id, why.reason]),
    ).toEqual([
      ["p1", "mine", "rival", "lower_bid"],
      ["p3", "rival", "mine", "filter"],
    ]);
  });

  test("a maximum below its bids", () => {
    const result = changed(both, AUCTIONS, "mine", { ...CALIFORNIA, price: { type: "bid", max_bid: 10 } });
    expect(result.reasons.after).toMatchObject({ above_maximum_bid: 1, lower_bid: 1 });
  });

  test("paused, or a draft: it takes part in nothing", () => {
    for (const [change, reason] of [
      [{ status: "paused" }, "contract_paused"],
      [{ stage: "draft" }, "not_live"],
    ] as const)
      expect(changed(both, AUCTIONS, "mine", { ...CALIFORNIA, ...change }).reasons.after).toEqual({ [reason]: 3 });
  });

  test("what was recorded of its standing stays; what was recorded of its own pause does not", () => {
    const excluded = [{ contract_id: "mine", reason: "cap_reached" as const }];
    const capped = recorded(both, { facts: CA, bids: { rival: 10 }, excluded }, 4);
    expect(changed(both, [capped], "mine", {}).reasons.after).toEqual({ cap_reached: 1 });
    const paused = recorded(
      both,
      { facts: CA, bids: { rival: 10 }, excluded: [{ contract_id: "mine", reason: "contract_paused" }] },
      5,
    );
    expect(changed(both, [paused], "mine", {}).reasons).toEqual({ before: { unknown: 1 }, after: { unknown: 1 } });
  });

  test("a new contract", () => {
    const result = changed([rival], [recorded([rival], { facts: TX, bids: { rival: 12 } }, 1)], "fresh", {
      price: { type: "fixed", amount: 13 },
    });
    expect(result.moved).toMatchObject([
      {
        from: { contract_id: "rival" },
        to: { contract_id: "fresh" },
        why: { of: "rival", when: "after", reason: "lower_bid" },
      },
    ]);
    expect(result.reasons).toEqual({ before: {}, after: { won: 1 } });
  });

  test("auctions that nobody was asked in are counted apart", () => {
    const refused = recorded(both, { facts: CA, bids: {} }, 6);
    refused.record = { ...refused.record, candidates: [], ranked: [], code: "suppressed" };
    expect(changed(both, [refused], "mine", {})).toMatchObject({
      looked_at: 1,
      not_held: 1,
      all: { before: { won: 0 } },
    });
  });
});

test("a campaign's rules: a floor shuts bids out, and says whose", () => {
  const other = (id: string) => both.find((one) => one.config.id === id);
  const [before, after] = [campaignOf(), campaignOf({ auction: { floor: 11, publisher_share: 50 } })];
  const result = compare({
    auctions: AUCTIONS,
    before: { campaign: before, contract: null, other },
    after: { campaign: after, contract: null, other },
    most_moved: 1,
  });
  expect(shown(result.all.after)).toEqual([2, 32, 16, 16, 0, 0]);
  expect(result).toMatchObject({
    moved_count: 3,
    moved: [{ ping_id: "p1", to: { payout: m(10) } }],
    reasons: { before: {}, after: {} },
  });
});

test("whatever was recorded: a dry run with no change changes nothing, and money adds up", () => {
  const bid = fc.option(fc.integer({ min: 0, max: 6 }), { nil: null });
  const auction = fc.record({
    facts: fc.record({ zip: fc.constantFrom("90210", "78704"), state: fc.constantFrom("CA", "TX") }),
    bids: fc.record({ mine: bid, rival: bid, third: bid }),
    posted: fc.boolean(),
    excluded: fc.subarray([
      { contract_id: "mine", reason: "cap_reached" as const },
      { contract_id: "third", reason: "contract_paused" as const },
    ]),
  });
  const change = fc.constantFrom<Partial<ContractInput>>(
    CALIFORNIA,
    { priority: 1 },
    { price: { type: "fixed", amount: 3 } },
    { price: { type: "bid", max_bid: 2 } },
    { sources: { allow: [] } },
  );
  fc.assert(
    fc.property(fc.array(auction, { maxLength: 12 }), change, change, (played, was, is) => {
      const contracts = [
        contractOf("mine", { contract: was }),
        rival,
        contractOf("third", { contract: { priority: 5 } }),
      ];
      const auctions = played.map((one, at) => recorded(contracts, one, at));
      const same = changed(contracts, auctions, "mine", was);
      expect(same.all.after).toEqual(same.all.before);
      expect([same.moved_count, same.reasons.after]).toEqual([0, same.reasons.before]);
      expect(same.reproduced).toBe(played.length);
      const other = changed(contracts, auctions, "mine", is);
      for (const { revenue, payouts, margin } of [other.all.before, other.all.after])
        expect(payouts + margin).toBe(revenue);
      expect(other.all.before).toEqual(same.all.before);
    }),
    { ...SEED, numRuns: 100 },
  );
});
