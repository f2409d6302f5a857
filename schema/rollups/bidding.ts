import { type ExclusionReason, LOSS_REASONS, type LossReason, PING_OUTCOMES, type PingOutcome } from "../lists.ts";
import { BID, columnsOf, MS, WON } from "./buckets.ts";

/** Shut out by how it stands, not by what it wants: what was lost to it can be told. */
export const STATUS_EXCLUSIONS = [
  "buyer_paused",
  "endpoint_paused",
  "contract_paused",
  "breaker_open",
  "cap_reached",
  "paced",
  "balance",
  "maximum_too_low",
  "thinned",
  "shaped",
] as const satisfies readonly ExclusionReason[];

/** Losses that are no outcome of the ping itself. */
export const LOST: readonly LossReason[] = LOSS_REASONS.filter(
  (reason) => !(PING_OUTCOMES as readonly string[]).includes(reason),
);

/**
 * What a contract did in the auctions of one slot; columns of the tables `bidding` and `rollup_bidding`. `asked`: requests whose
 * answers were waited for, so that nobody's rates fall for what is `closed_early`; `fixed`: auctions in which its fixed price stood without
 * one.
 */
export const BIDDING_COUNTS: readonly string[] = [
  "asked",
  "fixed",
  ...PING_OUTCOMES,
  "won",
  ...LOST.map((reason) => `lost_${reason}`),
  ...STATUS_EXCLUSIONS.map((reason) => `out_${reason}`),
  "bid_sum",
  "won_sum",
  ...columnsOf(BID),
  ...columnsOf(WON),
  ...columnsOf(MS),
];

type Word = "asked" | "fixed" | "won" | PingOutcome;
/** Counts by column; missing ones are 0. */
export type BiddingCounts = { [word in Word]?: number } & {
  [column: `${"lost" | "out" | "bid" | "won" | "ms"}_${string}`]: number;
};

/** What one isolate has counted of a contract in a slot since its last report. */
export interface BiddingReport {
  contract_id: string;
  /** `at / 900,000`. */
  slot: number;
  counts: BiddingCounts;
}
