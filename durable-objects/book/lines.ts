import type { FactPage, LeadFact, LeadLine, LinesQuery, LinesReply, PlanBidder } from "../../schema/rpc/book.ts";
import { reservationId } from "../../worker/auction/reservation-id.ts";
import { inDoubt, mayHave } from "../../worker/auction/settle.ts";
import type { Lead } from "./lead.ts";
import { binding, rests } from "./lead-state.ts";
import type { LeadTable } from "./lead-table.ts";

/** Leads that one call looks at, at most: a filter that fits few of very many goes on at the next page. */
const MOST_READ = 1_000;
const CHUNK = 100;

/**
 * A page of leads that rest or are in doubt, in order of id. A page may be short, or empty, and have a next one: only `next: null`
 * says that there is nothing more.
 */
export function lines(table: LeadTable, query: LinesQuery): LinesReply {
  const found: LeadLine[] = [];
  let after = query.after ?? "";
  for (let read = 0; read < MOST_READ; read += CHUNK) {
    const leads = table.page(query.what, after, CHUNK);
    for (const lead of leads) {
      after = lead.lead_id;
      if (fits(lead, query)) found.push(lineOf(lead));
      if (found.length >= query.limit) return { lines: found, next: after };
    }
    if (leads.length < CHUNK) return { lines: found, next: null };
  }
  return { lines: found, next: after };
}

export function facts(table: LeadTable, after: string | null, limit: number): FactPage {
  const leads = table.page("all", after ?? "", limit);
  return {
    facts: leads.map((lead) => factOf(table, lead)),
    next: leads.length < limit ? null : (leads.at(-1)?.lead_id ?? null),
  };
}

/** Those of the ids that the book has. */
export const factsById = (table: LeadTable, lead_ids: string[]): LeadFact[] =>
  lead_ids.flatMap((id) => {
    const lead = table.get(id);
    return lead ? [factOf(table, lead)] : [];
  });

function fits(lead: Lead, q: LinesQuery): boolean {
  if (q.state !== undefined && lead.state !== q.state) return false;
  if (q.why !== undefined && lead.rest?.why !== q.why) return false;
  if (q.campaign_id !== undefined && lead.campaign_id !== q.campaign_id) return false;
  if (q.publisher_id !== undefined && lead.publisher_id !== q.publisher_id) return false;
  if (q.contract_id === undefined && q.buyer_id === undefined && q.endpoint_id === undefined) return true;
  return lead.plan.some(
    (b) =>
      concerned(lead, b) &&
      (q.contract_id ?? b.contract_id) === b.contract_id &&
      (q.buyer_id ?? b.buyer_id) === b.buyer_id &&
      (q.endpoint_id ?? b.endpoint_id) === b.endpoint_id,
  );
}

const concerned = (lead: Lead, b: PlanBidder): boolean => doubtful(lead, b) || b.status === "set_up_error";

/** While a lead rests, an accepted bidder waits for an operator like one in doubt; on its way it is about to be the sale. */
const doubtful = (lead: Lead, bidder: PlanBidder): boolean => (rests(lead) ? mayHave(bidder) : inDoubt(bidder));

function lineOf(lead: Lead): LeadLine {
  const result = binding(lead)?.result;
  return {
    lead_id: lead.lead_id,
    publisher_id: lead.publisher_id,
    campaign_id: lead.campaign_id,
    test: lead.test,
    mode: lead.mode,
    state: lead.state,
    created_at: lead.created_at,
    rest_at: lead.rest?.at ?? null,
    rest_why: lead.rest?.why ?? null,
    unknown_since: lead.unknown_since,
    in_doubt: lead.plan
      .filter((bidder) => doubtful(lead, bidder))
      .map(({ contract_id, buyer_id, endpoint_id, price, attempts, asked = 0 }) => ({
        contract_id,
        buyer_id,
        endpoint_id,
        price,
        attempts,
        asked,
      })),
    set_up_errors: lead.plan
      .filter(({ status }) => status === "set_up_error")
      .map(({ contract_id, endpoint_id }) => ({ contract_id, endpoint_id })),
    told: result === "accepted" || result === "rejected" ? result : null,
    next_at: lead.state === "open" && lead.owner === null ? lead.resume_at : null,
  };
}

function factOf(table: LeadTable, lead: Lead): LeadFact {
  const { sale, plan, lead_id } = lead;
  const buyer_id = sale && (sale.buyer_id ?? plan[sale.index]?.buyer_id);
  const holds = plan.filter((b) => inDoubt(b) || (b.status === "accepted" && lead.state !== "sold"));
  return {
    lead_id,
    state: lead.state,
    test: lead.test,
    created_at: lead.created_at,
    updated_at: lead.updated_at,
    sale:
      sale && buyer_id
        ? { reservation_id: sale.reservation_id, buyer_id, price: sale.price, payout: sale.payout }
        : null,
    open_reservations: holds.map((b) => ({
      reservation_id: reservationId(lead_id, b.contract_id, b.round),
      buyer_id: b.buyer_id,
    })),
    contested: lead.contested,
    returned: lead.past_sales.map((sale) => sale.reservation_id),
    attempts: table.attemptCount(lead_id),
    wrapped_key_id: lead.wrapped_key.split(".", 1)[0] ?? "",
    erased_at: lead.erased_at,
    slim: lead.slim,
  };
}
