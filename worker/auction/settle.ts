import type { Contract } from "../../schema/config/buyer.ts";
import type { Campaign } from "../../schema/config/campaign.ts";
import type { AttemptClass, AttemptOutcome, BidderStatus } from "../../schema/lists.ts";
import type { FenceState } from "../../schema/rpc/account.ts";
import type { PlanBidder, SettleCommand } from "../../schema/rpc/book.ts";
import { ERROR_CLASSES } from "./error-classes.ts";
import { isFinalDoubt, nextQuestion } from "./find-out.ts";
import { retryDelayMs } from "./retry.ts";

/** What configuration says about one bidder of a plan. */
export interface BidderPolicy {
  /** The contract's: requests of a round, status calls of a round, and rounds. */
  retry: Contract["retry"];
  /** As it can be done: `ask_status` only where the dialect has a status call. */
  find_out: Contract["find_out"];
  /** The dialect has a status call: once no post may begin any more it is made whatever `find_out` says. */
  can_ask: boolean;
  on_unknown: Contract["on_unknown"];
  duplicate_after_unknown: Contract["duplicate_after_unknown"];
  /** The endpoint recognises a repeated post and answers as the first time. */
  idempotent: boolean;
  on_not_taken: Campaign["on_not_taken"];
}

/** One attempt's answer, as the channel read it. */
export interface Reading {
  outcome: AttemptOutcome;
  class: AttemptClass;
  held_for_review: boolean;
  retry_after_ms?: number;
}

export interface SettleContext {
  /** An earlier request of this round ended unknown. */
  doubt: boolean;
  round: number;
  /** The request that was answered, from 1 within the round. */
  attempt: number;
  policy: BidderPolicy;
  /** Uniform in [0, 1), for the jitter. */
  random: number;
}

/** What becomes of the bidder and of its reservation. */
export interface Settlement {
  /** `untried`: nothing left the house, so it is still to be asked, in a new round. */
  status: Conclusion | "untried";
  /** Something of this round is still unknown. */
  doubt: boolean;
  reservation: "capture" | "release" | "doubt";
  /** The endpoint's set-up is wrong: tell the operator, also when an earlier request keeps the bidder unknown. */
  alert: boolean;
  /** Never sent again: held for the buyer's manual review, or an answer that no rule can read. Review, unless a status call helps. */
  never_again: boolean;
  /** Ms until the same buyer may be asked again; absent: it is not, or only by {@link BidderPolicy} of what comes next. */
  retry_in_ms?: number;
  /** Its next request belongs to a new round, with a reservation of its own. */
  next_round?: true;
}

export type Conclusion = Extract<BidderStatus, "accepted" | "rejected" | "not_taken" | "unknown" | "set_up_error">;

/**
 * What an answer proves, without and with an earlier unknown request in the same round. After an unknown the buyer may have the
 * lead: `duplicate` says that it took it the first time, a plain reject is definite only from an idempotent endpoint, and an answer
 * about this request alone (not now, wrong address) says nothing about the earlier one.
 */
const CONCLUSIONS: Readonly<
  Record<AttemptOutcome, { first: Conclusion; doubt: Conclusion; doubt_idempotent: Conclusion }>
> = {
  accepted: { first: "accepted", doubt: "accepted", doubt_idempotent: "accepted" },
  rejected: { first: "rejected", doubt: "unknown", doubt_idempotent: "rejected" },
  duplicate: { first: "rejected", doubt: "accepted", doubt_idempotent: "accepted" },
  not_taken: { first: "not_taken", doubt: "unknown", doubt_idempotent: "unknown" },
  unknown: { first: "unknown", doubt: "unknown", doubt_idempotent: "unknown" },
  set_up_error: { first: "set_up_error", doubt: "unknown", doubt_idempotent: "unknown" },
};

const RESERVATION: Readonly<Record<Conclusion, Settlement["reservation"]>> = {
  accepted: "capture",
  rejected: "release",
  not_taken: "release",
  unknown: "doubt",
  set_up_error: "release",
};

export function conclude(
  outcome: AttemptOutcome,
  doubt: boolean,
  { idempotent, duplicate_after_unknown }: Pick<BidderPolicy, "idempotent" | "duplicate_after_unknown">,
): Conclusion {
  const row = CONCLUSIONS[outcome];
  if (!doubt) return row.first;
  // Some buyers say "duplicate" to everybody's leads: from them it proves nothing.
  if (outcome === "duplicate") return duplicate_after_unknown;
  return idempotent ? row.doubt_idempotent : row.doubt;
}

