import type { DifferenceKind } from "../../schema/lists.ts";
import type { differences } from "../../schema/tables.ts";

export interface Difference {
  kind: DifferenceKind;
  /** `lead:<id>`, `reservation:<buyer>:<id>` or `buyer:<id>`. */
  subject: string;
  /** What each book says. */
  detail: Record<string, string | number | boolean | null>;
}
export type DifferenceRow = typeof differences.$inferSelect;

export const differenceId = ({ kind, subject }: Pick<Difference, "kind" | "subject">): string => `${kind} ${subject}`;

/** The same difference again keeps the time when it was first seen, and is not mended (any more). */
export async function keepDifferences(db: D1Database, job_id: string, at: number, found: Difference[]): Promise<void> {
  if (found.length === 0) return;
  const rows = found.map((d) => ({ ...d, id: differenceId(d), detail: JSON.stringify(d.detail) }));
  await db
    .prepare(
      "INSERT INTO differences (id, job_id, at, kind, subject, detail, mended_at) SELECT json_extract(value, '$.id'), ?2, ?3, json_extract(value, '$.kind'), json_extract(value, '$.subject'), json_extract(value, '$.detail'), NULL FROM json_each(?1) WHERE true ON CONFLICT (id) DO UPDATE SET job_id = excluded.job_id, detail = excluded.detail, at = CASE WHEN mended_at IS NULL THEN at ELSE excluded.at END, mended_at = NULL",
    )
    .bind(JSON.stringify(rows), job_id, at)
    .run();
}

/** Those that are not mended and that this job has not seen yet, by id. */
export async function olderDifferences(
  db: D1Database,
  job_id: string,
  after: string,
  limit: number,
): Promise<{ id: string; subject: string }[]> {
  const { results } = await db
    .prepare(
      "SELECT id, subject FROM differences WHERE mended_at IS NULL AND job_id <> ?1 AND id > ?2 ORDER BY id LIMIT ?3",
    )
    .bind(job_id, after, limit)
    .all<{ id: string; subject: string }>();
  return results;
}

export async function mendDifferences(db: D1Database, ids: string[], at: number): Promise<void> {
  if (ids.length === 0) return;
  await db
    .prepare(
      "UPDATE differences SET mended_at = ?2 WHERE mended_at IS NULL AND id IN (SELECT value FROM json_each(?1))",
    )
    .bind(JSON.stringify(ids), at)
    .run();
}

/** How many differences of each kind a job has found. */
export async function countDifferences(db: D1Database, job_id: string): Promise<Record<string, number>> {
  const { results } = await db
    .prepare(
      "SELECT kind, count(*) AS n FROM differences WHERE job_id = ?1 AND mended_at IS NULL GROUP BY kind ORDER BY kind",
    )
    .bind(job_id)
    .all<{ kind: string; n: number }>();
  return Object.fromEntries(results.map((row) => [row.kind, row.n]));
}

/** By id, from the one after `after`. */
export async function listDifferences(
  db: D1Database,
  page: { kind?: DifferenceKind; mended: boolean; job_id?: string; after?: string; limit: number },
): Promise<{ items: DifferenceRow[]; next: string | null }> {
  const { results } = await db
    .prepare(
      `SELECT id, job_id, at, kind, subject, detail, mended_at FROM differences WHERE id > ?1 AND mended_at IS ${page.mended ? "NOT " : ""}NULL AND (?2 IS NULL OR kind = ?2) AND (?3 IS NULL OR job_id = ?3) ORDER BY id LIMIT ?4`,
    )
    .bind(page.after ?? "", page.kind ?? null, page.job_id ?? null, page.limit + 1)
    .all<DifferenceRow>();
  const items = results.slice(0, page.limit);
  return { items, next: results.length > page.limit ? (items[items.length - 1]?.id ?? null) : null };
}
