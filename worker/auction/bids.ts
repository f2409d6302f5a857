import type { LossReason, PingError, PingOutcome } from "../../schema/lists.ts";
import { MONEY_LIMIT, type Money, money } from "../../schema/money.ts";
import type { BidReading } from "../buyers/dialect.ts";
import type { CompiledContract } from "./compiled.ts";
import { split } from "./money-rules.ts";

/** What came of asking one contract. */
export interface ReceivedAnswer {
  contract: CompiledContract;
  outcome: PingOutcome;
  error?: PingError;
  http_status?: number;
  /** From dispatch, in ms. */
  ms?: number;
  /** When it was dispatched, in ms after the auction's start. */
  sent_at_ms?: number;
  /** How long it was given, from dispatch, in ms. */
  timeout_ms?: number;
  /** What the dialect read; its price counts only when the outcome is `bid`. */
  reading?: BidReading;
}

/** The campaign's and the publisher's limits on one bid. */
export interface BidRules {
  floor: Money;
  /** Of the price, in basis points. */
  share: number;
  min_margin: Money;
  /** The least that the publisher takes. */
  min_price: Money;
  /** The most that the contract may bid; a higher bid is a mistake of the buyer's system and is refused, not lowered. */
  max_bid: Money | undefined;
  /** What the buyer has left to spend; undefined = no limit known. */
  available?: Money;
}

export type CheckedBid = { ok: true; price: Money; payout: Money } | { ok: false; reason: LossReason; payout?: Money };

/** Can this price win, and what would the publisher get of it? Refusals in the order of the closed list. */
export function checkBid(price: Money | null, rules: BidRules): CheckedBid {
  if (price === null || !Number.isSafeInteger(price) || price <= 0 || price > MONEY_LIMIT)
    return { ok: false, reason: "bid_invalid" };
  if (rules.max_bid !== undefined && price > rules.max_bid) return { ok: false, reason: "above_maximum_bid" };
  if (price < rules.floor) return { ok: false, reason: "below_floor" };
  const { payout } = split(price, rules.share, rules.min_margin);
  // Nothing left for a publisher that has a share is no sale for it; without a share, nothing is what it agreed to.
  if (payout < 0 || (payout === 0 && rules.share > 0)) return { ok: false, reason: "below_margin" };
  if (payout < rules.min_price) return { ok: false, reason: "below_min_price", payout };
  // As far as the snapshot knows; `reserve` is exact. A promise that the buyer cannot pay would cost the publisher its sale.
  if (rules.available !== undefined && price > rules.available) return { ok: false, reason: "above_balance", payout };
  return { ok: true, price, payout };
}

/** The least that can win: the campaign's floor, or what leaves the publisher the least that it takes. */
export function leastPrice({ floor, share, min_margin, min_price }: BidRules): Money {
  const gross =
    share > 0 && min_price > 0 ? Number((BigInt(min_price) * 10_000n + BigInt(share) - 1n) / BigInt(share)) : 0;
  return money(Math.max(floor, gross, min_price + min_margin));
}

/** What an answer without a bid loses by. An answer whose price no dialect can read is an invalid bid, not a broken buyer. */
export function lossOf(outcome: Exclude<PingOutcome, "bid">, error: PingError | undefined): LossReason {
  switch (outcome) {
    case "no_bid":
    case "timeout":
    case "late":
    case "not_attempted":
    case "closed_early":
      return outcome;
    case "error":
      return error === "bid_invalid" ? "bid_invalid" : "error";
  }
}
