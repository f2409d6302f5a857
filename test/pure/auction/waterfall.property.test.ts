import fc from "fast-check";
import { expect, test } from "vitest";
import { inDoubt } from "../../../worker/auction/settle.ts";
import { SEED } from "./fixtures.ts";
import { run, type Setting, setting } from "./lead-life.ts";

const lives = (check: (life: ReturnType<typeof run>, drawn: Setting) => void) =>
  fc.assert(
    fc.property(setting, (drawn) => check(run(drawn), drawn)),
    { ...SEED, numRuns: 2_000 },
  );

test("every lead comes to an end, and nobody is asked more often than its contract allows", () => {
  lives(({ posts, policies }, { bidders }) => {
    const seen = new Set<string>();
    for (const { step } of posts) {
      const most = policies[step.index]?.retry.attempts ?? 6;
      // Rounds that end at a cap are as many as the hours allow.
      const mostRounds = bidders[step.index]?.queues ? Number.POSITIVE_INFINITY : most;
      expect(step.attempt <= most && step.round <= mostRounds).toBe(true);
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

test("a status call is made only in doubt, as often as the contract allows, and instead of the post where it says so", () => {
  lives(({ asks, posts, policies }) => {
    for (const { index, frozen, before } of asks) {
      const bidder = before[index];
      const policy = policies[index];
      if (!bidder || !policy) throw new Error("who is asked about is in the plan from the start");
      expect(inDoubt(bidder)).toBe(true);
      expect(policy.can_ask).toBe(true);
      expect(bidder.asked ?? 0).toBeLessThan(policy.retry.attempts);
      expect(policy.find_out === "ask_status" || frozen?.result === "rejected").toBe(true);
    }
    for (const { step, before } of posts) {
      const again = before[step.index]?.doubt === true;
      if (again) expect(policies[step.index]?.find_out ?? "retry_same").toBe("retry_same");
    }
  });
});

test("another auction only when nobody is in doubt, and never for who was told no", () => {
  lives(({ held, frozen }, { mode, re_auctions }) => {
    expect(held).toBeLessThanOrEqual(re_auctions);
    if (mode === "final" && frozen?.result !== "accepted") expect(held).toBe(0);
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
