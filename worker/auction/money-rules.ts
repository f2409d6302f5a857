import type { MovementKind } from "../../schema/lists.ts";
import { type Money, money, share, subtract, ZERO } from "../../schema/money.ts";

/**
 * Double entry. Accounts: `buyer:x` (what it has left to spend), `publisher:y` (what it has earned), `house` (our margin),
 * `clearing` (captured, not closed yet: zero once all is closed), `outside` (the rest of the world).
 */
export interface Movement {
  account: string;
  kind: MovementKind;
  amount: Money;
}

/** Percent with up to two decimals as basis points: 80.5 -> 8050. */
export const basisPoints = (percent: number): number => Math.round(percent * 100);

/**
 * Divides what a buyer pays. The publisher's part is rounded down to 1/10,000 of the unit, and is never so large that less than
 * `minMargin` stays; the rest is the margin, so that both always sum to the price. `payout` is negative when the price does not even
 * cover `minMargin`: such a sale must be refused.
 */
export function split(price: Money, shareBps: number, minMargin: Money): { payout: Money; margin: Money } {
  const payout = money(Math.min(share(price, shareBps), subtract(price, minMargin)));
  return { payout, margin: subtract(price, payout) };
}

const negative = (amount: Money): Money => subtract(ZERO, amount);

/** The buyer's object books it when it captures a reservation. */
export function captureMovements(buyer_id: string, price: Money): Movement[] {
  return [
    { account: `buyer:${buyer_id}`, kind: "capture", amount: negative(price) },
    { account: "clearing", kind: "capture", amount: price },
  ];
}

/** A charge given back after the sale; booked by the buyer's object alone. What the publisher earned stays: the house pays. */
export function refundMovements(buyer_id: string, price: Money): Movement[] {
  return [
    { account: `buyer:${buyer_id}`, kind: "refund", amount: price },
    { account: "house", kind: "refund", amount: negative(price) },
  ];
}

/**
 * The book's part when a lead is closed; one row an account. The margin is what the payout leaves of the price, and is negative where
 * the publisher is paid at our risk (price 0: nobody bought) or was promised more than the buyer paid.
 */
export function closeMovements(publisher_id: string, price: Money, payout: Money): Movement[] {
  return [
    { account: "clearing", kind: "payout", amount: negative(price) },
    { account: `publisher:${publisher_id}`, kind: "payout", amount: payout },
    { account: "house", kind: "margin", amount: subtract(price, payout) },
  ];
}

/** All movements of one sale, of both objects. */
export function saleMovements(sale: {
  buyer_id: string;
  publisher_id: string;
  price: Money;
  payout: Money;
}): Movement[] {
  return [
    ...captureMovements(sale.buyer_id, sale.price),
    ...closeMovements(sale.publisher_id, sale.price, sale.payout),
  ];
}

export type EntryKind = "deposit" | "credit" | "adjustment";

/** Money brought in or corrected by hand. Every entry has its other side outside the exchange. */
export function entryMovements(buyer_id: string, kind: EntryKind, amount: Money): Movement[] {
  return [
    { account: `buyer:${buyer_id}`, kind, amount },
    { account: "outside", kind, amount: negative(amount) },
  ];
}
