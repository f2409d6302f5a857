import { describe, expect, test } from "vitest";
import type { FenceState } from "../../../schema/rpc/account.ts";
import type { PlanBidder } from "../../../schema/rpc/book.ts";
import { inDoubt, settleFence, settleRefusal } from "../../../worker/auction/settle.ts";
import { policyOf } from "./plan.ts";

describe("settleRefusal", () => {
  const context = { policy: policyOf(), random: 0.5 };
  test.each([
    ["untried", { status: "in_flight", doubt: false, attempts: 1 }, { status: "refused", refusal: "balance" }],
    ["in doubt", { status: "in_flight", doubt: true, attempts: 2 }, { status: "unknown", retry_in_ms: 2_000 }],
    ["unknown", { status: "unknown", doubt: false, attempts: 1 }, { status: "unknown", retry_in_ms: 1_000 }],
  ] as const)("%s", (_, bidder, settled) => {
    expect(settleRefusal(bidder, "balance", context)).toEqual(settled);
  });
});

describe("settleFence", () => {
  type Left = Pick<PlanBidder, "doubt" | "last_outcome" | "round">;
  const left = (part: Partial<Left> = {}): Left => ({ doubt: false, round: 1, ...part });
  const ROWS: [why: string, fence: FenceState, bidder: Left, idempotent: boolean, status: string][] = [
    ["captured: only close", "captured", left(), false, "accepted"],
    ["captured, whatever the book knew", "captured", left({ last_outcome: "rejected" }), false, "accepted"],
    ["held: it may have been sent", "held", left(), false, "unknown"],
    ["held, and the answer reached the book", "held", left({ last_outcome: "accepted" }), false, "accepted"],
    ["held, and the buyer said no", "held", left({ last_outcome: "rejected" }), false, "rejected"],
    ["held, a duplicate at the first request", "held", left({ last_outcome: "duplicate" }), false, "rejected"],
    ["held, a duplicate after an unknown", "held", left({ last_outcome: "duplicate", doubt: true }), false, "accepted"],
    ["held, a no after an unknown", "held", left({ last_outcome: "rejected", doubt: true }), false, "unknown"],
    [
      "held, an idempotent no after an unknown",
      "held",
      left({ last_outcome: "rejected", doubt: true }),
      true,
      "rejected",
    ],
    ["held, not now", "held", left({ last_outcome: "not_taken" }), false, "not_taken"],
    [
      "held, the round before ended with not now",
      "held",
      left({ last_outcome: "not_taken", round: 2 }),
      false,
      "unknown",
    ],
    ["nothing reserved: nothing sent", "none", left(), false, "untried"],
    ["nothing reserved in this round", "none", left({ last_outcome: "not_taken", round: 2 }), false, "untried"],
    ["nothing there any more, but in doubt", "none", left({ doubt: true }), false, "unknown"],
    ["released before it was sent", "released", left(), false, "not_taken"],
    ["released after a no", "released", left({ last_outcome: "rejected" }), false, "rejected"],
    [
      "released after a no that counted then, though the endpoint is declared idempotent no more",
      "released",
      left({ last_outcome: "rejected", doubt: true }),
      false,
      "rejected",
    ],
    ["released, but in doubt", "released", left({ doubt: true }), false, "unknown"],
  ];
  test.each(ROWS)("%s", (_, fence, bidder, idempotent, status) => {
    expect(settleFence(fence, bidder, policyOf({ idempotent }))).toBe(status);
  });
});

test("inDoubt: only proof ends it", () => {
  const doubtful = (doubt: boolean) =>
    (
      ["untried", "in_flight", "refused", "rejected", "not_taken", "unknown", "set_up_error", "accepted"] as const
    ).filter((status) => inDoubt({ status, doubt }));
  expect(doubtful(false)).toEqual(["in_flight", "unknown"]);
  expect(doubtful(true)).toEqual(["untried", "in_flight", "refused", "not_taken", "unknown", "set_up_error"]);
});
