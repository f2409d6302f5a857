import { and, asc, desc, eq, gte, inArray, lt, lte, or, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { AlertKind } from "../../schema/lists.ts";
import { alerts, auctions, deliveries, leads, money_movements, sales } from "../../schema/tables.ts";
import { partyAccount } from "./compare.ts";

export type LeadRow = typeof leads.$inferSelect;
export type AuctionRow = typeof auctions.$inferSelect;
export type DeliveryRow = typeof deliveries.$inferSelect;
export type SaleRow = typeof sales.$inferSelect;
export type MovementRow = typeof money_movements.$inferSelect;
export type AlertRow = typeof alerts.$inferSelect;

/** null: no such lead, or its book has not told D1 yet. */
export async function leadById(db: D1Database, lead_id: string): Promise<LeadRow | null> {
  return (await drizzle(db).select().from(leads).where(eq(leads.lead_id, lead_id)).get()) ?? null;
}

export async function auctionById(db: D1Database, ping_id: string): Promise<AuctionRow | null> {
  return (await drizzle(db).select().from(auctions).where(eq(auctions.ping_id, ping_id)).get()) ?? null;
}

/** Every attempt of a lead in the order in which they were made. Its id begins with its reservation's, and that with the lead's. */
export async function deliveriesOfLead(db: D1Database, lead_id: string): Promise<DeliveryRow[]> {
  return drizzle(db)
    .select()
    .from(deliveries)
    .where(and(gte(deliveries.attempt_id, `${lead_id}_`), lt(deliveries.attempt_id, `${lead_id}\``)))
    .orderBy(asc(deliveries.at), asc(deliveries.n))
    .limit(500);
}

/** A sale's id is `<lead id>:<leg>`, so that this needs no index beside the primary key (`;` follows `:`). */
export async function salesOfLead(db: D1Database, lead_id: string): Promise<SaleRow[]> {
  return drizzle(db)
    .select()
    .from(sales)
    .where(and(gte(sales.sale_id, `${lead_id}:`), lt(sales.sale_id, `${lead_id};`)))
    .orderBy(asc(sales.leg))
    .limit(100);
}

/** An account's statement, newest first, of [from, to) in epoch ms. */
export async function movementsOf(
  db: D1Database,
  account: string,
  page: { from: number; to: number; limit: number },
): Promise<MovementRow[]> {
  return drizzle(db)
    .select()
    .from(money_movements)
    .where(
      and(
        eq(money_movements.account, account),
        sql.raw(partyAccount(account)),
        gte(money_movements.at, page.from),
        lt(money_movements.at, page.to),
      ),
    )
    .orderBy(desc(money_movements.at), desc(money_movements.id))
    .limit(page.limit);
}

/** Newest first, from before `before`: epoch ms, and of that millisecond those with smaller ids (none are smaller than an empty one). */
export async function listAlerts(
  db: D1Database,
  page: { before?: { at: number; id: string }; kind?: AlertKind; limit: number },
): Promise<AlertRow[]> {
  return drizzle(db)
    .select()
    .from(alerts)
    .where(
      and(
        page.before && lte(alerts.at, page.before.at),
        page.before && or(lt(alerts.at, page.before.at), lt(alerts.id, page.before.id)),
        page.kind === undefined ? undefined : eq(alerts.kind, page.kind),
      ),
    )
    .orderBy(desc(alerts.at), desc(alerts.id))
    .limit(page.limit);
}

/** Newest first, of [from, to) in epoch ms. */
export async function salesBetween(
  db: D1Database,
  page: { from: number; to: number; limit: number },
): Promise<SaleRow[]> {
  return drizzle(db)
    .select()
    .from(sales)
    .where(and(gte(sales.at, page.from), lt(sales.at, page.to)))
    .orderBy(desc(sales.at), desc(sales.sale_id))
    .limit(page.limit);
}

/**
 * Everything booked under one reservation or entry, with what was given back of it. Ids begin with their `ref` (the buyer's object), or
 * with `close:` (the book) or `refund:` and it, so that the primary key finds them (`;` follows `:`).
 */
export async function movementsByRef(db: D1Database, ref: string, page: { limit: number }): Promise<MovementRow[]> {
  const under = (prefix: string) => and(gte(money_movements.id, `${prefix}:`), lt(money_movements.id, `${prefix};`));
  return drizzle(db)
    .select()
    .from(money_movements)
    .where(
      and(
        or(under(ref), under(`close:${ref}`), under(`refund:${ref}`)),
        inArray(money_movements.ref, [ref, `refund:${ref}`]),
      ),
    )
    .limit(page.limit);
}
