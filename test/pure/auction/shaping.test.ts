import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { endpointSchema } from "../../../schema/config/buyer.ts";
import { PING_OUTCOMES } from "../../../schema/lists.ts";
import type { Money } from "../../../schema/money.ts";
import { type BidRules, checkBid, leastPrice } from "../../../worker/auction/bids.ts";
import { eligible } from "../../../worker/auction/eligibility.ts";
import { SAMPLE, shaped, shapedShare, wasLate } from "../../../worker/auction/shaping.ts";
import { LatenessMemory } from "../../../worker/telemetry/lateness.ts";
import { inputOf } from "./eligibility-input.ts";
import { contractOf, fixedContract, NO_STANDING, SEED } from "./fixtures.ts";

const USUAL = endpointSchema.shape.shaping.parse({});
const settings = fc.record({
  from_late_percent: fc.integer({ min: 10, max: 97 }),
  least_share_percent: fc.integer({ min: 1, max: 100 }),
});
const lateness = fc
  .record({ asked: fc.nat(500), part: fc.double({ min: 0, max: 1, noNaN: true }), row: fc.nat(30) })
  .map(({ asked, part, row }) => ({ asked, late: Math.round(asked * part), row }));

describe("the share of pings", () => {
  it.each([
    ["too few to tell", SAMPLE - 1, SAMPLE - 1, 0, 1],
    ["never late", 100, 0, 0, 1],
    ["late in four of five", 100, 80, 0, 1],
    ["half of the way", 1_000, 890, 0, 0.525],
    ["hopeless", 100, 98, 0, 0.05],
    ["always late", 100, 100, 0, 0.05],
    ["and in time twice since", 100, 100, 2, 0.2],
    ["and five times", 100, 100, 5, 1],
  ])("%s", (_, asked, late, row, share) => {
    expect(shapedShare({ asked, late, row }, USUAL)).toBeCloseTo(share, 9);
  });

  test("falls with the late ones, rises with answers in time, and is never below the least", () => {
    fc.assert(
      fc.property(lateness, settings, (seen, given) => {
        const share = shapedShare(seen, given);
        expect(share).toBeGreaterThanOrEqual(given.least_share_percent / 100 - 1e-9);
        expect(share).toBeLessThanOrEqual(1);
        expect(shapedShare({ ...seen, row: seen.row + 1 }, given)).toBeGreaterThanOrEqual(share);
        if (seen.late < seen.asked)
          expect(shapedShare({ ...seen, late: seen.late + 1 }, given)).toBeLessThanOrEqual(share);
        expect(shapedShare(seen, { ...given, least_share_percent: 100 })).toBe(1);
      }),
      SEED,
    );
  });

  test("is what the draws come to, each contract by itself, and the same for the same auction", () => {
    const hopeless = { asked: 100, late: 89, row: 0 };
    const share = shapedShare(hopeless, USUAL);
    const asked = { a: 0, b: 0, both: 0 };
    for (let seed = 0; seed < 4_000; seed++) {
      const [a, b] = ["a", "b"].map((id) => !shaped(hopeless, USUAL, seed * 7_919, id));
      asked.a += a ? 1 : 0;
      asked.b += b ? 1 : 0;
      asked.both += a && b ? 1 : 0;
      expect(shaped(hopeless, USUAL, seed * 7_919, "a")).toBe(!a);
    }
    expect(asked.a / 4_000).toBeCloseTo(share, 1);
    expect(asked.b / 4_000).toBeCloseTo(share, 1);
    expect(asked.both / 4_000).toBeCloseTo(share * share, 1);
  });
});

test("what an outcome says of a buyer's speed", () => {
  const said = Object.fromEntries(PING_OUTCOMES.map((outcome) => [outcome, wasLate(outcome, undefined)]));
  expect(said).toEqual({
    ...{ bid: false, no_bid: false, timeout: true, error: false },
    ...{ not_attempted: null, late: true, closed_early: null },
  });
  expect([wasLate("error", "body_timeout"), wasLate("error", "transport")]).toEqual([true, null]);
});

