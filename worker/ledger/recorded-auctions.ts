import type { AuctionRecord } from "../../schema/rpc/auction.ts";

/** Where a page ended: the next one begins before it. */
export interface RecordedCursor {
  at: number;
  ping_id: string;
}
export interface RecordedAuction {
  record: AuctionRecord;
  /** A lead came of it. */
  posted: boolean;
}

/** Records may be some 10 KB each: so many at once. */
const AT_ONCE = 250;

export const RECORDED_SQL =
  "SELECT ping_id, at, record FROM auctions WHERE campaign_id = ?1 AND test = 0 AND (at < ?2 OR (at = ?2 AND ping_id < ?3)) ORDER BY at DESC, ping_id DESC LIMIT ?4";
export const POSTED_SQL = "SELECT ping_id FROM leads WHERE ping_id IN (SELECT value FROM json_each(?1))";

/** A campaign's newest auctions that are no tests, newest first, from before the cursor; at most `most`. */
export async function recordedAuctions(
  db: D1Database,
  campaign_id: string,
  page: { before?: RecordedCursor; most: number },
): Promise<{ items: RecordedAuction[]; next: RecordedCursor | null }> {
  const items: RecordedAuction[] = [];
  let before: RecordedCursor = page.before ?? { at: Number.MAX_SAFE_INTEGER, ping_id: "" };
  while (items.length < page.most) {
    const limit = Math.min(AT_ONCE, page.most - items.length);
    const { results } = await db
      .prepare(RECORDED_SQL)
      .bind(campaign_id, before.at, before.ping_id, limit)
      .all<{ ping_id: string; at: number; record: string }>();
    const posted = await postedOf(
      db,
      results.map(({ ping_id }) => ping_id),
    );
    for (const row of results)
      items.push({ record: JSON.parse(row.record) as AuctionRecord, posted: posted.has(row.ping_id) });
    const last = results.at(-1);
    if (!last || results.length < limit) return { items, next: null };
    before = { at: last.at, ping_id: last.ping_id };
  }
  return { items, next: before };
}

async function postedOf(db: D1Database, ping_ids: string[]): Promise<ReadonlySet<string>> {
  if (ping_ids.length === 0) return new Set();
  const { results } = await db.prepare(POSTED_SQL).bind(JSON.stringify(ping_ids)).all<{ ping_id: string }>();
  return new Set(results.map(({ ping_id }) => ping_id));
}
