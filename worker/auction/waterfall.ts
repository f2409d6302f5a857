import type { AnswerCode } from "../../schema/lists.ts";
import { type Money, ZERO } from "../../schema/money.ts";
import type { LeadMode, LeadOutcome, PlanBidder } from "../../schema/rpc/book.ts";
import { type BidderPolicy, inDoubt, isFinalDoubt } from "./settle.ts";

/** What the holder of a lead's lease does next. */
export type Step =
  /** `risk`: another buyer may have the lead already. */
  | { do: "post"; index: number; round: number; attempt: number; risk: boolean }
  /** Settle it as refused, then ask again. */
  | { do: "skip"; index: number; refusal: "bid_expired" }
  | { do: "wait"; in_ms: number }
  /** Nothing more can come before the publisher must have its answer: {@link deadlineOutcome}, freeze it, answer, ask again. */
  | { do: "answer" }
  | { do: "end"; state: "sold"; index: number; risk: boolean }
  | { do: "end"; state: "unsold" | "review" | "parked"; code: AnswerCode; risk: boolean };

export interface StepInput {
  plan: readonly PlanBidder[];
  /** The publisher's choice; empty = all. */
  bid_ids: readonly string[];
  /** The least that a sale may bring the publisher; 0 where it takes less than its promise. */
  promise: Money;
  /** Epoch ms, the clock of `not_before`. */
  now: number;
  /** The publisher is waiting. */
  live: boolean;
  /** Ms until the publisher must have its answer; negative afterwards. */
  answer_in_ms: number;
  mode: LeadMode;
  /** What the publisher was told; null = nothing yet. */
  frozen: LeadOutcome | null;
  policy(bidder: PlanBidder): BidderPolicy;
}

/**
 * One step of a post, from the plan as it stands. In this order:
 * 1. accepted: sold;
 * 2. the publisher was told "rejected" and may sell the lead elsewhere: no post of any kind, only the end;
 * 3. the deadline has passed without an answer: answer first (in final mode no new post begins after it);
 * 4. a bidder in doubt is asked again, and nobody else, until its attempts run out; then by its contract;
 * 5. the next bidder in order of rank, never below the promise;
 * 6. the end.
 * `in_flight` counts as in doubt; settle it (fence) before, or an exhausted one would be passed over while it is being worked on.
 */
export function nextStep(input: StepInput): Step {
  const { plan, frozen } = input;
  const sold = plan.findIndex((bidder) => bidder.status === "accepted");
  const toldNo = frozen?.result === "rejected";
  if (sold >= 0) return { do: "end", state: "sold", index: sold, risk: toldNo || plan.some(inDoubt) };
  if (toldNo) return finished(input);
  if (deadlineHolds(input) && input.answer_in_ms <= 0) return { do: "answer" };
  return doubtStep(input) ?? bidderStep(input) ?? finished(input);
}

/** The answer is due by a time that binds: somebody waits for it, or no post may begin after it. */
const deadlineHolds = ({ frozen, live, mode }: StepInput): boolean => frozen === null && (live || mode === "final");

/** Would a wait end too late to be of use before the answer? */
const tooLate = (input: StepInput, in_ms: number): boolean => deadlineHolds(input) && in_ms >= input.answer_in_ms;

/** Bidders in doubt come before everybody else: an exclusive lead is with one buyer at a time. */
function doubtStep(input: StepInput): Step | null {
  for (const [index, bidder] of input.plan.entries()) {
    if (!inDoubt(bidder)) continue;
    const step = inDoubtStep(input, bidder, index);
    if (step) return step;
  }
  return null;
}

/** null: its contract lets the lead go on without an end to the doubt. */
function inDoubtStep(input: StepInput, bidder: PlanBidder, index: number): Step | null {
  const policy = input.policy(bidder);
  if (isFinalDoubt(bidder.last_outcome, bidder.last_class, bidder.held_for_review)) return review(input);
  if (bidder.attempts < policy.retry.attempts) {
    const in_ms = (bidder.not_before ?? 0) - input.now;
    if (in_ms > 0) return tooLate(input, in_ms) ? { do: "answer" } : { do: "wait", in_ms };
    return postStep(input, index, bidder.round, bidder.attempts + 1);
  }
  switch (policy.on_unknown) {
    case "review":
      return review(input);
    case "treat_as_sold":
      return { do: "end", state: "sold", index, risk: true };
    case "next_buyer":
      return null;
  }
}

