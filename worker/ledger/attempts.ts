import { and, desc, eq, gte, lt, or } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { deliveries } from "../../schema/tables.ts";
import type { DeliveryRow } from "./reads.ts";

export interface AttemptPage {
  contract_id: string;
  /** Epoch ms: [from, to). */
  from: number;
  to: number;
  outcome?: string;
  class?: string;
  kind?: string;
  test?: boolean;
  after?: { at: number; attempt_id: string };
  limit: number;
}

/** A contract's attempts, newest first, along the index of contract and time. */
export async function listAttempts(
  db: D1Database,
  page: AttemptPage,
): Promise<{ items: DeliveryRow[]; next: { at: number; attempt_id: string } | null }> {
  const { after } = page;
  const rows = await drizzle(db)
    .select()
    .from(deliveries)
    .where(
      and(
        eq(deliveries.contract_id, page.contract_id),
        gte(deliveries.at, page.from),
        lt(deliveries.at, page.to),
        page.outcome === undefined ? undefined : eq(deliveries.outcome, page.outcome),
        page.class === undefined ? undefined : eq(deliveries.class, page.class),
        page.kind === undefined ? undefined : eq(deliveries.kind, page.kind),
        page.test === undefined ? undefined : eq(deliveries.test, page.test ? 1 : 0),
        after === undefined
          ? undefined
          : or(
              lt(deliveries.at, after.at),
              and(eq(deliveries.at, after.at), lt(deliveries.attempt_id, after.attempt_id)),
            ),
      ),
    )
    .orderBy(desc(deliveries.at), desc(deliveries.attempt_id))
    .limit(page.limit + 1);
  const items = rows.slice(0, page.limit);
  const last = items[items.length - 1];
  return { items, next: rows.length > page.limit && last ? { at: last.at, attempt_id: last.attempt_id } : null };
}

/** null: not this contract's, or its book has not told D1 yet. */
export async function attemptById(
  db: D1Database,
  contract_id: string,
  attempt_id: string,
): Promise<DeliveryRow | null> {
  const where = and(eq(deliveries.attempt_id, attempt_id), eq(deliveries.contract_id, contract_id));
  return (await drizzle(db).select().from(deliveries).where(where).get()) ?? null;
}
