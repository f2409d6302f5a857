import type { AttemptRecord, PlanBidder } from "../schema/rpc/book.ts";
import { isEarly, withBidder, witnessed } from "./auction-book-rules.ts";
import type { Lead } from "./book/lead.ts";
import { DOUBTS, indexOf, reopened, rests, soldTo } from "./book/lead-state.ts";

/** The lead with what an attempt's answer adds to its bidder. Before {@link accepted}: late evidence adds this much too. */
export function seen(lead: Lead, record: AttemptRecord): Lead {
  if (isEarly(lead, record)) return { ...lead, stalls: 0 };
  return withBidder({ ...lead, stalls: 0 }, indexOf(lead.plan, record), (bidder) => witnessed(bidder, record));
}

/** The lead after a "yes" in time: its bidder has it. A sale that was made under this reservation before is nothing new. */
export function accepted(lead: Lead, record: AttemptRecord): Lead {
  if (soldTo(lead, record.reservation_id)) return lead;
  return withBidder(lead, indexOf(lead.plan, record), (bidder): PlanBidder => {
    if (bidder.status === "returned") return bidder;
    return { ...bidder, status: "accepted", not_before: undefined, definite_no: undefined, passed_over: undefined };
  });
}

/**
 * New evidence moves a lead that nobody works on: what waits for its time goes on at once, and what rests is opened again, so that a
 * wake-up captures a "yes", or gives the hold back after a definite "no" and goes on. Nothing of that holds where another buyer said
 * yes too (an operator decides), or once the lead's content is gone. null = it stays where it is.
 */
export function movedBy(lead: Lead, record: AttemptRecord, now: number): Lead | null {
  const bidder = lead.plan[indexOf(lead.plan, record)];
  const yes = record.takes === true && bidder?.status === "accepted";
  const no = record.takes !== true && (record.kind ?? "post") !== "post" && bidder?.definite_no !== undefined;
  if (!yes && !no) return null;
  if (lead.state === "open" && lead.owner === null) return { ...lead, resume_at: Math.min(lead.resume_at ?? now, now) };
  if (!rests(lead) || lead.erased_at !== null || lead.contested.length > 0) return null;
  if (no && !DOUBTS.includes(lead.rest?.why ?? "")) return null;
  return reopened(lead, now, now);
}
