import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ATTEMPT_CLASSES, type AttemptClass } from "../../../schema/lists.ts";
import { breakerCount, ERROR_CLASSES } from "../../../worker/auction/error-classes.ts";
import { type BidderPolicy, settleStatus } from "../../../worker/auction/settle.ts";
import { nextStep } from "../../../worker/auction/waterfall.ts";
import { type BidderPart, policyOf, stepInput } from "./plan.ts";

/** What the rules make of a first answer of this class. */
function madeOf(kind: AttemptClass) {
  const { outcome } = ERROR_CLASSES[kind];
  const policy = policyOf({ on_not_taken: "same_buyer" });
  const context = { doubt: false, round: 1, attempt: 1, random: 0 };
  const then = (policy: BidderPolicy, others: BidderPart[]) => {
    const settled = settleStatus({ outcome, class: kind, held_for_review: false }, { ...context, policy });
    const { status, doubt } = settled;
    const round = settled.next_round ? { round: 2, attempts: 0 } : {};
    const bidder: BidderPart = { status, last_outcome: outcome, last_class: kind, doubt, ...round };
    const changes = { mode: "pending", policy: () => policy } as const;
    return { settled, step: nextStep(stepInput([bidder, ...others], changes)) };
  };
  const { settled, step: alone } = then(policy, []);
  const { step: beside } = then(policyOf(), [{ status: "untried" }]);
  const again = alone.do === "post" ? (alone.round === 1 ? "same" : "later") : "never";
  return {
    retry: settled.status === "untried" ? "at_once" : again,
    next_buyer: beside.do === "post" && beside.index === 1,
    alert: settled.alert,
    park: alone.do === "end" && alone.state === "parked",
  };
}

describe("error classes", () => {
  test.each(ATTEMPT_CLASSES)("%s: the rules do what the table says", (kind) => {
    const { retry, next_buyer, alert, park } = ERROR_CLASSES[kind];
    expect(madeOf(kind)).toEqual({ retry, next_buyer, alert, park });
  });

  test("the breaker counts what says something about the buyer's system", () => {
    const count = (kind: AttemptClass, http_status: number | null = 200) =>
      breakerCount({ outcome: ERROR_CLASSES[kind].outcome, class: kind, http_status });
    const counted = ATTEMPT_CLASSES.map((kind) => `${kind} ${count(kind)}`);
    expect(counted).toEqual([
      "ok ok",
      "transport failed",
      "timeout failed",
      "throttled failed",
      "server failed",
      "client failed",
      "auth failed",
      "not_found failed",
      "gone failed",
      "rejected ok",
      "duplicate ok",
      "unreadable failed",
      "redirect failed",
      "too_large failed",
      "not_dispatched null",
      "url_refused null",
      "step_failed failed",
      "no_token null",
    ]);
    expect(count("client", null)).toBe(null);
  });

  test("operators read the same table", () => {
    const text = readFileSync(new URL("../../../docs/operators.md", import.meta.url), "utf8");
    const yes = (value: boolean) => (value ? "yes" : "");
    const RETRY = { same: "the same request", later: "later, by campaign", at_once: "at once", never: "" };
    const rows = ATTEMPT_CLASSES.map((kind) => {
      const { outcome, retry, next_buyer, alert, park, breaker, failure, say } = ERROR_CLASSES[kind];
      const cells = [
        `\`${kind}\``,
        `\`${outcome}\``,
        RETRY[retry],
        yes(next_buyer),
        yes(alert),
        yes(park),
        breaker ?? "",
        yes(failure),
        say,
      ];
      return `| ${cells.map((cell) => (cell === "" ? "–" : cell)).join(" | ")} |`;
    });
    expect(rows.filter((row) => !text.includes(row))).toEqual([]);
  });

  test("a bidder that was never reached is asked in a new round, until its rounds run out", () => {
    const reading = { outcome: "not_taken", class: "not_dispatched", held_for_review: false } as const;
    const settle = (round: number, doubt = false) =>
      settleStatus(reading, { doubt, round, attempt: 1, policy: policyOf({}, 3), random: 0 });
    expect(settle(1)).toMatchObject({ status: "untried", reservation: "release", next_round: true });
    expect(settle(3)).toMatchObject({ status: "not_taken", reservation: "release" });
    expect(settle(1, true)).toMatchObject({ status: "unknown", reservation: "doubt" });
  });
});
