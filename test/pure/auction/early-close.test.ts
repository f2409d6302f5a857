import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { campaignSchema } from "../../../schema/config/campaign.ts";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import type { BidRules, ReceivedAnswer } from "../../../worker/auction/bids.ts";
import { type DecideInput, decide, rulesFor } from "../../../worker/auction/decide.ts";
import { EarlyClose } from "../../../worker/auction/early-close.ts";
import { campaignOf, contractOf, fixedContract, m, SEED } from "./fixtures.ts";

const rules = (max_bid: number | undefined, others: Partial<BidRules> = {}): BidRules => ({
  ...{ floor: m(1), share: 8_000, min_margin: m(0), min_price: m(0) },
  max_bid: max_bid === undefined ? undefined : m(max_bid),
  ...others,
});

describe("an auction may end", () => {
  test.each<[string, (BidRules | [BidRules, number | null])[], number, boolean]>([
    ["nobody has bid", [[rules(5), null]], 0, false],
    ["the best beats what is outstanding", [[rules(30), 20], rules(10)], 0, true],
    ["it does not", [[rules(30), 20], rules(25)], 0, false],
    ["equal money: a draw would decide", [[rules(30), 20], rules(20)], 0, false],
    ["a buyer without a bound is waited for", [[rules(30), 20], rules(undefined)], 0, false],
    ["what it has left is a bound, too", [[rules(30), 20], rules(undefined, { available: m(10) })], 0, true],
    ["no fallback yet", [[rules(30), 20], rules(10)], 1, false],
    ["enough fallbacks", [[rules(30), 20], [rules(30), 2], rules(10)], 1, true],
    ["a bid that does not count is no fallback", [[rules(30), 20], [rules(30), 0.5], rules(10)], 1, false],
    ["a higher share may win with less", [[rules(30), 20], rules(18, { share: 9_500 })], 0, false],
    [
      "all have answered",
      [
        [rules(30), 20],
        [rules(undefined), null],
      ],
      0,
      true,
    ],
  ])("%s", (_, calls, fallbacks, ends) => {
    const watch = new EarlyClose(
      calls.map((call) => (Array.isArray(call) ? call[0] : call)),
      fallbacks,
    );
    for (const [place, call] of calls.entries())
      if (Array.isArray(call)) watch.came(place, call[1] === null ? null : m(call[1]));
    expect(watch.decided()).toBe(ends);
  });

  test("a standing price is a bid from the beginning", () => {
    const watch = new EarlyClose([rules(5)], 0);
    watch.stands(m(9.5), rules(undefined));
    expect(watch.decided()).toBe(true);
  });
});

const asked = fc.record({
  price: fc.option(fc.constantFrom(0.5, 4, 9.5, 9.5, 20, 40), { freq: 4 }),
  max_bid: fc.constantFrom(undefined, 5, 10, 25),
  available: fc.constantFrom(undefined, 3, 9.5, 100),
  share: fc.constantFrom(undefined, 33.33, 95),
  priority: fc.constantFrom(1, 2),
});

test("it ends with the winner that it would have had, and with as many fallbacks as were wanted, whatever the order of answers", () => {
  const some = fc.record({
    buyers: fc.array(asked, { minLength: 1, maxLength: 9 }),
    fixed: fc.constantFrom(null, 1, 9.5, 30),
    order: fc.infiniteStream(fc.nat()),
    fallbacks: fc.integer({ min: 0, max: 3 }),
    auction: fc.record({ floor: fc.constantFrom(0, 1), min_margin: fc.constantFrom(0, 2.5) }),
    min_price: fc.constantFrom(0, 3),
    seed: fc.nat(),
  });
  let early = 0;
  fc.assert(
    fc.property(some, ({ buyers, fixed, order, fallbacks, auction, min_price, seed }) => {
      const contracts = buyers.map((buyer, i) =>
        contractOf(`c${i}`, {
          contract: {
            ...{ publisher_share: buyer.share, priority: buyer.priority },
            price: { type: "bid", ...(buyer.max_bid === undefined ? {} : { max_bid: buyer.max_bid }) },
          },
        }),
      );
      const left = new Map(contracts.map((contract, i) => [contract.config.id, buyers[i]?.available]));
      const standing = fixed === null ? [] : [fixedContract("fixed", fixed)];
      const base: Omit<DecideInput, "answers"> = {
        campaign: campaignOf({ auction }).config,
        ...{ publisher_share: undefined, min_price: m(min_price), seed, recent_wins: new Map(), fixed: standing },
        ...{ facts: {}, ping_id: "p", now: 0 },
        available: ({ config }) => {
          const money = left.get(config.id);
          return money === undefined ? undefined : m(money);
        },
      };
      const answer = (i: number, came: boolean): ReceivedAnswer => {
        const contract = contracts[i] as (typeof contracts)[number];
        const price = buyers[i]?.price ?? null;
        if (!came) return { contract, outcome: "closed_early" };
        return price === null
          ? { contract, outcome: "no_bid" }
          : { contract, outcome: "bid", reading: { outcome: "bid", price: m(price), carried: {} } };
      };
      const watch = new EarlyClose(
        contracts.map((contract) => rulesFor(base, contract)),
        fallbacks,
      );
      for (const contract of standing) watch.stands(contract.priceAt({}), rulesFor(base, contract));
      const draws = order[Symbol.iterator]();
      const waiting = contracts.map((_, i) => i);
      const came = new Set<number>();
      while (waiting.length > 0 && !watch.decided()) {
        const [next = 0] = waiting.splice((draws.next().value ?? 0) % waiting.length, 1);
        came.add(next);
        const price = buyers[next]?.price ?? null;
        watch.came(next, price === null ? null : m(price));
      }
      if (waiting.length > 0) early++;
      const whole = decide({ ...base, answers: contracts.map((_, i) => answer(i, true)) });
      const ended = decide({ ...base, answers: contracts.map((_, i) => answer(i, came.has(i))) });
      const worth = ({ ranked }: typeof whole) =>
        ranked.slice(0, 1).map(({ contract_id, price }) => [contract_id, price]);
      expect(worth(ended)).toEqual(worth(whole));
      if (waiting.length > 0) expect(ended.ranked.length).toBeGreaterThan(fallbacks);
    }),
    SEED,
  );
  expect(early).toBeGreaterThan(20);
});

test("only where the highest bid wins", () => {
  const of = (auction: object) => campaignSchema.safeParse({ ...autoInsurance, auction }).success;
  expect(of({ early_close: {} })).toBe(true);
  expect(of({ early_close: { fallback_bids: 51 } })).toBe(false);
  expect(of({ mode: "priority_tiers", early_close: {} })).toBe(false);
  expect(campaignSchema.parse({ ...autoInsurance, auction: { early_close: {} } }).auction.early_close).toEqual({
    fallback_bids: 2,
  });
});
