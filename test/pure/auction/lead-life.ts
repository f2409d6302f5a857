import fc from "fast-check";
import { expect } from "vitest";
import { advanced, settled, witnessed } from "../../../durable-objects/auction-book-rules.ts";
import { ATTEMPT_OUTCOMES, type AttemptOutcome } from "../../../schema/lists.ts";
import type { AttemptRecord, LeadOutcome, PlanBidder } from "../../../schema/rpc/book.ts";
import { settleAtCap } from "../../../worker/auction/at-cap.ts";
import { settleAnswer } from "../../../worker/auction/find-out.ts";
import { type BidderPolicy, inDoubt, settleRefusal, settleStatus } from "../../../worker/auction/settle.ts";
import { deadlineOutcome } from "../../../worker/auction/told.ts";
import { nextStep, type Step } from "../../../worker/auction/waterfall.ts";
import { bidderOf, NOW, policyOf } from "./plan.ts";

/**
 * One lead from claim to end, with the book's own rules for advance, evidence and settle, a buyer that answers what is drawn, and an
 * auditor that knows what really happened: who took the lead.
 */
export const setting = fc.record({
  bidders: fc.array(
    fc.record({
      attempts: fc.integer({ min: 1, max: 3 }),
      find_out: fc.constantFrom("retry_same" as const, "ask_status" as const, "nothing" as const),
      can_ask: fc.boolean(),
      on_unknown: fc.constantFrom("review" as const, "next_buyer" as const, "treat_as_sold" as const),
      idempotent: fc.boolean(),
      queues: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  on_not_taken: fc.constantFrom("same_buyer" as const, "next_buyer" as const),
  mode: fc.constantFrom("final" as const, "pending" as const),
  risk_rule: fc.constantFrom("accepted" as const, "rejected" as const),
  answer_in_ms: fc.constantFrom(1, 3_000, 20_000),
  /** Answers in the order of the requests; `taken`: an unknown that the buyer did take. */
  answers: fc.array(
    fc.constantFrom(...ATTEMPT_OUTCOMES, "taken" as const, "refused" as const, "held" as const, "capped" as const),
    { minLength: 40, maxLength: 40 },
  ),
  /** Status calls: the buyer knows, or says something that proves nothing. */
  knows: fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
  re_auctions: fc.integer({ min: 0, max: 2 }),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});
export type Setting = typeof setting extends fc.Arbitrary<infer T> ? T : never;

interface Post {
  step: Extract<Step, { do: "post" }>;
  frozen: LeadOutcome | null;
  before: PlanBidder[];
}

export function run(drawn: Setting) {
  const policies = drawn.bidders.map(({ attempts, queues: _, find_out, ...b }): BidderPolicy => {
    const asks = find_out === "ask_status" && !b.can_ask ? "nothing" : find_out;
    return policyOf({ ...b, find_out: asks, on_not_taken: drawn.on_not_taken }, attempts);
  });
  const policy = (bidder: PlanBidder) => policies[Number(bidder.contract_id.slice(1))] ?? policyOf();
  const queues = (index: number) => drawn.bidders[index]?.queues ?? false;
  let plan = drawn.bidders.map((_, i) => bidderOf(i, { status: "untried" }));
  let frozen: LeadOutcome | null = null;
  let now = NOW;
  const took = new Set<number>();
  const posts: Post[] = [];
  const asks: Ask[] = [];
  let held = 0;
  for (let steps = 0; steps < 400; steps++) {
    const answer_in_ms = NOW + drawn.answer_in_ms - now;
    const step = nextStep({
      plan,
      bid_ids: [],
      promise: plan[0]?.payout ?? (0 as never),
      now,
      live: frozen === null,
      answer_in_ms,
      mode: drawn.mode,
      frozen,
      policy,
      re_auction: () => held < drawn.re_auctions && (drawn.mode === "pending" || frozen?.result === "accepted"),
    });
    if (step.do === "end") return { step, plan, posts, asks, held, took, frozen, policies };
    if (step.do === "wait") now += step.in_ms;
    if (step.do === "answer") frozen = deadlineOutcome({ plan, mode: drawn.mode, risk_rule: drawn.risk_rule });
    if (step.do === "skip") throw new Error("no bid of this plan expires");
    if (step.do === "clear") throw new Error("nobody reports by itself here");
    if (step.do === "re_auction") {
      expect(plan.some(inDoubt)).toBe(false);
      plan = [...plan, { ...bidderOf(plan.length, { status: "untried" }), came: "re_auction" }];
      held++;
    }
    if (step.do === "ask") {
      const bidder = plan[step.index];
      if (!bidder) throw new Error("the step names a bidder of the plan");
      const truth: AttemptOutcome = took.has(step.index) ? "accepted" : posts.length % 2 ? "rejected" : "not_taken";
      const said = drawn.knows[asks.length % drawn.knows.length] ? truth : "unknown";
      asks.push({ index: step.index, frozen, before: plan });
      now += 200;
      const answer = settleAnswer(said, (bidder.asked ?? 0) + 1, {
        ...bidder,
        policy: policy(bidder),
        random: drawn.random,
      });
      // A yes after the publisher was told no is contested: an operator ends it.
      if (answer.status === "accepted" && frozen?.result === "rejected") {
        const rest = { why: "contested", index: step.index } as const;
        const contested = { do: "end", state: "review", code: "under_review", risk: false, rest } as const;
        return { step: contested, plan, posts, asks, held, took, frozen, policies };
      }
      const record = { kind: "status", outcome: answer.status, class: "ok", round: bidder.round } as AttemptRecord;
      const command = { v: 1, lead_id: "l", epoch: 1, index: step.index, ...answer } as const;
      const next = settled(witnessed(bidder, record), command, now);
      plan = plan.map((b, i) => (i === step.index ? next : b));
    }
    if (step.do === "post") {
      const said = drawn.answers[posts.length % drawn.answers.length] ?? "unknown";
      // An idempotent endpoint answers as the first time: what it took it does not reject. Any other may.
      const honest = took.has(step.index) && policies[step.index]?.idempotent;
      const answer = honest && said === "rejected" ? "duplicate" : said;
      posts.push({ step, frozen, before: plan });
      now += 200;
      const bidder = plan[step.index];
      if (!bidder) throw new Error("the step names a bidder of the plan");
      const flying = advanced(bidder, step);
      const next =
        answer === "capped"
          ? capped(flying, queues(step.index) && steps < 200, drawn, now)
          : answered(flying, answer, policy(bidder), drawn.random, now);
      if (answer === "accepted" || answer === "taken") took.add(step.index);
      plan = plan.map((b, i) => (i === step.index ? next : b));
    }
  }
  throw new Error("the lead must come to an end");
}

interface Ask {
  index: number;
  frozen: LeadOutcome | null;
  before: PlanBidder[];
}

/** Its cap is reached; it may be waited for, but not for ever. */
function capped(flying: PlanBidder, queues: boolean, { mode, random }: Setting, now: number): PlanBidder {
  const command = { v: 1, lead_id: "l", epoch: 1, index: 0 } as const;
  if (flying.doubt)
    return settled(
      flying,
      { ...command, ...settleRefusal(flying, "cap_reached", { policy: policyOf(), random }) },
      now,
    );
  const on_cap = queues ? ({ do: "queue", max_hours: 1 } as const) : ({ do: "next" } as const);
  const at = { bidder: flying, refusal: "cap_reached", reopens_in_ms: 60_000, overflow: null } as const;
  return settled(flying, { ...command, ...settleAtCap({ ...at, on_cap, mode, random, now, age_ms: now - NOW }) }, now);
}

function answered(
  flying: PlanBidder,
  answer: Exclude<Setting["answers"][number], "capped">,
  policy: BidderPolicy,
  random: number,
  now: number,
): PlanBidder {
  const command = { v: 1, lead_id: "l", epoch: 1, index: 0 } as const;
  if (answer === "refused")
    return settled(flying, { ...command, ...settleRefusal(flying, "balance", { policy, random }) }, now);
  const outcome: AttemptOutcome = answer === "taken" || answer === "held" ? "unknown" : answer;
  const reading = { outcome, class: "ok", held_for_review: answer === "held" } as const;
  const { status, retry_in_ms, next_round } = settleStatus(reading, {
    doubt: flying.doubt,
    round: flying.round,
    attempt: flying.attempts,
    policy,
    random,
  });
  const record = { ...reading, round: flying.round, attempt: flying.attempts } as AttemptRecord;
  const seen = { ...witnessed(flying, record), held_for_review: flying.held_for_review || reading.held_for_review };
  return settled(seen, { ...command, status, retry_in_ms, next_round }, now);
}
