import type { AttemptClass, AttemptOutcome } from "../../schema/lists.ts";
import type { PlanBidder, SettleCommand } from "../../schema/rpc/book.ts";
import { isFinal } from "./error-classes.ts";
import { retryDelayMs } from "./retry.ts";
import type { BidderPolicy, Conclusion, SettleContext } from "./settle.ts";

/** How an unknown outcome is found out: the question that may still be asked, and what a status call's answer proves. */

/** An unknown that the same request again cannot clear up. */
export const isFinalDoubt = (
  outcome: AttemptOutcome | undefined,
  kind: AttemptClass | undefined,
  held_for_review: boolean | undefined,
): boolean => held_for_review === true || (outcome === "unknown" && isFinal(kind));

type Doubtful = Pick<PlanBidder, "attempts" | "asked" | "last_outcome" | "last_class" | "held_for_review">;

/**
 * How the doubt about a bidder may still be ended: by the same post again, by a status call, or not by us (null).
 * @param mayPost false once the publisher was told "rejected": then only a status call is left
 */
export function nextQuestion(bidder: Doubtful, policy: BidderPolicy, mayPost: boolean): "post" | "status" | null {
  const { attempts } = policy.retry;
  if (policy.can_ask && (policy.find_out === "ask_status" || !mayPost))
    return (bidder.asked ?? 0) < attempts ? "status" : null;
  if (!mayPost || policy.find_out !== "retry_same") return null;
  if (isFinalDoubt(bidder.last_outcome, bidder.last_class, bidder.held_for_review)) return null;
  return bidder.attempts < attempts ? "post" : null;
}

/** What a status call's answer proves. It is about the earlier post alone, so a "no" and a "never arrived" are definite; nothing else is. */
export type StatusConclusion = Extract<Conclusion, "accepted" | "rejected" | "not_taken" | "unknown">;
export const concludeStatus = (outcome: AttemptOutcome): StatusConclusion =>
  outcome === "accepted" || outcome === "rejected" || outcome === "not_taken" ? outcome : "unknown";

/**
 * Settles a bidder in doubt after a status call. A post that never arrived ends its round, so that the doubt of it ends too; whether the
 * same buyer is asked again is the campaign's rule.
 * @param asked status calls of this round, this one included
 */
export function settleAnswer(
  outcome: AttemptOutcome,
  asked: number,
  context: Pick<SettleContext, "policy" | "round" | "random"> & { retry_after_ms?: number },
): Pick<SettleCommand, "retry_in_ms" | "next_round" | "asked"> & { status: StatusConclusion } {
  const { policy, round, random, retry_after_ms } = context;
  const status = concludeStatus(outcome);
  const delay = (count: number) => retryDelayMs(count, policy.retry, random, retry_after_ms);
  if (status === "unknown" && asked < policy.retry.attempts)
    return { status, asked: true, retry_in_ms: delay(asked + 1) };
  if (status !== "not_taken") return { status, asked: true };
  const again = policy.on_not_taken === "same_buyer" && round < policy.retry.attempts;
  return { status, next_round: true, ...(again && { retry_in_ms: delay(round) }) };
}
