import { money, ZERO } from "../../schema/money.ts";
import type { BookStats, LeadStory } from "../../schema/rpc/book.ts";
import type { Auctions } from "./auctions.ts";
import type { BookContext } from "./context.ts";
import { viewOf } from "./lead.ts";
import { indexOf } from "./lead-state.ts";
import type { LeadTable } from "./lead-table.ts";

/** Everything of one lead for the trace; null when the book has let it go (then D1 tells). */
export function leadStory(book: BookContext, table: LeadTable, auctions: Auctions, lead_id: string): LeadStory | null {
  const lead = table.get(lead_id);
  if (!lead || lead.slim) return null;
  return {
    lead: { ...viewOf(lead, book.now()), closed_at: lead.closed_at },
    auction: lead.auction_id === null ? null : auctions.get(lead.auction_id),
    // Bidders that joined later have moved others; an attempt is shown with its bidder's place today.
    attempts: table.attempts(lead_id).map((attempt) => ({ ...attempt, index: indexOf(lead.plan, attempt) })),
    steps: lead.steps,
  };
}

/** Leads in doubt whose money one look adds up, at most. */
const MOST_DOUBTS = 200;

/** What bidders in doubt were to pay for leads that are no tests; of the first leads alone, where there are very many. */
const UNKNOWN_MONEY =
  "SELECT coalesce(sum(json_extract(b.value, '$.price')), 0) AS n FROM (SELECT body FROM leads INDEXED BY leads_in_doubt WHERE unknown_since IS NOT NULL ORDER BY lead_id LIMIT ?) AS l, json_each(l.body, '$.plan') AS b WHERE json_extract(b.value, '$.status') = 'unknown' AND json_extract(l.body, '$.test') = 0";

/** The shard's gauges, from indexes only. `auctions` counts from the oldest to the newest row, gaps included. */
export function bookStats(book: BookContext): BookStats {
  const one = (query: string): number => book.sql.all<{ n: number | null }>(query)[0]?.n ?? 0;
  const now = book.now();
  const oldest = book.sql.all<{ at: number | null }>(
    "SELECT min(unknown_since) AS at FROM leads WHERE unknown_since IS NOT NULL",
  );
  const unknown = one("SELECT count(*) AS n FROM leads WHERE unknown_since IS NOT NULL");
  const pending = book.outbox.pending();
  const unknown_at = oldest[0]?.at ?? null;
  const newest = one("SELECT max(rowid) AS n FROM auctions");
  const single = newest === 0 ? 0 : newest - one("SELECT min(rowid) AS n FROM auctions") + 1;
  return {
    shard: book.shard,
    auctions: single + book.pages.count(),
    open_leads: one("SELECT count(*) AS n FROM leads INDEXED BY leads_open WHERE state = 'open'"),
    resting_leads: one("SELECT count(*) AS n FROM leads INDEXED BY leads_resting WHERE rest_at IS NOT NULL"),
    unknown,
    unknown_money: {
      amount: unknown === 0 ? ZERO : money(book.sql.all<{ n: number }>(UNKNOWN_MONEY, MOST_DOUBTS)[0]?.n ?? 0),
      complete: unknown <= MOST_DOUBTS,
    },
    oldest_unknown_ms: unknown_at === null ? 0 : now - unknown_at,
    outbox: pending.events,
    outbox_lag_ms: pending.oldest_at === null ? 0 : now - pending.oldest_at,
    outbox_refused: one("SELECT count(*) AS n FROM outbox_refused"),
  };
}
