import type { AnswerCode, RestReason } from "../../schema/lists.ts";
import type { Money } from "../../schema/money.ts";
import type { LeadMode, LeadOutcome, PlanBidder } from "../../schema/rpc/book.ts";
import { waitsForCap } from "./at-cap.ts";
import { isFinalDoubt, nextQuestion } from "./find-out.ts";
import { type BidderPolicy, inDoubt } from "./settle.ts";
import { codeOf } from "./told.ts";

/** What the holder of a lead's lease does next. */
export type Step =
  /** `risk`: another buyer may have the lead already. */
  | { do: "post"; index: number; round: number; attempt: number; risk: boolean }
  /** A status call about the bidder's earlier post: nothing personal, and never a new sale. */
  | { do: "ask"; index: number }
  /** The buyer does not have the lead, as a status call, its own report or an operator said: give its hold back and settle it so. */
  | { do: "clear"; index: number; as: "rejected" | "not_taken" }
  /** Nobody is left: an auction among contracts that take aged leads. */
  | { do: "re_auction" }
  /** Settle it as refused, then ask again. */
  | { do: "skip"; index: number; refusal: "bid_expired" }
  | { do: "wait"; in_ms: number }
  /** Nothing more can come before the publisher must have its answer: `deadlineOutcome`, freeze it, answer, ask again. */
  | { do: "answer" }
  | { do: "end"; state: "sold"; index: number; risk: boolean }
  | { do: "end"; state: "unsold"; code: AnswerCode; risk: boolean }
  | {
      do: "end";
      state: "review" | "parked";
      code: AnswerCode;
      risk: boolean;
      rest: { why: RestReason; index: number };
    };

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
  /** May another auction be held for this lead, now? Only asked when nobody is left. Absent: never. */
  re_auction?(): boolean;
}

/**
 * One step of a post, from the plan as it stands. In this order:
 * 1. accepted: sold;
 * 2. the publisher was told "rejected" and may sell the lead elsewhere: no post of any kind, only status calls, and the end;
 * 3. the deadline has passed without an answer: answer first (in final mode no new post begins after it);
 * 4. a bidder in doubt is asked again (or asked about, by contract), and nobody else, until that has not helped; then by its contract;
 * 5. the next bidder in order of rank, never below the promise; who waits for its cap comes after everybody else;
 * 6. another auction, among contracts that take aged leads;
 * 7. the end.
 * `in_flight` counts as in doubt; settle it (fence) before, or an exhausted one would be passed over while it is being worked on.
 */
export function nextStep(input: StepInput): Step {
  const { plan } = input;
  const sold = plan.findIndex((bidder) => bidder.status === "accepted");
  const no = toldNo(input);
  if (sold >= 0) return { do: "end", state: "sold", index: sold, risk: no || plan.some(inDoubt) };
  if (no) return doubtStep(input) ?? finished(input);
  if (deadlineHolds(input) && input.answer_in_ms <= 0) return { do: "answer" };
  return doubtStep(input) ?? bidderStep(input) ?? finished(input);
}

/** No post of any kind may begin any more: the publisher sells elsewhere what we do not take. */
const toldNo = ({ frozen }: StepInput): boolean => frozen?.result === "rejected";

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
  if (bidder.definite_no) return { do: "clear", index, as: bidder.definite_no };
  // An operator has taken the risk.
  if (bidder.passed_over) return null;
  const policy = input.policy(bidder);
  const no = toldNo(input);
  const question = nextQuestion(bidder, policy, !no);
  if (question !== null) {
    const in_ms = (bidder.not_before ?? 0) - input.now;
    if (in_ms > 0) return tooLate(input, in_ms) ? { do: "answer" } : { do: "wait", in_ms };
    return question === "status" ? { do: "ask", index } : postStep(input, index, bidder.round, bidder.attempts + 1);
  }
  // The end says so, once everybody in doubt has been asked about.
  if (no) return null;
  if (isFinalDoubt(bidder.last_outcome, bidder.last_class, bidder.held_for_review)) return review(input, index);
  switch (policy.on_unknown) {
    case "review":
      return review(input, index);
    case "treat_as_sold":
      return { do: "end", state: "sold", index, risk: true };
    case "next_buyer":
      return null;
  }
}

