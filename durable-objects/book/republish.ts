import type { LedgerEvent } from "../../schema/events.ts";
import type { Auctions } from "./auctions.ts";
import type { BookContext } from "./context.ts";
import { deliveryEvent, leadEvent, moneyEvents, moneyOf, saleEvents } from "./events.ts";
import type { Lead } from "./lead.ts";
import type { LeadTable } from "./lead-table.ts";

/**
 * Writes the ledger's rows of these leads to the outbox again, as they are now and with their own times. Of a slim lead only its sales
 * and money: its other rows the book no longer knows, and would overwrite. Returns how many of the leads the book has.
 */
export function republish(book: BookContext, table: LeadTable, auctions: Auctions, lead_ids: string[]): number {
  return book.sql.transaction(() => {
    const leads = lead_ids.flatMap((id) => table.get(id) ?? []);
    // An outbox row a lead: a batch to D1 is cut between rows.
    for (const lead of leads) book.emit(rowsOf(table, auctions, lead, book.now()));
    return leads.length;
  });
}

function rowsOf(table: LeadTable, auctions: Auctions, lead: Lead, now: number): LedgerEvent[] {
  const past = lead.past_sales.flatMap((sale) => [...saleEvents(lead, sale), ...moneyOf(lead, sale)]);
  const money = [...past, ...moneyEvents(lead, now)];
  if (lead.slim) return money;
  const held = [lead.auction_id, ...lead.re_auction_ids].flatMap((id) => (id === null ? [] : auctions.again(id)));
  const deliveries = table
    .attempts(lead.lead_id)
    .map(({ at, late_evidence, ...record }) => deliveryEvent(lead, record, at, late_evidence));
  return [...held, leadEvent(lead), ...deliveries, ...money];
}
