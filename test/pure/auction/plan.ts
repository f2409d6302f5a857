import { contractSchema } from "../../../schema/config/buyer.ts";
import type { LeadOutcome, PlanBidder } from "../../../schema/rpc/book.ts";
import type { BidderPolicy } from "../../../worker/auction/settle.ts";
import type { StepInput } from "../../../worker/auction/waterfall.ts";
import { m } from "./fixtures.ts";

export const NOW = 1_000_000;
const retry = contractSchema.shape.retry.parse({});

/** DESIGN's defaults: six attempts, review. */
export const policyOf = (changes: Partial<BidderPolicy> = {}, attempts = 6): BidderPolicy => ({
  retry: { ...retry, attempts },
  find_out: "retry_same",
  can_ask: false,
  on_unknown: "review",
  duplicate_after_unknown: "accepted",
  idempotent: false,
  on_not_taken: "next_buyer",
  ...changes,
});

export type BidderPart = Partial<PlanBidder> & Pick<PlanBidder, "status">;

/** The n-th bidder; its payout falls with its rank only where the test says so. */
export function bidderOf(index: number, part: BidderPart): PlanBidder {
  const asked = part.status !== "untried" && part.status !== "refused";
  return {
    bid_id: `p_${index + 1}`,
    contract_id: `c${index}`,
    buyer_id: `b${index}`,
    endpoint_id: `e${index}`,
    price: m(10),
    payout: m(8),
    carried: {},
    round: 1,
    attempts: asked ? 1 : 0,
    doubt: part.status === "unknown",
    ...part,
  };
}

export const told = (result: LeadOutcome["result"]): LeadOutcome => ({ result, price: m(0) });

export function stepInput(plan: BidderPart[], changes: Partial<StepInput> = {}): StepInput {
  return {
    plan: plan.map((part, index) => bidderOf(index, part)),
    bid_ids: [],
    promise: m(8),
    now: NOW,
    live: true,
    answer_in_ms: 5_000,
    mode: "final",
    frozen: null,
    policy: () => policyOf(),
    ...changes,
  };
}
