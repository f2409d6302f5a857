import fc from "fast-check";
import { expect, test } from "vitest";
import { LOSS_REASONS, PING_OUTCOMES } from "../../../schema/lists.ts";
import type { Money } from "../../../schema/money.ts";
import { type DecideInput, decide, type ReceivedAnswer } from "../../../worker/auction/decide.ts";
import { saleMovements } from "../../../worker/auction/money-rules.ts";
import { drawOf, type Rankable, rank } from "../../../worker/auction/ranking.ts";
import { campaignOf, contractOf, fixedContract, m, SEED } from "./fixtures.ts";

/** Few different prices, so that ties are common; some with more than two decimals, some invalid. */
const price = fc.constantFrom(...[21.105, 21.105, 9.5, 9.4999, 0.0001, 40].map((p) => m(p)), 0 as Money, -5 as Money);
const contract = fc.record({
  outcome: fc.constantFrom(...PING_OUTCOMES, "bid" as const, "bid" as const, "bid" as const),
  price: fc.option(price, { freq: 8 }),
  share: fc.constantFrom(undefined, 80, 33.33, 100),
  priority: fc.constantFrom(1, 2),
  max_bid: fc.constantFrom(undefined, 30),
  fixed: fc.boolean(),
  wins: fc.integer({ min: 0, max: 2 }),
});
const auction = fc.record({
  mode: fc.constantFrom("highest" as const, "priority_tiers" as const),
  floor: fc.constantFrom(0, 1, 9.5),
  min_margin: fc.constantFrom(0, 2.5),
  publisher_share: fc.constantFrom(80, 65.55),
});
const auctions = fc
  .record({ some: fc.array(contract, { maxLength: 10 }), auction, min_price: fc.constantFrom(0, 5), seed: fc.nat() })
  .map(({ some, auction: rules, min_price, seed }): DecideInput => {
    const config = (i: number) => ({ publisher_share: some[i]?.share, priority: some[i]?.priority });
    const answers = some.flatMap((s, i): ReceivedAnswer[] => {
      if (s.fixed) return [];
      const built = contractOf(`c${i}`, { contract: { ...config(i), price: { type: "bid", max_bid: s.max_bid } } });
      return [{ contract: built, outcome: s.outcome, reading: { outcome: "bid", price: s.price, carried: {} } }];
    });
    const fixed = some.flatMap((s, i) => (s.fixed ? [fixedContract(`c${i}`, 9.5, { contract: config(i) })] : []));
    return {
      campaign: campaignOf({ auction: rules }).config,
      publisher_share: undefined,
      facts: {},
      min_price: m(min_price),
      seed,
      recent_wins: new Map(some.map((s, i) => [`c${i}`, s.wins])),
      answers,
      fixed,
      ping_id: "p",
      now: 0,
    };
  });

test("the order in which answers arrive changes nothing", () => {
  const shuffled = auctions.chain((input) =>
    fc.record({
      input: fc.constant(input),
      answers: fc.shuffledSubarray([...input.answers], { minLength: input.answers.length }),
      fixed: fc.shuffledSubarray([...input.fixed], { minLength: input.fixed.length }),
    }),
  );
  fc.assert(
    fc.property(shuffled, ({ input, answers, fixed }) => {
      expect(decide({ ...input, answers, fixed })).toEqual(decide(input));
    }),
    SEED,
  );
});

test("every contract that was asked or has a price is listed once: one winner at most, and a reason for every other", () => {
  fc.assert(
    fc.property(auctions, (input) => {
      const { candidates, ranked, result, price: promise, code } = decide(input);
      const ids = [...input.answers.map((a) => a.contract.config.id), ...input.fixed.map((c) => c.config.id)];
      expect(candidates.map((c) => c.contract_id).sort()).toEqual(ids.sort());
      for (const c of candidates) {
        expect(c.reason === null).toBe(c.rank === 1);
        if (c.reason !== null) expect(LOSS_REASONS).toContain(c.reason);
      }
      expect(candidates.filter((c) => c.rank !== undefined).map((c) => c.contract_id)).toEqual(
        ranked.map((b) => b.contract_id),
      );
      expect(promise).toBe(ranked[0]?.payout ?? 0);
      expect([result, code === undefined]).toEqual(ranked.length > 0 ? ["accepted", true] : ["rejected", false]);
    }),
    SEED,
  );
});

test("floor, maximum bid, margin, share and the publisher's least hold for every ranked bid, and its money sums to zero", () => {
  fc.assert(
    fc.property(auctions, (input) => {
      const { floor, min_margin, publisher_share } = input.campaign.auction;
      const contracts = new Map(
        [...input.answers.map((a) => a.contract), ...input.fixed].map((c) => [c.config.id, c.config]),
      );
      for (const bid of decide(input).ranked) {
        const config = contracts.get(bid.contract_id);
        expect(bid.price).toBeGreaterThanOrEqual(floor);
        if (config?.price.type === "bid")
          expect(bid.price).toBeLessThanOrEqual(config.price.max_bid ?? Number.POSITIVE_INFINITY);
        expect(bid.price - bid.payout).toBeGreaterThanOrEqual(min_margin);
        expect(bid.payout).toBeGreaterThanOrEqual(input.min_price);
        expect(bid.payout * 100).toBeLessThanOrEqual(bid.price * (config?.publisher_share ?? publisher_share) + 1e-6);
        const rows = saleMovements({ buyer_id: "b", publisher_id: "p", price: bid.price, payout: bid.payout });
        expect(rows.reduce((sum, row) => sum + row.amount, 0)).toBe(0);
      }
    }),
    SEED,
  );
});

const rankable = fc.record({
  contract_id: fc.constantFrom("a", "b", "c", "d", "e"),
  priority: fc.constantFrom(1, 2),
  price: fc.constantFrom(m(10), m(12)),
  payout: fc.constantFrom(m(8), m(9)),
  wins: fc.constantFrom(0, 1),
  draw: fc.constantFrom(0, 1),
});
const field = fc.uniqueArray(rankable, { selector: (bid) => bid.contract_id, minLength: 2 }) as fc.Arbitrary<
  Rankable[]
>;

test.each(["highest", "priority_tiers"] as const)(
  "%s is a total order: of any two the better is the better among all",
  (mode) => {
    fc.assert(
      fc.property(field, (bids) => {
        const order = rank(mode, bids).map(({ bid }) => bid);
        order.forEach((better, i) => {
          for (const worse of order.slice(i + 1)) {
            expect(rank(mode, [better, worse])[0]?.bid).toBe(better);
            expect(rank(mode, [worse, better])[0]?.bid).toBe(better);
          }
        });
      }),
      SEED,
    );
  },
);

test("the draw is the same on every machine", () => {
  expect([drawOf(0, "acme"), drawOf(1, "acme"), drawOf(1, "acmf")]).toEqual([540580884, 2112009523, 292498691]);
});
