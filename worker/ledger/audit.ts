import { and, desc, eq, lt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { audit } from "../../schema/tables.ts";

export interface AuditLine {
  /** Epoch ms. */
  at: number;
  author: string;
  action: string;
  /** `<kind>:<id>`, as in `buyer:acme`. */
  target: string;
  detail?: string;
}
export type AuditRow = typeof audit.$inferSelect;

export async function writeAudit(db: D1Database, line: AuditLine): Promise<void> {
  await drizzle(db).insert(audit).values(line);
}

/** The same line (but for its time) is written once: for calls that may be repeated until they are answered. */
export async function writeAuditOnce(db: D1Database, line: AuditLine & { detail: string }): Promise<void> {
  await db
    .prepare(
      "INSERT INTO audit (at, author, action, target, detail) SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM audit WHERE target = ?4 AND action = ?3 AND author = ?2 AND detail = ?5)",
    )
    .bind(line.at, line.author, line.action, line.target, line.detail)
    .run();
}

/** Newest first, from the one before id `before`. */
export async function listAudit(
  db: D1Database,
  page: { target?: string; action?: string; author?: string; before?: number; limit: number },
): Promise<{ items: AuditRow[]; next: number | null }> {
  const rows = await drizzle(db)
    .select()
    .from(audit)
    .where(
      and(
        page.target === undefined ? undefined : eq(audit.target, page.target),
        page.action === undefined ? undefined : eq(audit.action, page.action),
        page.author === undefined ? undefined : eq(audit.author, page.author),
        page.before === undefined ? undefined : lt(audit.id, page.before),
      ),
    )
    .orderBy(desc(audit.id))
    .limit(page.limit + 1);
  const items = rows.slice(0, page.limit);
  return { items, next: rows.length > page.limit ? (items[items.length - 1]?.id ?? null) : null };
}
