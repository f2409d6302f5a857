import type { ReturnCommand } from "../schema/rpc/book.ts";
import { withBidder } from "./auction-book-rules.ts";
import type { Lead, PastSale, Sale } from "./book/lead.ts";
import { indexOf, reopened } from "./book/lead-state.ts";

/** `repeated`: this sale was given back before. */
export type ReturnDecision =
  | { kind: "apply"; sale: Sale; reopen: boolean }
  | { kind: "repeated"; reopened: boolean }
  | { kind: "refused"; why: "not_found" | "not_sold_to" };

/**
 * May this sale be taken back? The refund was made before, so nothing but a wrong reservation refuses it; a lead whose content is gone
 * is given back all the same, and offered to nobody.
 */
export function decideReturn(lead: Lead | null, command: ReturnCommand): ReturnDecision {
  if (!lead) return { kind: "refused", why: "not_found" };
  const past = lead.past_sales.find((sale) => sale.reservation_id === command.reservation_id);
  if (past) return { kind: "repeated", reopened: past.reopened };
  const { sale } = lead;
  if (lead.state !== "sold" || sale?.reservation_id !== command.reservation_id)
    return { kind: "refused", why: "not_sold_to" };
  // Another buyer says that it has the lead (contested): whoever bought it now would not have it alone.
  const offered = command.re_auction && lead.contested.length === 0;
  return { kind: "apply", sale, reopen: offered && !lead.slim && lead.erased_at === null };
}

/** The sale is one of the past; what the publisher was told and paid stands. The lead is over, or open again for others. */
export function givenBack(lead: Lead, sale: Sale, refund_id: string, reopen: boolean, now: number): Lead {
  const { risk_flag, recovered } = lead;
  const past: PastSale = { ...sale, refund_id, returned_at: now, risk: risk_flag, recovered, reopened: reopen };
  const next: Lead = {
    ...withBidder(lead, indexOf(lead.plan, sale), (bidder) => ({ ...bidder, status: "returned" })),
    sale: null,
    past_sales: [...lead.past_sales, past],
  };
  if (!reopen) return { ...next, state: "returned", closed_at: now };
  return { ...reopened(next, now, now), reselling: true, recovered: false };
}
