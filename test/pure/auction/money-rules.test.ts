import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MONEY_LIMIT, type Money, ZERO } from "../../../schema/money.ts";
import {
  basisPoints,
  captureMovements,
  closeMovements,
  entryMovements,
  type Movement,
  saleMovements,
  split,
} from "../../../worker/auction/money-rules.ts";
import { m, SEED } from "./fixtures.ts";

const price = fc.integer({ min: 1, max: MONEY_LIMIT }) as fc.Arbitrary<Money>;
const amount = fc.integer({ min: 0, max: MONEY_LIMIT }) as fc.Arbitrary<Money>;
const bps = fc.integer({ min: 0, max: 10_000 });
const sum = (rows: Movement[]) => rows.reduce((total, row) => total + row.amount, 0);

describe("split", () => {
  const ROWS: [price: string, percent: number, min_margin: string, payout: string, margin: string][] = [
    ["21.105", 80, "0", "16.884", "4.221"],
    ["21.105", 33.33, "0", "7.0342", "14.0708"],
    ["0.0001", 80, "0", "0", "0.0001"],
    ["10", 100, "0", "10", "0"],
    ["10", 0, "0", "0", "10"],
    ["10", 80, "3", "7", "3"],
    ["10", 80, "2", "8", "2"],
    ["10", 80, "10", "0", "10"],
    ["10", 80, "12", "-2", "12"],
    ["100000000", 99.99, "0", "99990000", "10000"],
  ];
  test.each(ROWS)("%s at %s %% with at least %s: %s and %s", (of, percent, least, payout, margin) => {
    expect(split(m(of), basisPoints(percent), m(least))).toEqual({ payout: m(payout), margin: m(margin) });
  });

  test("percent to basis points, exactly for every percent with two decimals", () => {
    for (let points = 0; points <= 10_000; points++)
      expect(basisPoints(Number((points / 100).toFixed(2)))).toBe(points);
  });

  test("both parts are the price; the share is never exceeded and misses by less than 1/10,000; the margin holds", () => {
    fc.assert(
      fc.property(price, bps, amount, (of, points, least) => {
        const { payout, margin } = split(of, points, least);
        expect(payout + margin).toBe(of);
        expect(margin).toBeGreaterThanOrEqual(least);
        const exact = BigInt(of) * BigInt(points);
        expect(BigInt(payout) * 10_000n <= exact).toBe(true);
        if (margin > least) expect(exact - BigInt(payout) * 10_000n < 10_000n).toBe(true);
      }),
      SEED,
    );
  });
});

describe("movements", () => {
  test("of a sale", () => {
    expect(saleMovements({ buyer_id: "acme", publisher_id: "pub", price: m("21.105"), payout: m("16.884") })).toEqual([
      { account: "buyer:acme", kind: "capture", amount: m("-21.105") },
      { account: "clearing", kind: "capture", amount: m("21.105") },
      { account: "clearing", kind: "payout", amount: m("-21.105") },
      { account: "publisher:pub", kind: "payout", amount: m("16.884") },
      { account: "house", kind: "margin", amount: m("4.221") },
    ]);
  });

  test("of a payout at our risk: nobody bought, the house pays", () => {
    expect(closeMovements("pub", ZERO, m(8))).toEqual([
      { account: "clearing", kind: "payout", amount: 0 },
      { account: "publisher:pub", kind: "payout", amount: m(8) },
      { account: "house", kind: "margin", amount: m(-8) },
    ]);
  });

  test.each(["deposit", "credit", "adjustment"] as const)("of a %s", (kind) => {
    expect(entryMovements("acme", kind, m(100))).toEqual([
      { account: "buyer:acme", kind, amount: m(100) },
      { account: "outside", kind, amount: m(-100) },
    ]);
  });

  test("sum to zero, each object's rows by themselves, and the clearing is empty after the close", () => {
    fc.assert(
      fc.property(price, bps, amount, (of, points, least) => {
        const { payout } = split(of, points, least);
        expect(sum(captureMovements("acme", of))).toBe(0);
        const close = closeMovements("pub", of, payout);
        expect(sum(close)).toBe(0);
        expect(new Set(close.map((row) => row.account)).size).toBe(close.length);
        const all = saleMovements({ buyer_id: "acme", publisher_id: "pub", price: of, payout });
        expect(sum(all.filter((row) => row.account === "clearing"))).toBe(0);
        expect(sum(entryMovements("acme", "adjustment", -of as Money))).toBe(0);
      }),
      SEED,
    );
  });
});
