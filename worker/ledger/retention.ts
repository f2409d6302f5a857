/** Ended leads whose personal data is older than their campaign keeps it; in order of their end, after the given one. */
export async function endedBefore(
  db: D1Database,
  campaign_id: string,
  before: number,
  after: { at: number; lead_id: string } | null,
  limit: number,
): Promise<{ lead_id: string; closed_at: number }[]> {
  const { results } = await db
    .prepare(
      "SELECT lead_id, closed_at FROM leads WHERE erased_at IS NULL AND closed_at IS NOT NULL AND campaign_id = ?1 AND closed_at < ?2 AND (closed_at, lead_id) > (?3, ?4) ORDER BY closed_at, lead_id LIMIT ?5",
    )
    .bind(campaign_id, before, after?.at ?? -1, after?.lead_id ?? "", limit)
    .all<{ lead_id: string; closed_at: number }>();
  return results;
}

/** Leads that rest since before `before`: they are never purged by age. */
export async function restingSince(db: D1Database, campaign_id: string, before: number): Promise<number> {
  const row = await db
    .prepare("SELECT count(*) AS n FROM leads WHERE rest_at IS NOT NULL AND rest_at < ?2 AND campaign_id = ?1")
    .bind(campaign_id, before)
    .first<{ n: number }>();
  return row?.n ?? 0;
}

/** Was the campaign's record written since? It may keep auctions for less time than it did. */
export async function changedSince(db: D1Database, campaign_id: string, at: number): Promise<boolean> {
  const row = await db
    .prepare("SELECT 1 AS one FROM config WHERE kind = 'campaign' AND id = ?1 AND updated_at >= ?2")
    .bind(campaign_id, at)
    .first();
  return row !== null;
}

export interface OldAuctions {
  /** Of how many rows it was looked at. */
  seen: number;
  removed: number;
  /** The last one's time: the next page begins there. null = that was the last page. */
  next: { at: number; ping_id: string } | null;
}

/** One page of a campaign's auctions of [from, before): those that nobody posted are removed. */
export async function removeUnposted(
  db: D1Database,
  page: { campaign_id: string; from: { at: number; ping_id: string }; before: number; limit: number },
): Promise<OldAuctions> {
  const { results } = await db
    .prepare(
      "SELECT a.ping_id, a.at, a.campaign_id, EXISTS (SELECT 1 FROM leads l WHERE l.ping_id = a.ping_id) AS posted FROM auctions a WHERE a.at >= ?1 AND a.at < ?2 AND (a.at, a.ping_id) > (?1, ?3) ORDER BY a.at, a.ping_id LIMIT ?4",
    )
    .bind(page.from.at, page.before, page.from.ping_id, page.limit)
    .all<{ ping_id: string; at: number; campaign_id: string; posted: number }>();
  const old = results.filter((row) => row.posted === 0 && row.campaign_id === page.campaign_id);
  if (old.length > 0)
    await db
      .prepare("DELETE FROM auctions WHERE ping_id IN (SELECT value FROM json_each(?1))")
      .bind(JSON.stringify(old.map((row) => row.ping_id)))
      .run();
  const last = results[results.length - 1];
  const next = results.length === page.limit && last ? { at: last.at, ping_id: last.ping_id } : null;
  return { seen: results.length, removed: old.length, next };
}

/** An operator's alert that no object tells of; the same id again is the same alert. */
export async function tellAlert(
  db: D1Database,
  alert: { id: string; at: number; month: number; kind: string; subject: string; message: string },
): Promise<void> {
  const { id, at, month, kind, subject, message } = alert;
  await db
    .prepare(
      "INSERT INTO alerts (id, month, at, kind, subject, message, n) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0) ON CONFLICT DO NOTHING",
    )
    .bind(id, month, at, kind, subject, message)
    .run();
}
