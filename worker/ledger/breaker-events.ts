import { and, desc, eq, gte } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { breaker_events } from "../../schema/tables.ts";

export type BreakerEventRow = typeof breaker_events.$inferSelect;

/** How a buyer's breakers turned since `from` (epoch ms), newest first, along the index of buyer and time. */
export async function breakerEvents(
  db: D1Database,
  buyer_id: string,
  page: { from: number; limit: number },
): Promise<BreakerEventRow[]> {
  return drizzle(db)
    .select()
    .from(breaker_events)
    .where(and(eq(breaker_events.buyer_id, buyer_id), gte(breaker_events.at, page.from)))
    .orderBy(desc(breaker_events.at), desc(breaker_events.id))
    .limit(page.limit);
}
