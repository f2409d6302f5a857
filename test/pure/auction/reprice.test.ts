import { describe, expect, test } from "vitest";
import { repriced } from "../../../worker/auction/reprice.ts";
import { m } from "./fixtures.ts";

describe("the buyer's answer names a price of its own", () => {
  type Row = [why: string, counter: number | null, rule: "keep" | "review", promise: number, deal: object];
  const sell = (price: number, payout: number, above = 0) => ({
    kind: "sell",
    price: m(price),
    payout: m(payout),
    above: m(above),
  });
  test.each<Row>([
    ["none: the bid", null, "review", 8, sell(10, 8)],
    ["the same", 10, "review", 8, sell(10, 8)],
    ["above the hold: sold at the hold, the rest is told", 12.5, "review", 8, sell(10, 8, 2.5)],
    ["above the hold, lower ones kept", 12.5, "keep", 8, sell(10, 8, 2.5)],
    ["lower, reviewed", 9.9999, "review", 8, { kind: "review" }],
    ["lower, kept: the publisher's part shrinks with it", 5, "keep", 0, sell(5, 4)],
    ["lower, kept: never below the promise, the margin bears it", 9, "keep", 8, sell(9, 8)],
    ["lower than the promise: we pay the difference", 5, "keep", 8, sell(5, 8)],
    ["nothing at all, kept", 0, "keep", 8, sell(0, 8)],
    ["a part of a cent: the publisher's is rounded down", 3.3333, "keep", 0, sell(3.3333, 2.6666)],
    ["less than nothing is no price", -1, "keep", 0, { kind: "review" }],
  ])("%s", (_, counter, on_lower_price, promise, deal) => {
    const bidder = { price: m(10), payout: m(8) };
    const counter_price = counter === null ? null : m(counter);
    expect(repriced({ bidder, counter_price, on_lower_price, promise: m(promise) })).toEqual(deal);
  });
});
