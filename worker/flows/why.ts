import type { ExclusionReason, LossReason } from "../../schema/lists.ts";

/** The answer to "why not?", for people. Every reason of the closed lists has one: the compiler says when one is missing. */
const WHY: Record<ExclusionReason | LossReason | "not_eligible_then", string> = {
  gateway_paused: "the whole gateway was paused",
  publisher_paused: "the publisher was paused",
  campaign_paused: "the campaign was paused",
  buyer_paused: "the buyer was paused",
  endpoint_paused: "the endpoint was paused",
  contract_paused: "the contract was paused",
  maintenance: "a planned maintenance window of the buyer or its endpoint",
  not_live: "the contract is a draft: only test leads reach it",
  not_in_test: "test lead, and the endpoint does not take tests",
  source: "the contract does not take this publisher",
  filter: "the lead does not match the contract's filter",
  schedule: "outside the contract's hours",
  aged_only: "the contract takes only aged leads",
  consent: "consent that the contract requires is missing",
  fixed_price_missing: "the contract has no usable price",
  breaker_open: "the endpoint's circuit breaker was open",
  cap_reached: "a cap of the contract was reached",
  paced: "the contract takes its leads apart, and its next place was not open yet",
  thinned: "the last places under its cap were offered to others already",
  maximum_too_low: "the contract's maximum bid is less than this sale must bring",
  shaped: "too late for most auctions of the last minutes: asked in a part of them until it is quicker",
  balance: "the buyer's balance did not cover the lead",
  no_bid: "asked, and declined to bid",
  timeout: "did not answer in time",
  late: "answered after its timeout; counted, not used",
  error: "answered with an error",
  not_attempted: "could not be asked: no free connection before the deadline",
  closed_early: "had not answered when the auction was decided: it could not have won any more",
  bid_invalid: "answered a bid that is not a usable amount",
  above_maximum_bid: "bid more than the contract's maximum bid",
  below_floor: "bid less than the campaign's floor",
  below_margin: "the bid leaves less than the minimum margin",
  below_min_price: "the payout is below the publisher's minimum price",
  above_balance: "bid more than its balance and credit cover",
  lower_tier: "a contract of a better priority tier won",
  lower_bid: "another bid pays more",
  lost_tie: "an equal bid won the draw",
  not_eligible_then: "came to the campaign after this auction",
};

/** null for the winner. `detail`: an error's name, or the part of a filter that failed (never a value). */
export function whyNot(
  reason: ExclusionReason | LossReason | "not_eligible_then" | null,
  detail?: string,
): string | null {
  if (reason === null) return null;
  return detail ? `${WHY[reason]} (${detail})` : WHY[reason];
}
