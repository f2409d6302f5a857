export interface Suppression {
  hash: string;
  reason: string;
  author: string;
  /** Epoch ms. */
  at: number;
}

const NEXT = "(SELECT coalesce(max(seq), 0) + 1 FROM suppressions)";

/** Never to be sold from now on. A hash that is on the list already gets the new reason and author. */
export async function suppress(db: D1Database, row: Suppression): Promise<void> {
  await db.batch([
    db
      .prepare(
        `INSERT INTO suppressions (hash, seq, reason, author, at, removed) VALUES (?1, ${NEXT}, ?2, ?3, ?4, 0) ON CONFLICT (hash) DO UPDATE SET seq = excluded.seq, reason = excluded.reason, author = excluded.author, at = excluded.at, removed = 0`,
      )
      .bind(row.hash, row.reason, row.author, row.at),
    audit(db, "suppress", row),
  ]);
}

/** Takes it off the list; the row stays, so that snapshots learn of it. False when it was not on the list. */
export async function unsuppress(db: D1Database, row: Suppression): Promise<boolean> {
  const known = await db.prepare("SELECT 1 FROM suppressions WHERE hash = ?1 AND removed = 0").bind(row.hash).first();
  if (!known) return false;
  await db.batch([
    db
      .prepare(
        `UPDATE suppressions SET seq = ${NEXT}, reason = ?2, author = ?3, at = ?4, removed = 1 WHERE hash = ?1 AND removed = 0`,
      )
      .bind(row.hash, row.reason, row.author, row.at),
    audit(db, "unsuppress", row),
  ]);
  return true;
}

function audit(db: D1Database, action: string, row: Suppression): D1PreparedStatement {
  return db
    .prepare("INSERT INTO audit (at, author, action, target, detail) VALUES (?1, ?2, ?3, ?4, ?5)")
    .bind(row.at, row.author, action, `suppression:${row.hash}`, row.reason);
}

export async function listSuppressions(
  db: D1Database,
  page: { after?: string; limit: number },
): Promise<{ items: Suppression[]; next: string | null }> {
  const { results } = await db
    .prepare("SELECT hash, reason, author, at FROM suppressions WHERE removed = 0 AND hash > ?1 ORDER BY hash LIMIT ?2")
    .bind(page.after ?? "", page.limit + 1)
    .all<Suppression>();
  const items = results.slice(0, page.limit);
  return { items, next: results.length > page.limit ? (items[items.length - 1]?.hash ?? null) : null };
}