/** May anybody but this bidder have the lead? */
export const othersInDoubt = ({ plan }: { plan: readonly PlanBidder[] }, index: number | undefined): boolean =>
  plan.some((bidder, i) => i !== index && inDoubt(bidder));

const postStep = (input: StepInput, index: number, round: number, attempt: number): Step => ({
  do: "post",
  index,
  round,
  attempt,
  risk: othersInDoubt(input, index),
});

function bidderStep(input: StepInput): Step | null {
  const inLine = [...input.plan.entries()].filter(([, bidder]) => mayTake(input, bidder));
  const waiting = inLine.filter(([, bidder]) => waitsForCap(bidder, input.now));
  const soonest = waiting.sort(([, a], [, b]) => (a.not_before ?? 0) - (b.not_before ?? 0)).slice(0, 1);
  const others = inLine.filter(([, bidder]) => !waitsForCap(bidder, input.now));
  return firstOf(input, others) ?? firstOf(input, soonest);
}

function firstOf(input: StepInput, bidders: readonly [index: number, bidder: PlanBidder][]): Step | null {
  for (const [index, bidder] of bidders) {
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

/**
 * Chosen by the publisher (or by an operator for it), worth its promise, and in no doubt. Once we owe the publisher its price whatever
 * comes, a later auction's bid below the promise costs it nothing.
 */
function mayTake(input: StepInput, bidder: PlanBidder): boolean {
  const { bid_ids, promise } = input;
  const chosen = bid_ids.length === 0 || bidder.came === "operator" || bid_ids.includes(bidder.bid_id);
  const worth = bidder.payout >= promise || (toldYes(input) && bidder.came === "re_auction");
  return !inDoubt(bidder) && chosen && worth;
}

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
  const doubtful = plan.findIndex(inDoubt);
  if (doubtful >= 0) return review(input, doubtful);
  if (toldNo(input)) return { do: "end", state: "unsold", code: frozen?.code ?? codeOf(plan), risk: false };
  // An auction takes longer than a publisher that waits should: it is answered first.
  if (input.re_auction?.()) return deadlineHolds(input) ? { do: "answer" } : { do: "re_auction" };
  const wrong = plan.findIndex((bidder) => bidder.status === "set_up_error");
  if (mode === "pending" && wrong >= 0)
    return { do: "end", state: "parked", code: "parked", risk: false, rest: { why: "set_up_error", index: wrong } };
  return { do: "end", state: "unsold", code: codeOf(plan), risk: toldYes(input) };
}

const review = (input: StepInput, index: number): Step => ({
  do: "end",
  state: "review",
  code: "under_review",
  risk: toldYes(input) || passedOver(input),
  rest: { why: whyInDoubt(input.plan[index]), index },
});

function whyInDoubt(bidder: PlanBidder | undefined): RestReason {
  if (bidder?.held_for_review && bidder.last_class !== "unreadable") return "held_for_review";
  return bidder && isFinalDoubt(bidder.last_outcome, bidder.last_class, bidder.held_for_review)
    ? "unreadable"
    : "unknown";
}

/** The publisher is paid whatever comes. */
const toldYes = ({ frozen }: StepInput): boolean => frozen?.result === "accepted";

/** Was anybody asked although a bidder of higher rank is in doubt? */
export function passedOver({ plan }: Pick<StepInput, "plan">): boolean {
  const first = plan.findIndex(inDoubt);
  return first >= 0 && plan.some(({ status }, index) => index > first && status !== "untried" && status !== "refused");
}
