import type { AttemptClass, BidderStatus } from "../../../schema/lists.ts";
import type { PlanBidder } from "../../../schema/rpc/book.ts";
import { ERROR_CLASSES } from "../../auction/error-classes.ts";

type Refusal = NonNullable<PlanBidder["refusal"]>;

/** Why a bidder of the plan got no post. */
const REFUSALS: Record<Refusal, string> = {
  stale_epoch: "somebody else had taken the lead over",
  buyer_paused: "the buyer was paused meanwhile",
  endpoint_paused: "the endpoint was paused meanwhile",
  contract_paused: "the contract was paused meanwhile",
  maintenance: "its planned maintenance had begun",
  duplicate: "it had this consumer within its window",
  breaker_open: "its breaker had opened meanwhile",
  cap_reached: "its cap was reached meanwhile",
  paced: "its next place was not open yet",
  balance: "its balance no longer covered the price",
  consent: "the lead lacks a consent that it requires",
  bid_expired: "its bid was no longer valid",
  unreachable: "its account did not answer, and nothing was sent",
};

const STATUSES: Record<Exclude<BidderStatus, "refused">, string> = {
  untried: "Was not turned to.",
  in_flight: "Has been turned to; its answer is still to come.",
  rejected: "Was posted the lead and refused it.",
  not_taken: "Was posted the lead and did not take it.",
  unknown: "Was posted the lead; whether it has taken it is not known.",
  set_up_error: "Could not be posted: its endpoint is wrongly set up.",
  accepted: "Was posted the lead and bought it.",
  returned: "Bought the lead and gave it back.",
};

/** A class that says more than the status does. */
const TELLING: ReadonlySet<AttemptClass> = new Set<AttemptClass>(
  "transport timeout throttled server client auth not_found gone duplicate unreadable redirect too_large not_dispatched url_refused step_failed no_token".split(
    " ",
  ) as AttemptClass[],
);

/** How a bidder of the plan stands, as one or two sentences. */
export function howItStands(bidder: Pick<PlanBidder, "status" | "refusal" | "last_class">): string {
  const { status, refusal, last_class } = bidder;
  if (status === "refused") return `Was to get the lead, but ${refusal ? REFUSALS[refusal] : "was refused"}.`;
  const text = STATUSES[status];
  return last_class && status !== "accepted" && TELLING.has(last_class)
    ? `${text} ${ERROR_CLASSES[last_class].say}`
    : text;
}