/** Settles a bidder after an attempt. Safe for readings in which the dialect has weighed the doubt already: it never weighs twice. */
export function settleStatus(reading: Reading, context: SettleContext): Settlement {
  const { doubt, policy, round, attempt, random } = context;
  const { retry, alert } = ERROR_CLASSES[reading.class];
  const delay = (count: number) => retryDelayMs(count, policy.retry, random, reading.retry_after_ms);
  const status = conclude(reading.outcome, doubt, policy);
  const settlement: Settlement = {
    status,
    doubt: status === "unknown",
    reservation: RESERVATION[status],
    alert,
    never_again: status === "unknown" && isFinalDoubt(reading.outcome, reading.class, reading.held_for_review),
  };
  const moreRounds = round < policy.retry.attempts;
  if (status === "unknown") {
    const left = { attempts: attempt, last_outcome: reading.outcome, last_class: reading.class };
    const question = nextQuestion({ ...left, held_for_review: reading.held_for_review }, policy, true);
    if (question === null) return settlement;
    return { ...settlement, retry_in_ms: delay(question === "status" ? 1 : attempt) };
  }
  if (status !== "not_taken" || !moreRounds) return settlement;
  if (retry === "at_once") return { ...settlement, status: "untried", next_round: true };
  if (policy.on_not_taken !== "same_buyer") return settlement;
  return { ...settlement, retry_in_ms: delay(round), next_round: true };
}

/** Could the buyer have the lead without our knowing? Only proof ends it: accepted, or rejected for certain. */
export function inDoubt({ status, doubt }: Pick<PlanBidder, "status" | "doubt">): boolean {
  switch (status) {
    case "in_flight":
    case "unknown":
      return true;
    case "accepted":
    case "rejected":
    case "returned":
      return false;
    case "untried":
    case "refused":
    case "not_taken":
    case "set_up_error":
      return doubt;
  }
}

/** Of a lead that rests: in doubt, or accepted (at a price that a person must look at, say), so that its hold is as open as a doubt. */
export const mayHave = (bidder: Pick<PlanBidder, "status" | "doubt">): boolean =>
  inDoubt(bidder) || bidder.status === "accepted";

/** Was its present round posted to it? An operator's replay has set the count of requests back, but who may have the lead, or had it, got it. */
export const wasAsked = (bidder: Pick<PlanBidder, "status" | "doubt" | "attempts">): boolean =>
  bidder.attempts > 0 || mayHave(bidder) || bidder.status === "returned";

/**
 * The bidder after a refusal of `reserve`, of the consent check or of its own validity. A bidder in doubt stays unknown and is asked
 * again later: a refusal of today's request says nothing about an earlier one. After `stale_epoch` the flow stops and settles nothing.
 */
export function settleRefusal(
  bidder: Pick<PlanBidder, "status" | "doubt" | "attempts">,
  refusal: Exclude<NonNullable<PlanBidder["refusal"]>, "stale_epoch">,
  context: Pick<SettleContext, "policy" | "random">,
): Pick<SettleCommand, "status" | "refusal" | "retry_in_ms"> {
  if (!bidder.doubt && bidder.status !== "unknown") return { status: "refused", refusal };
  return { status: "unknown", retry_in_ms: retryDelayMs(bidder.attempts, context.policy.retry, context.random) };
}

/**
 * The bidder that a dead holder of the lease left `in_flight`, after the take-over's fence at its buyer. Evidence that reached the
 * book counts; without any, what was held may have been sent.
 */
export function settleFence(
  fence: FenceState,
  bidder: Pick<PlanBidder, "doubt" | "last_outcome" | "round">,
  policy: Pick<BidderPolicy, "idempotent" | "duplicate_after_unknown">,
): Conclusion | "untried" {
  if (fence === "captured") return "accepted";
  const { doubt, last_outcome, round } = bidder;
  // In doubt a hold is only given back for a definite "no": it stays one, also where the endpoint's settings have changed since.
  if (fence === "released" && doubt && last_outcome === "rejected") return "rejected";
  // A later round began with the "not taken" of the one before: that is no evidence of this one.
  const stale = round > 1 && last_outcome === "not_taken";
  if (last_outcome !== undefined && !stale) return conclude(last_outcome, doubt, policy);
  if (doubt || fence === "held") return "unknown";
  // Nothing was reserved, so nothing was sent; or it was released before anything was sent.
  return fence === "none" ? "untried" : "not_taken";
}
