import { describe, expect, test } from "vitest";
import { ATTEMPT_OUTCOMES, type AttemptOutcome } from "../../../schema/lists.ts";
import {
  type Conclusion,
  conclude,
  type Reading,
  type SettleContext,
  type Settlement,
  settleStatus,
} from "../../../worker/auction/settle.ts";
import { policyOf } from "./plan.ts";

const [FIRST, DOUBT, IDEMPOTENT] = [
  [false, false],
  [true, false],
  [true, true],
] as const;

describe("conclude", () => {
  const ROWS: [
    outcome: AttemptOutcome,
    after: readonly [doubt: boolean, idempotent: boolean],
    conclusion: Conclusion,
  ][] = [
    ["accepted", FIRST, "accepted"],
    ["accepted", DOUBT, "accepted"],
    ["accepted", IDEMPOTENT, "accepted"],
    ["rejected", FIRST, "rejected"],
    ["rejected", DOUBT, "unknown"],
    ["rejected", IDEMPOTENT, "rejected"],
    ["duplicate", FIRST, "rejected"],
    ["duplicate", DOUBT, "accepted"],
    ["duplicate", IDEMPOTENT, "accepted"],
    ["not_taken", FIRST, "not_taken"],
    ["not_taken", DOUBT, "unknown"],
    ["not_taken", IDEMPOTENT, "unknown"],
    ["unknown", FIRST, "unknown"],
    ["unknown", DOUBT, "unknown"],
    ["unknown", IDEMPOTENT, "unknown"],
    ["set_up_error", FIRST, "set_up_error"],
    ["set_up_error", DOUBT, "unknown"],
    ["set_up_error", IDEMPOTENT, "unknown"],
  ];
  test.each(ROWS)("%s after %j: %s", (outcome, [doubt, idempotent], conclusion) => {
    expect(conclude(outcome, doubt, policyOf({ idempotent }))).toBe(conclusion);
    // An idempotent endpoint's first answer is an answer like any other.
    if (!doubt) expect(conclude(outcome, false, policyOf({ idempotent: true }))).toBe(conclusion);
  });

  test("weighing the doubt twice, once in the dialect, changes nothing", () => {
    for (const outcome of ATTEMPT_OUTCOMES)
      for (const idempotent of [true, false]) {
        const once = conclude(outcome, true, policyOf({ idempotent }));
        if (once === "rejected" || once === "accepted" || once === "unknown")
          expect(conclude(once, true, policyOf({ idempotent }))).toBe(once);
      }
  });
});

describe("settleStatus", () => {
  const reading = (outcome: AttemptOutcome, more: Partial<Reading> = {}): Reading => ({
    outcome,
    class: outcome === "set_up_error" ? "client" : "ok",
    held_for_review: false,
    ...more,
  });
  const context = (changes: Partial<SettleContext> = {}): SettleContext => ({
    doubt: false,
    round: 1,
    attempt: 1,
    policy: policyOf(),
    random: 0.5,
    ...changes,
  });
  const sameBuyer = policyOf({ on_not_taken: "same_buyer" });
  const calm = { doubt: false, alert: false, never_again: false };

  const ROWS: [why: string, reading: Reading, context: Partial<SettleContext>, settlement: Settlement][] = [
    ["accepted", reading("accepted"), {}, { ...calm, status: "accepted", reservation: "capture" }],
    ["rejected", reading("rejected"), {}, { ...calm, status: "rejected", reservation: "release" }],
    ["duplicate", reading("duplicate"), {}, { ...calm, status: "rejected", reservation: "release" }],
    [
      "duplicate after an unknown",
      reading("duplicate"),
      { doubt: true, attempt: 2 },
      { ...calm, status: "accepted", reservation: "capture" },
    ],
    [
      "unknown: again in up to 2 s",
      reading("unknown"),
      {},
      { ...calm, doubt: true, status: "unknown", reservation: "doubt", retry_in_ms: 1_000 },
    ],
    [
      "the third time: up to 8 s",
      reading("unknown"),
      { doubt: true, attempt: 3 },
      { ...calm, doubt: true, status: "unknown", reservation: "doubt", retry_in_ms: 4_000 },
    ],
    [
      "the last time",
      reading("unknown"),
      { doubt: true, attempt: 6 },
      { ...calm, doubt: true, status: "unknown", reservation: "doubt" },
    ],
    [
      "a no that proves nothing: again",
      reading("rejected"),
      { doubt: true, attempt: 2 },
      { ...calm, doubt: true, status: "unknown", reservation: "doubt", retry_in_ms: 2_000 },
    ],
    [
      "a no of an idempotent endpoint",
      reading("rejected"),
      { doubt: true, attempt: 2, policy: policyOf({ idempotent: true }) },
      { ...calm, status: "rejected", reservation: "release" },
    ],
    [
      "held for review",
      reading("unknown", { held_for_review: true }),
      {},
      { ...calm, doubt: true, never_again: true, status: "unknown", reservation: "doubt" },
    ],
    [
      "unreadable",
      reading("unknown", { class: "unreadable" }),
      {},
      { ...calm, doubt: true, never_again: true, status: "unknown", reservation: "doubt" },
    ],
    ["not taken: the next buyer", reading("not_taken"), {}, { ...calm, status: "not_taken", reservation: "release" }],
    [
      "not taken: the same later, in a new round",
      reading("not_taken"),
      { policy: sameBuyer },
      { ...calm, status: "not_taken", reservation: "release", retry_in_ms: 1_000, next_round: true },
    ],
    [
      "when the buyer says",
      reading("not_taken", { retry_after_ms: 30_000 }),
      { policy: sameBuyer },
      { ...calm, status: "not_taken", reservation: "release", retry_in_ms: 30_000, next_round: true },
    ],
    [
      "rounds run out",
      reading("not_taken"),
      { policy: sameBuyer, round: 6 },
      { ...calm, status: "not_taken", reservation: "release" },
    ],
    [
      "not taken after an unknown",
      reading("not_taken", { retry_after_ms: 30_000 }),
      { doubt: true, attempt: 2, policy: sameBuyer },
      { ...calm, doubt: true, status: "unknown", reservation: "doubt", retry_in_ms: 30_000 },
    ],
    [
      "set-up error",
      reading("set_up_error"),
      {},
      { ...calm, alert: true, status: "set_up_error", reservation: "release" },
    ],
    [
      "set-up error after an unknown",
      reading("set_up_error"),
      { doubt: true, attempt: 2 },
      { ...calm, doubt: true, alert: true, status: "unknown", reservation: "doubt", retry_in_ms: 2_000 },
    ],
  ];
  test.each(ROWS)("%s", (_, answer, changes, settlement) => {
    expect(settleStatus(answer, context(changes))).toEqual(settlement);
  });
});
