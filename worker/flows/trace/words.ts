import type { AnswerCode } from "../../../schema/lists.ts";
import type { Why } from "./advice.ts";

/** Why nobody was asked, for operators; null: the buyers' own reasons say more. */
export const CODE_TEXTS: Record<AnswerCode, string | null> = {
  no_eligible_buyers: null,
  no_bids: null,
  below_min_price: null,
  duplicate_ping: "the same ping was made a moment before",
  duplicate: "the campaign sold this consumer within its window",
  suppressed: "the consumer is on the suppression list",
  gateway_paused: "the whole gateway was paused",
  publisher_paused: "the publisher was paused",
  campaign_paused: "the campaign was paused",
  ping_expired: "the ping had expired",
  ping_rejected: "its ping had been rejected",
  buyers_rejected: "every buyer that was posted the lead refused it",
  not_taken: "nobody could take it",
  no_answer_in_time: "no buyer had confirmed when the publisher's answer was due",
  in_progress: "it is still being sold",
  under_review: "it is not certain whether a buyer has it",
  parked: "it waits until a buyer's endpoint is repaired",
};

/** What a number of contracts did, or had done to them: "3 declined to bid". */
export const DID: Record<Why, string> = {
  gateway_paused: "paused with the gateway",
  publisher_paused: "paused with the publisher",
  campaign_paused: "paused with the campaign",
  buyer_paused: "paused",
  endpoint_paused: "paused",
  contract_paused: "paused",
  maintenance: "under maintenance",
  not_live: "not live yet",
  not_in_test: "without tests",
  source: "for other publishers",
  filter: "by their filter",
  schedule: "out of hours",
  aged_only: "for aged leads only",
  consent: "for want of consent",
  fixed_price_missing: "without a price",
  breaker_open: "behind an open breaker",
  cap_reached: "at their cap",
  paced: "paced",
  balance: "out of money",
  thinned: "near their cap",
  maximum_too_low: "with too low a maximum",
  shaped: "left out for being late too often",
  no_bid: "declined to bid",
  timeout: "did not answer in time",
  late: "answered too late",
  error: "answered with an error",
  not_attempted: "could not be reached",
  closed_early: "were not waited for",
  bid_invalid: "bid no usable amount",
  above_maximum_bid: "bid above their maximum",
  below_floor: "bid below the floor",
  below_margin: "left too little margin",
  below_min_price: "paid less than the publisher's minimum",
  above_balance: "could not pay their bid",
  lower_tier: "were of a lower tier",
  lower_bid: "bid less",
  lost_tie: "lost a draw",
  not_eligible_then: "came later",
};

const MOST = 4;

/** "3 declined to bid, 2 did not answer in time and 1 bid below the floor". */
export function tally(reasons: readonly Why[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(DID[reason], (counts.get(DID[reason]) ?? 0) + 1);
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  const parts = sorted.slice(0, MOST).map(([words, count]) => `${count} ${words}`);
  const others = sorted.slice(MOST).reduce((sum, [, count]) => sum + count, 0);
  return listed(others > 0 ? [...parts, `${others} for other reasons`] : parts);
}

/** "a, b and c". */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}

/** `$21.105`, `9.50 EUR`. */
export function priced(amount: number, currency: string): string {
  const [units = "0", decimals = ""] = String(amount).split(".");
  const text = `${units}.${decimals.padEnd(2, "0")}`;
  return currency === "USD" ? `$${text}` : `${text} ${currency}`;
}

export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
