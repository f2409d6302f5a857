import type { Contract } from "../../schema/config/buyer.ts";
import type { RankedBid } from "../../schema/rpc/auction.ts";
import type { LeadMode, PlanBidder, SettleCommand } from "../../schema/rpc/book.ts";

const HOUR_MS = 3_600_000;
/** Leads that wait for the same window do not come back in the same moment. */
const SPREAD_MS = 1_000;

/** A refusal of `reserve` that ends by itself: a cap's window, or the pace. */
export type AtCap = "cap_reached" | "paced";
export const isAtCap = (refusal: PlanBidder["refusal"]): refusal is AtCap =>
  refusal === "cap_reached" || refusal === "paced";

/** The bidder waits for its cap: everybody else is asked before. */
export const waitsForCap = (bidder: PlanBidder, now: number): boolean =>
  bidder.status === "untried" && isAtCap(bidder.refusal) && (bidder.not_before ?? 0) > now;

export interface AtCapInput {
  bidder: Pick<PlanBidder, "valid_until">;
  refusal: AtCap;
  /** Ms until the contract can take the next; absent = never, or unknown. */
  reopens_in_ms: number | undefined;
  on_cap: Contract["on_cap"];
  mode: LeadMode;
  /** Ms since the lead came. */
  age_ms: number;
  /** Epoch ms. */
  now: number;
  /** Uniform in [0, 1). */
  random: number;
  /** The bid as the contract named by `on_cap` takes it; null = it cannot. */
  overflow: RankedBid | null;
}

/** What becomes of a bidder whose contract is at its cap, by the contract's `on_cap`. */
export function settleAtCap(
  input: AtCapInput,
): Pick<SettleCommand, "status" | "refusal" | "retry_in_ms" | "next_round" | "overflow"> {
  const { refusal, on_cap } = input;
  const refused = { status: "refused", refusal } as const;
  switch (on_cap.do) {
    case "next":
      return refused;
    case "contract":
      return input.overflow ? { ...refused, overflow: input.overflow } : refused;
    case "queue": {
      const wait_ms = waitOf(input, on_cap.max_hours);
      return wait_ms === null ? refused : { status: "untried", refusal, retry_in_ms: wait_ms, next_round: true };
    }
  }
}

/** Ms to wait; null: the publisher does not wait, or it would take too long, or the bid does not live so long. */
function waitOf({ mode, reopens_in_ms, age_ms, bidder, now, random }: AtCapInput, max_hours: number): number | null {
  if (mode !== "pending" || reopens_in_ms === undefined) return null;
  const wait_ms = Math.ceil(reopens_in_ms + random * SPREAD_MS);
  if (age_ms + wait_ms > max_hours * HOUR_MS) return null;
  return bidder.valid_until !== undefined && bidder.valid_until <= now + wait_ms ? null : wait_ms;
}
