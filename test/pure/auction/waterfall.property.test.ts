import fc from "fast-check";
import { expect, test } from "vitest";
import { advanced, settled, witnessed } from "../../../durable-objects/auction-book-rules.ts";
import { ATTEMPT_OUTCOMES, type AttemptOutcome } from "../../../schema/lists.ts";
import type { AttemptRecord, LeadOutcome, PlanBidder } from "../../../schema/rpc/book.ts";
import { type BidderPolicy, inDoubt, settleRefusal, settleStatus } from "../../../worker/auction/settle.ts";
import { deadlineOutcome } from "../../../worker/auction/told.ts";
import { nextStep, type Step } from "../../../worker/auction/waterfall.ts";
import { SEED } from "./fixtures.ts";
import { bidderOf, NOW, policyOf } from "./plan.ts";

/**
 * One lead from claim to end, with the book's own rules for advance, evidence and settle, a buyer that answers what is drawn, and an
 * auditor that knows what really happened: who took the lead.
 */
const setting = fc.record({
  bidders: fc.array(
    fc.record({
      attempts: fc.integer({ min: 1, max: 3 }),
      on_unknown: fc.constantFrom("review" as const, "next_buyer" as const, "treat_as_sold" as const),
      idempotent: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  on_not_taken: fc.constantFrom("same_buyer" as const, "next_buyer" as const),
  mode: fc.constantFrom("final" as const, "pending" as const),
  risk_rule: fc.constantFrom("accepted" as const, "rejected" as const),
  answer_in_ms: fc.constantFrom(1, 3_000, 20_000),
  /** Answers in the order of the requests; `taken`: an unknown that the buyer did take. */
  answers: fc.array(fc.constantFrom(...ATTEMPT_OUTCOMES, "taken" as const, "refused" as const, "held" as const), {
    minLength: 40,
    maxLength: 40,
  }),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});
type Setting = typeof setting extends fc.Arbitrary<infer T> ? T : never;

interface Post {
  step: Extract<Step, { do: "post" }>;
  frozen: LeadOutcome | null;
  before: PlanBidder[];
}

function run(drawn: Setting) {
  const policies = drawn.bidders.map(
    (b): BidderPolicy => policyOf({ ...b, on_not_taken: drawn.on_not_taken }, b.attempts),
  );
  const policy = (bidder: PlanBidder) => policies[Number(bidder.contract_id.slice(1))] ?? policyOf();
  let plan = drawn.bidders.map((_, i) => bidderOf(i, { status: "untried" }));
  let frozen: LeadOutcome | null = null;
  let now = NOW;
  const took = new Set<number>();
  const posts: Post[] = [];
  for (let steps = 0; steps < 200; steps++) {
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
    });
    if (step.do === "end") return { step, plan, posts, took, frozen, policies };
    if (step.do === "wait") now += step.in_ms;
    if (step.do === "answer") frozen = deadlineOutcome({ plan, mode: drawn.mode, risk_rule: drawn.risk_rule });
    if (step.do === "skip") throw new Error("no bid of this plan expires");
    if (step.do === "post") {
      const said = drawn.answers[posts.length % drawn.answers.length] ?? "unknown";
      // An idempotent endpoint answers as the first time: what it took it does not reject. Any other may.
      const honest = took.has(step.index) && policies[step.index]?.idempotent;
      const answer = honest && said === "rejected" ? "duplicate" : said;
      posts.push({ step, frozen, before: plan });
      now += 200;
      const bidder = plan[step.index];
      if (!bidder) throw new Error("the step names a bidder of the plan");
      const next = answered(advanced(bidder, step), answer, policy(bidder), drawn.random, now);
      if (answer === "accepted" || answer === "taken") took.add(step.index);
      plan = plan.map((b, i) => (i === step.index ? next : b));
    }
  }
  throw new Error("the lead must come to an end");
}

function answered(
  flying: PlanBidder,
  answer: Setting["answers"][number],
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

const lives = (check: (life: ReturnType<typeof run>, drawn: Setting) => void) =>
  fc.assert(
    fc.property(setting, (drawn) => check(run(drawn), drawn)),
    { ...SEED, numRuns: 2_000 },
  );

test("every lead comes to an end, and nobody is asked more often than its contract allows", () => {
  lives(({ posts, policies }) => {
    const seen = new Set<string>();
    for (const { step } of posts) {
      const most = policies[step.index]?.retry.attempts ?? 0;
      expect(step.attempt <= most && step.round <= most).toBe(true);
      const key = `${step.index}/${step.round}/${step.attempt}`;
      expect(seen.has(key)).toBe(false);
      seen.add(key);
    }
  });
});

test("while a buyer may have the lead nobody else gets it, but by that buyer's contract, and flagged", () => {
  lives(({ posts, policies }) => {
    for (const { step, before } of posts) {
      const others = before.flatMap((bidder, i) => (i !== step.index && inDoubt(bidder) ? [i] : []));
      for (const i of others) expect(policies[i]?.on_unknown).toBe("next_buyer");
      expect(step.risk).toBe(others.length > 0);
    }
  });
});

test("two buyers have it only where that risk was taken and flagged", () => {
  lives(({ took, posts, step }) => {
    if (took.size < 2) return;
    expect(posts.some((post) => post.step.risk)).toBe(true);
    expect(step.risk).toBe(true);
  });
});

test("who is sold to has accepted, or its contract says that silence is a yes; who took it is never a clean unsold", () => {
  lives(({ step, took, plan, policies }) => {
    if (step.state === "sold") {
      const byContract = policies[step.index]?.on_unknown === "treat_as_sold" && step.risk;
      expect(plan[step.index]?.status === "accepted" || byContract).toBe(true);
    }
    if (step.state === "unsold" || step.state === "parked") expect([...took]).toEqual([]);
  });
});

test("held for the buyer's review: not one more request", () => {
  lives(({ posts }) => {
    for (const { step, before } of posts) expect(before[step.index]?.held_for_review ?? false).toBe(false);
  });
});

test("final mode: after a binding no not one post; no post begins after the deadline without an answer", () => {
  lives(({ posts, step, frozen }, { mode }) => {
    for (const post of posts) expect(post.frozen?.result).not.toBe("rejected");
    if (mode === "final" && frozen?.result === "rejected") expect(["unsold", "review"]).toContain(step.state);
    if (mode === "final") expect(step.state).not.toBe("parked");
  });
});
