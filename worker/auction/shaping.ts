import type { Endpoint } from "../../schema/config/buyer.ts";
import type { PingError, PingOutcome } from "../../schema/lists.ts";
import { drawOf } from "./ranking.ts";

/**
 * A buyer that answers too late again and again costs a connection, and every auction the wait for it, for bids that cannot be used. It is
 * asked in a part of the pings only, and never in none: so it is seen when it has become quick again.
 */
export interface Lateness {
  /** Of the last minutes: pings that were answered or waited for in vain, and the latter alone. */
  asked: number;
  late: number;
  /** Answers in time since the last that was late. */
  row: number;
}

export type Shaping = Endpoint["shaping"];

/** Fewer pings say nothing. */
export const SAMPLE = 20;
/** Percent. Who is late so often is asked least. */
const HOPELESS = 98;

/**
 * The share of pings, 0 to 1, that the buyer is asked in: all of them up to `from_late_percent`, then falling in a straight line to the
 * least at 98 %. Each answer in time in a row doubles it, so that a recovered buyer is back after five from the least of 5 %.
 */
export function shapedShare(
  { asked, late, row }: Lateness,
  { from_late_percent, least_share_percent }: Shaping,
): number {
  if (asked < SAMPLE) return 1;
  const least = least_share_percent / 100;
  const over = ((late / asked) * 100 - from_late_percent) / Math.max(1, HOPELESS - from_late_percent);
  const share = 1 - Math.min(1, Math.max(0, over)) * (1 - least);
  return Math.min(1, share * 2 ** Math.min(row, 16));
}

/** Is this contract left out of this auction? `seed`: of the auction; a draw of its own, as in thinning. */
export function shaped(lateness: Lateness, settings: Shaping, seed: number, contract_id: string): boolean {
  const share = shapedShare(lateness, settings);
  return share < 1 && drawOf(seed, `shape/${contract_id}`) / 2 ** 32 >= share;
}

/** What a ping's outcome says of its buyer's speed; null: nothing. A failed connection is the breaker's to judge. */
export function wasLate(outcome: PingOutcome, error: PingError | undefined): boolean | null {
  switch (outcome) {
    case "bid":
    case "no_bid":
      return false;
    case "timeout":
    case "late":
      return true;
    case "error":
      return error === "body_timeout" ? true : error === "transport" ? null : false;
    case "not_attempted":
    case "closed_early":
      return null;
  }
}
