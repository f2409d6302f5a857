import type { RestReason } from "../../../schema/lists.ts";
import type { BidderPolicy } from "../../../worker/auction/settle.ts";
import type { Step, StepInput } from "../../../worker/auction/waterfall.ts";
import { type BidderPart, policyOf, told } from "./plan.ts";

/** The words of the tables: bidders as they stand, steps, and situations. */
export const untried: BidderPart = { status: "untried" };
export const rejected: BidderPart = { status: "rejected" };
export const refused: BidderPart = { status: "refused", refusal: "cap_reached" };
export const wrong: BidderPart = { status: "set_up_error" };
export const accepted: BidderPart = { status: "accepted" };
export const flying: BidderPart = { status: "in_flight" };
export const notTaken = (part: Partial<BidderPart> = {}): BidderPart => ({ status: "not_taken", ...part });
export const unknown = (part: Partial<BidderPart> = {}): BidderPart => ({ status: "unknown", ...part });
export const exhausted = unknown({ attempts: 6 });

export const post = (index: number, attempt = 1, round = 1, risk = false): Step => ({
  do: "post",
  index,
  round,
  attempt,
  risk,
});
export const wait = (in_ms: number): Step => ({ do: "wait", in_ms });
export const answer: Step = { do: "answer" };
export const skip = (index: number): Step => ({ do: "skip", index, refusal: "bid_expired" });
export const sold = (index: number, risk = false): Step => ({ do: "end", state: "sold", index, risk });
export const unsold = (code: string, risk = false) => ({ do: "end", state: "unsold", code, risk }) as Step;
export const review = (risk = false, why: RestReason = "unknown", index = 0): Step => ({
  do: "end",
  state: "review",
  code: "under_review",
  risk,
  rest: { why, index },
});
export const parked = (index = 0): Step => ({
  do: "end",
  state: "parked",
  code: "parked",
  risk: false,
  rest: { why: "set_up_error", index },
});
export const ask = (index: number): Step => ({ do: "ask", index });
export const clear = (index: number, as: "rejected" | "not_taken"): Step => ({ do: "clear", index, as });
export const reAuction: Step = { do: "re_auction" };

export const pending: Partial<StepInput> = { mode: "pending" };
/** A queue consumer, after the publisher was answered "pending". */
export const later: Partial<StepInput> = {
  mode: "pending",
  live: false,
  answer_in_ms: -9_000,
  frozen: told("pending"),
};
/** A queue consumer, after a final publisher was told so. */
export const final = (result: "accepted" | "rejected"): Partial<StepInput> => ({
  live: false,
  answer_in_ms: -9_000,
  frozen: told(result),
});
export const past: Partial<StepInput> = { answer_in_ms: 0 };
export const with_ = (changes: Partial<BidderPolicy>, attempts?: number): Partial<StepInput> => ({
  policy: () => policyOf(changes, attempts),
});
export const sameBuyer = with_({ on_not_taken: "same_buyer" });
export const askStatus = (changes: Partial<BidderPolicy> = {}, attempts?: number) =>
  with_({ find_out: "ask_status", can_ask: true, ...changes }, attempts);
export const nothing = (changes: Partial<BidderPolicy> = {}) => with_({ find_out: "nothing", ...changes });
export const nextBuyer = with_({ on_unknown: "next_buyer" });

export type StepRow = [why: string, plan: BidderPart[], changes: Partial<StepInput>, step: Step];