const othersInDoubt = ({ plan }: StepInput, index: number): boolean =>
  plan.some((bidder, i) => i !== index && inDoubt(bidder));

const postStep = (input: StepInput, index: number, round: number, attempt: number): Step => ({
  do: "post",
  index,
  round,
  attempt,
  risk: othersInDoubt(input, index),
});

function bidderStep(input: StepInput): Step | null {
  for (const [index, bidder] of input.plan.entries()) {
    if (!mayTake(input, bidder)) continue;
    const next = nextRequest(bidder, input.policy(bidder));
    if (!next) continue;
    const at = Math.max(input.now, bidder.not_before ?? 0);
    if (bidder.valid_until !== undefined && bidder.valid_until <= at)
      return { do: "skip", index, refusal: "bid_expired" };
    const in_ms = at - input.now;
    if (in_ms <= 0) return postStep(input, index, next.round, next.attempt);
    if (!tooLate(input, in_ms)) return { do: "wait", in_ms };
    // A pending publisher can wait for the better buyer; a final one has only until its deadline, so the next one is asked.
    if (input.mode === "pending") return { do: "answer" };
  }
  return null;
}

/** Chosen by the publisher, worth its promise, and in no doubt. */
const mayTake = ({ bid_ids, promise }: StepInput, bidder: PlanBidder): boolean =>
  !inDoubt(bidder) && bidder.payout >= promise && (bid_ids.length === 0 || bid_ids.includes(bidder.bid_id));

/** The bidder's next request, if it is to have one. Rounds are as many as the contract's attempts. */
function nextRequest(bidder: PlanBidder, policy: BidderPolicy): { round: number; attempt: number } | null {
  if (bidder.status === "untried") return { round: bidder.round, attempt: bidder.attempts + 1 };
  if (bidder.status !== "not_taken" || policy.on_not_taken !== "same_buyer") return null;
  // The book has begun its new round when no request of it was made yet.
  const round = bidder.attempts === 0 ? bidder.round : bidder.round + 1;
  return round <= policy.retry.attempts ? { round, attempt: 1 } : null;
}

/** Nobody is left to ask. */
function finished(input: StepInput): Step {
  const { plan, frozen, mode } = input;
  if (plan.some(inDoubt)) return review(input);
  if (frozen?.result === "rejected")
    return { do: "end", state: "unsold", code: frozen.code ?? codeOf(plan), risk: false };
  if (mode === "pending" && plan.some((bidder) => bidder.status === "set_up_error"))
    return { do: "end", state: "parked", code: "parked", risk: false };
  return { do: "end", state: "unsold", code: codeOf(plan), risk: toldYes(input) };
}

const review = (input: StepInput): Step => ({
  do: "end",
  state: "review",
  code: "under_review",
  risk: toldYes(input) || passedOver(input),
});

/** The publisher is paid whatever comes. */
const toldYes = ({ frozen }: StepInput): boolean => frozen?.result === "accepted";

/** Was anybody asked although a bidder of higher rank is in doubt? */
function passedOver({ plan }: StepInput): boolean {
  const first = plan.findIndex(inDoubt);
  return first >= 0 && plan.some(({ status }, index) => index > first && status !== "untried" && status !== "refused");
}

/** A "no" from a buyer says more than "nobody could"; a plan that nobody was asked from had no bid for this post. */
function codeOf(plan: readonly PlanBidder[]): AnswerCode {
  const some = (...statuses: PlanBidder["status"][]) => plan.some(({ status }) => statuses.includes(status));
  if (some("rejected")) return "buyers_rejected";
  return some("not_taken", "refused", "set_up_error") ? "not_taken" : "no_bids";
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
