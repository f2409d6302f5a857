import type { MoneyTrace } from "../../../schema/api/trace.ts";
import { type Money, toWire } from "../../../schema/money.ts";
import { movementsOfLead, type ReservationRow, reservationsOf } from "../../ledger/lead-money.ts";
import type { MovementRow } from "../../ledger/reads.ts";

/** What was held and booked for a lead. null: the ledger is away; a book's story is told all the same. */
export async function moneyOf(db: D1Database, lead_id: string): Promise<MoneyTrace | null> {
  const rows = await Promise.all([reservationsOf(db, lead_id), movementsOfLead(db, lead_id)]).catch(() => null);
  return rows && moneyPart(...rows);
}

function moneyPart(held: ReservationRow[], booked: MovementRow[]): MoneyTrace {
  return {
    reservations: held.map(({ reservation_id, contract_id, buyer_id, state, amount, why, at }) => ({
      reservation_id,
      contract_id,
      buyer_id,
      state: state as MoneyTrace["reservations"][number]["state"],
      amount: toWire(amount as Money),
      why,
      at,
    })),
    movements: booked
      .toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
      .map(({ id, at, account, kind, amount, ref, reason, author }) => ({
        id,
        at,
        account,
        kind: kind as MoneyTrace["movements"][number]["kind"],
        amount: toWire(amount as Money),
        ref,
        reason,
        author,
      })),
    sum: toWire(booked.reduce((sum, { amount }) => sum + amount, 0) as Money),
  };
}
