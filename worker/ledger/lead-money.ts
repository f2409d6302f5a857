import { and, asc, gte, lt, or } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { money_movements, reservations } from "../../schema/tables.ts";
import type { MovementRow } from "./reads.ts";

export type ReservationRow = typeof reservations.$inferSelect;

/** What was held for a lead. A reservation's id begins with its lead's, so that the primary key finds them (`` ` `` follows `_`). */
export async function reservationsOf(db: D1Database, lead_id: string): Promise<ReservationRow[]> {
  return drizzle(db)
    .select()
    .from(reservations)
    .where(and(gte(reservations.reservation_id, `${lead_id}_`), lt(reservations.reservation_id, `${lead_id}\``)))
    .orderBy(asc(reservations.reservation_id))
    .limit(200);
}

/**
 * Everything that was booked for a lead: the captures and refunds of its reservations, what its book paid out, and what was paid at our
 * risk. Ids begin with their `ref`, or with `close:`, `close:risk:` or `refund:` and it or its lead, so that the primary key finds them.
 */
export async function movementsOfLead(db: D1Database, lead_id: string): Promise<MovementRow[]> {
  const between = (from: string, to: string) => and(gte(money_movements.id, from), lt(money_movements.id, to));
  const under = (prefix: string) => between(`${prefix}_`, `${prefix}\``);
  return drizzle(db)
    .select()
    .from(money_movements)
    .where(
      or(
        under(lead_id),
        under(`close:${lead_id}`),
        under(`refund:${lead_id}`),
        between(`close:risk:${lead_id}:`, `close:risk:${lead_id};`),
      ),
    )
    .limit(400);
}