describe("an isolate's memory of it", () => {
  const NOW = 1_000_000_000_000;
  const many = (memory: LatenessMemory, late: boolean, count: number, at = NOW, given = 100) => {
    for (let i = 0; i < count; i++) memory.count("ep", given, late, at);
  };
  test("counts by endpoint and by the time that was given, for five minutes", () => {
    const memory = new LatenessMemory();
    many(memory, true, 5);
    many(memory, false, 2);
    many(memory, true, 1, NOW + 30_000);
    expect(memory.of("ep", 120, NOW + 30_000)).toEqual({ asked: 8, late: 6, row: 0 });
    expect(memory.of("ep", 900, NOW)).toEqual({ asked: 0, late: 0, row: 0 });
    expect(memory.of("other", 100, NOW)).toEqual({ asked: 0, late: 0, row: 0 });
    expect(memory.of("ep", 100, NOW + 310_000)).toMatchObject({ asked: 1, late: 1 });
    expect(memory.of("ep", 100, NOW + 340_000)).toMatchObject({ asked: 0, late: 0 });
  });
  test("eight answers in time in a row are a new beginning", () => {
    const memory = new LatenessMemory();
    many(memory, true, 100);
    many(memory, false, 7);
    expect(memory.of("ep", 100, NOW)).toEqual({ asked: 107, late: 100, row: 7 });
    many(memory, false, 1);
    expect(memory.of("ep", 100, NOW)).toEqual({ asked: 1, late: 0, row: 8 });
    many(memory, true, 1);
    expect(shapedShare(memory.of("ep", 100, NOW), USUAL)).toBe(1);
  });
  test("is bounded", () => {
    const memory = new LatenessMemory();
    for (let i = 0; i < 6_000; i++) memory.count(`e${i}`, 100, true, NOW);
    expect(memory.of("e0", 100, NOW).asked).toBe(0);
    expect(memory.of("e5999", 100, NOW).asked).toBe(1);
  });
});

test("a late buyer is left out with its reason, unless there is nobody else", () => {
  const [slow, quick] = [contractOf("slow"), contractOf("quick")];
  const standingOf = (contract: typeof slow) => ({
    ...NO_STANDING,
    ...(contract === slow ? { lateness: () => ({ asked: 100, late: 100, row: 0 }) } : {}),
  });
  const left = Array.from({ length: 100 }, (_, seed) => {
    const alone = eligible(inputOf([slow], { standing: standingOf, seed }));
    expect([alone.bidders, alone.excluded]).toEqual([[slow], []]);
    const { excluded, bidders } = eligible(inputOf([slow, quick], { standing: standingOf, seed }));
    expect(bidders.length + excluded.length).toBe(2);
    return excluded;
  }).flat();
  expect(left.length).toBeGreaterThan(80);
  expect(left[0]).toEqual({ contract_id: "slow", reason: "shaped" });
  const fixed = fixedContract("slow", 5);
  const never = { ...NO_STANDING, lateness: () => ({ asked: 100, late: 100, row: 0 }) };
  expect(eligible(inputOf([fixed, quick], { standing: () => never })).fixed).toEqual([fixed]);
});

test("whoever may not bid the least could not have sold", () => {
  const rules = fc.record({
    floor: fc.integer({ min: 0, max: 100_000 }),
    share: fc.integer({ min: 0, max: 10_000 }),
    min_margin: fc.integer({ min: 0, max: 30_000 }),
    min_price: fc.integer({ min: 0, max: 100_000 }),
  });
  fc.assert(
    fc.property(rules, fc.integer({ min: 1, max: 300_000 }), (given, price) => {
      const all = { ...given, max_bid: undefined } as unknown as BidRules;
      if (price < leastPrice(all)) expect(checkBid(price as Money, all).ok).toBe(false);
    }),
    { ...SEED, numRuns: 2_000 },
  );
});
