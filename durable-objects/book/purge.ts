import { hasLead } from "./auctions.ts";
import { type BookContext, KEEP_MS, KEEP_OUTCOME_MS } from "./context.ts";
import type { Lead } from "./lead.ts";
import type { LeadTable } from "./lead-table.ts";
import { clearTable, idsOf, oldTable } from "./page-tables.ts";
import { readMeta, writeMeta } from "./tables.ts";

const CHUNK = 500;

/**
 * Lets go of what is old: auctions and ended leads after {@link KEEP_MS} (their outcome stays until {@link KEEP_OUTCOME_MS}),
 * consumers whose window is over. An open or resting lead keeps everything. Returns true when there is more to do.
 */
export function purge(book: BookContext, table: LeadTable): boolean {
  const now = book.now();
  return book.sql.transaction(() => {
    const full = [
      slimLeads(book, table, now),
      removeLeads(book, table, now),
      removePages(book, now),
      removeAuctions(book, now),
      removeConsumers(book, now),
    ];
    return full.some((count) => count >= CHUNK);
  });
}

/** Only once D1 has everything of the lead: what the book forgets must be readable there. */
function slimLeads(book: BookContext, table: LeadTable, now: number): number {
  const outbox_from = book.outbox.pending().oldest_at ?? Number.MAX_SAFE_INTEGER;
  const ids = endedBefore(book, 0, now - KEEP_MS);
  let done = 0;
  for (const id of ids) {
    const lead = table.need(id);
    if (lead.postback_due || lead.updated_at >= outbox_from || book.ended.awaits(lead)) continue;
    table.removeAttempts(id);
    table.save(slim(lead), lead.updated_at);
    if (lead.auction_id !== null) deleteAuction(book, lead.auction_id);
    done++;
  }
  return done;
}

function removeLeads(book: BookContext, table: LeadTable, now: number): number {
  const ids = endedBefore(book, 1, now - KEEP_OUTCOME_MS);
  for (const id of ids) table.remove(table.need(id));
  return ids.length;
}

/** Up to where the pages of the table that is to go have been looked at. */
const PAGES = "pages_purged_to";

/** A half day of pages goes at once, when the outbox has told of them. The auction of a lead that is complete moves to a row of its own. */
function removePages(book: BookContext, now: number): number {
  const table = oldTable(book.sql, now - KEEP_MS);
  if (!table || book.outbox.waits(table.newest_n)) return 0;
  const from = Number(readMeta(book.sql, PAGES) ?? "0");
  const some = idsOf(book.sql, table, from, CHUNK);
  for (const { ids } of some)
    for (const ping_id of ids) {
      const record = hasLead(book, ping_id) ? book.pages.find(ping_id)?.record : undefined;
      if (record)
        book.sql.run(
          "INSERT OR IGNORE INTO auctions (ping_id, at, projected, record) VALUES (?, ?, 1, ?)",
          ping_id,
          record.at,
          JSON.stringify(record),
        );
    }
  const done = some.length < CHUNK;
  if (done) clearTable(book.sql, table);
  const to = done ? 0 : (some.at(-1)?.first_n ?? 0);
  if (to !== from) writeMeta(book.sql, PAGES, String(to));
  // There may be another one.
  return CHUNK;
}

/** The last row that was looked at: those before it are gone, or go with their lead. */
const CURSOR = "auctions_purged_to";

/**
 * By rows in order of arrival, each looked at once: no index (another billed row an auction), and no scan of those that stay for a lead
 * that is not over. An auction that stays goes when its lead becomes slim.
 */
function removeAuctions(book: BookContext, now: number): number {
  const from = Number(readMeta(book.sql, CURSOR) ?? "0");
  const rows = book.sql.all<{ id: number; at: number; ping_id: string }>(
    "SELECT rowid AS id, at, ping_id FROM auctions WHERE rowid > ? ORDER BY rowid LIMIT ?",
    from,
    CHUNK,
  );
  const young = rows.findIndex((row) => row.at >= now - KEEP_MS);
  const old = young < 0 ? rows : rows.slice(0, young);
  for (const row of old) if (!hasLead(book, row.ping_id)) deleteAuction(book, row.ping_id);
  // Numbers of deleted rows at the end come again: the next auction may have one that was looked at.
  const newest = book.sql.all<{ id: number | null }>("SELECT max(rowid) AS id FROM auctions")[0]?.id ?? 0;
  const to = Math.min(old.at(-1)?.id ?? from, newest);
  if (to !== from) writeMeta(book.sql, CURSOR, String(to));
  return old.length;
}

const deleteAuction = (book: BookContext, ping_id: string): void =>
  book.sql.run("DELETE FROM auctions WHERE ping_id = ?", ping_id);

/** The last key that was looked at; empty: begin anew. */
const CONSUMERS = "consumers_purged_to";
const LOOK = 5_000;

/** By keys, so many at once and round and round: whose window is over counts for nothing meanwhile, and an index would be a billed row a sale. */
function removeConsumers(book: BookContext, now: number): number {
  const from = readMeta(book.sql, CONSUMERS) ?? "";
  const rows = book.sql.all<{ key: string; sold_until: number | null }>(
    "SELECT key, sold_until FROM consumers WHERE key > ? ORDER BY key LIMIT ?",
    from,
    LOOK,
  );
  const over = rows.filter(({ sold_until }) => sold_until !== null && sold_until <= now);
  for (const { key } of over) book.sql.run("DELETE FROM consumers WHERE key = ?", key);
  const to = rows.length < LOOK ? "" : (rows.at(-1)?.key ?? "");
  if (to !== from) writeMeta(book.sql, CONSUMERS, to);
  return over.length;
}

function endedBefore(book: BookContext, slim: 0 | 1, before: number): string[] {
  return book.sql
    .all<{ lead_id: string }>(
      "SELECT lead_id FROM leads WHERE slim = ? AND closed_at IS NOT NULL AND closed_at < ? ORDER BY closed_at LIMIT ?",
      slim,
      before,
      CHUNK,
    )
    .map((row) => row.lead_id);
}

/** The outcome, its key and what finds it; no lead, no plan. */
function slim(lead: Lead): Lead {
  return {
    ...lead,
    slim: true,
    sealed: "",
    plan: [],
    steps: [],
    sub_ids: {},
    consumer_keys: [],
    bid_ids: [],
    click_id: undefined,
  };
}
