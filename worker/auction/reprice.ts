import { type Money, money, subtract } from "../../schema/money.ts";
import type { PlanBidder } from "../../schema/rpc/book.ts";

/** What is charged and paid when the buyer's answer names a price of its own. */
export type Deal =
  | {
      kind: "sell";
      price: Money;
      payout: Money /** What the buyer offered beyond its hold; for review. */;
      above: Money;
    }
  | { kind: "review" };

/**
 * A counter-price above the hold: sold at the hold, the difference goes to review. Below it: by contract, kept (the gateway's
 * margin bears it first, the publisher never gets less than the promise) or reviewed.
 */
export function repriced(input: {
  bidder: Pick<PlanBidder, "price" | "payout">;
  counter_price: Money | null;
  on_lower_price: "keep" | "review";
  promise: Money;
}): Deal {
  const { bidder, counter_price } = input;
  if (counter_price === null || counter_price >= bidder.price) {
    const above = counter_price === null ? money(0) : subtract(counter_price, bidder.price);
    return { kind: "sell", price: bidder.price, payout: bidder.payout, above };
  }
  if (input.on_lower_price === "review" || counter_price < 0) return { kind: "review" };
  const scaled = money(Number((BigInt(bidder.payout) * BigInt(counter_price)) / BigInt(bidder.price)));
  return { kind: "sell", price: counter_price, payout: money(Math.max(scaled, input.promise)), above: money(0) };
}
