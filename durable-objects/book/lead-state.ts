import type { RestReason } from "../../schema/lists.ts";
import type { RankedBid } from "../../schema/rpc/auction.ts";
import type { LeadOutcome, PlanBidder } from "../../schema/rpc/book.ts";
import { inDoubt } from "../../worker/auction/settle.ts";
import type { Lead } from "./lead.ts";

/** Questions about a lead that all of the book asks alike. */

/** What the publisher has been told or may be told now; null = nothing yet. */
export const told = (lead: Lead): LeadOutcome | null => lead.outcome ?? lead.frozen;

/** What the publisher has been told for good: no later event changes it. */
export function binding(lead: Lead): LeadOutcome | null {
  if (lead.outcome) return lead.outcome;
  return lead.frozen && lead.frozen.result !== "pending" ? lead.frozen : null;
}

/** Why a lead rests for which nobody said it. */
export function restFor(lead: Pick<Lead, "state" | "contested">): RestReason {
  if (lead.state === "parked") return "set_up_error";
  return lead.contested.length > 0 ? "contested" : "unknown";
}

/** Reasons of rest that a definite word of the buyer ends. */
export const DOUBTS: readonly string[] = ["unknown", "held_for_review", "unreadable"];

/** Rests until an operator, a repair or new evidence moves it. */
export const rests = ({ state }: Pick<Lead, "state">): boolean => state === "review" || state === "parked";

/** Some buyer may have it, or said too late that it has. */
export const mayBeTaken = ({ plan, contested }: Pick<Lead, "plan" | "contested">): boolean =>
  contested.length > 0 || plan.some(inDoubt);

/** Has come to its end. */
export const hasEnded = ({ state }: Pick<Lead, "state">): boolean =>
  state === "sold" || state === "unsold" || state === "returned";

/** Has come to an end that no sale may change any more: it ended, and is not being sold again after a return. */
export const isOver = (lead: Pick<Lead, "outcome" | "reselling">): boolean => lead.outcome !== null && !lead.reselling;

/** Was it sold under this reservation, or had been before that sale was given back? */
export const soldTo = (lead: Lead, reservation_id: string): boolean =>
  [lead.sale, ...lead.past_sales].some((sale) => sale?.reservation_id === reservation_id);

/** The bidder that is meant: by its contract, since a bidder that joined the plan later has moved those behind it. -1 = none. */
export function indexOf(plan: readonly PlanBidder[], named: { index: number; contract_id?: string }): number {
  const { index, contract_id } = named;
  if (contract_id === undefined || plan[index]?.contract_id === contract_id) return index;
  return plan.findIndex((bidder) => bidder.contract_id === contract_id);
}

/** A bid in the plan, asked by nobody yet. */
export const untried = (bid: RankedBid, came?: PlanBidder["came"]): PlanBidder => ({
  ...bid,
  status: "untried",
  round: 1,
  attempts: 0,
  doubt: false,
  ...(came && { came }),
});

/** Back to work at `at`, for whoever leases it first; holders of before have lost it. */
export const reopened = (lead: Lead, now: number, at: number): Lead => ({
  ...lead,
  state: "open",
  epoch: lead.epoch + 1,
  owner: null,
  lease_until: now,
  resume_at: at,
  nudges: 0,
  stalls: 0,
  rest: null,
  closed_at: null,
});
