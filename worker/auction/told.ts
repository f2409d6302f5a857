import type { AnswerCode } from "../../schema/lists.ts";
import { ZERO } from "../../schema/money.ts";
import type { LeadMode, LeadOutcome, PlanBidder } from "../../schema/rpc/book.ts";
import { inDoubt } from "./settle.ts";

/** What the publisher is told. */

/** A "no" from a buyer says more than "nobody could"; a plan that nobody was asked from had no bid for this post. */
export function codeOf(plan: readonly PlanBidder[]): AnswerCode {
  const some = (...statuses: PlanBidder["status"][]) => plan.some(({ status }) => statuses.includes(status));
  if (some("rejected")) return "buyers_rejected";
  // A later round means that it was asked before.
  const asked = some("not_taken", "refused", "set_up_error", "returned") || plan.some(({ round }) => round > 1);
  return asked ? "not_taken" : "no_bids";
}

/**
 * What a publisher is told when its deadline comes before the lead's end. Pending: that it will hear. Final: "accepted" only where the
 * risk rule says so and some buyer may have the lead, at that bidder's payout; else a "no" that holds. The same holds for an end in
 * `review` or `parked` before the deadline: freeze this, with the end's code, before closing.
 */
export function deadlineOutcome(
  lead: { plan: readonly PlanBidder[]; mode: LeadMode; risk_rule: "rejected" | "accepted" },
  code: AnswerCode = "no_answer_in_time",
): LeadOutcome {
  const doubtful = lead.plan.find(inDoubt);
  if (lead.mode === "pending")
    return { result: "pending", code: code === "no_answer_in_time" ? "in_progress" : code, price: ZERO };
  if (doubtful && lead.risk_rule === "accepted") return { result: "accepted", price: doubtful.payout };
  return { result: "rejected", code, price: ZERO };
}
