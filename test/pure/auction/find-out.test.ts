import { describe, expect, test } from "vitest";
import type { AttemptClass, AttemptOutcome, BidderStatus, ReserveRefusal } from "../../../schema/lists.ts";
import { ATTEMPT_OUTCOMES } from "../../../schema/lists.ts";
import { concludeStatus, settleAnswer } from "../../../worker/auction/find-out.ts";
import { failedBefore } from "../../../worker/auction/recovered.ts";
import { conclude, settleStatus } from "../../../worker/auction/settle.ts";
import { bidderOf, policyOf } from "./plan.ts";

test("a status call proves a yes, a no, and that the post never arrived; nothing else", () => {
  expect(ATTEMPT_OUTCOMES.map((outcome) => `${outcome} ${concludeStatus(outcome)}`)).toEqual([
    "accepted accepted",
    "rejected rejected",
    "duplicate unknown",
    "not_taken not_taken",
    "unknown unknown",
    "set_up_error unknown",
  ]);
});

describe("settleAnswer", () => {
  const sameBuyer = policyOf({ on_not_taken: "same_buyer" });
  const ROWS: [
    why: string,
    outcome: AttemptOutcome,
    asked: number,
    policy: typeof sameBuyer,
    round: number,
    settlement: object,
  ][] = [
    ["accepted", "accepted", 1, policyOf(), 1, { status: "accepted", asked: true }],
    ["a no", "rejected", 2, policyOf(), 1, { status: "rejected", asked: true }],
    [
      "unknown: again, each time later",
      "unknown",
      2,
      policyOf(),
      1,
      { status: "unknown", asked: true, retry_in_ms: 4_000 },
    ],
    ["unknown for the last time", "unknown", 6, policyOf(), 1, { status: "unknown", asked: true }],
    ["never arrived: the round is over", "not_taken", 1, policyOf(), 1, { status: "not_taken", next_round: true }],
    [
      "never arrived: the same again by rule",
      "not_taken",
      1,
      sameBuyer,
      2,
      { status: "not_taken", next_round: true, retry_in_ms: 2_000 },
    ],
    ["never arrived, and rounds run out", "not_taken", 1, sameBuyer, 6, { status: "not_taken", next_round: true }],
  ];
  test.each(ROWS)("%s", (_, outcome, asked, policy, round, settlement) => {
    expect(settleAnswer(outcome, asked, { policy, round, random: 0.5 })).toEqual(settlement);
  });
});

test("what the contract wants after an unknown post says when to ask", () => {
  const reading = { outcome: "unknown", class: "timeout", held_for_review: false } as const;
  const of = (policy: ReturnType<typeof policyOf>, attempt: number) =>
    settleStatus(reading, { doubt: false, round: 1, attempt, policy, random: 0.5 }).retry_in_ms;
  expect(of(policyOf(), 3)).toBe(4_000);
  // The first status call, whatever the number of the post.
  expect(of(policyOf({ find_out: "ask_status", can_ask: true }), 3)).toBe(1_000);
  expect(of(policyOf({ find_out: "nothing" }), 1)).toBeUndefined();
});

test("a buyer that says duplicate to everybody's leads proves nothing by it", () => {
  const policy = policyOf({ duplicate_after_unknown: "unknown", idempotent: true });
  expect(conclude("duplicate", true, policy)).toBe("unknown");
  expect(conclude("duplicate", false, policy)).toBe("rejected");
});

test("recovered: after a failure, not after a plain no", () => {
  const after = (status: BidderStatus, last_class?: AttemptClass, refusal?: ReserveRefusal | "unreachable") =>
    failedBefore(bidderOf(0, { status, last_class, refusal, doubt: false }));
  expect(after("rejected", "rejected")).toBe(false);
  expect(after("rejected", "duplicate")).toBe(false);
  expect(after("not_taken", "throttled")).toBe(false);
  expect(after("refused", undefined, "duplicate")).toBe(false);
  expect(after("refused", undefined, "balance")).toBe(false);
  expect(after("accepted", "ok")).toBe(false);
  expect(after("unknown", "timeout")).toBe(true);
  expect(after("set_up_error", "auth")).toBe(true);
  expect(after("returned", "ok")).toBe(true);
  expect(after("refused", undefined, "cap_reached")).toBe(true);
  expect(after("refused", undefined, "breaker_open")).toBe(true);
  expect(after("refused", undefined, "unreachable")).toBe(true);
  // A no that an idempotent endpoint gave after a lost answer.
  expect(failedBefore(bidderOf(0, { status: "rejected", last_class: "rejected", doubt: true }))).toBe(true);
});
