import type { LedgerEvent } from "../../schema/events.ts";
import { money } from "../../schema/money.ts";
import type { ReservationFact, ReservationPage } from "../../schema/rpc/account.ts";
import { captureMovements, entryMovements, refundMovements } from "../../worker/auction/money-rules.ts";
import { type Entry, entryRef, movementEvents } from "./entries.ts";
import { refundedOf, refundRef } from "./refund.ts";
import { type Reservation, reservationEvent, reservationsAfter, reservationsIn } from "./reservations.ts";
import { fundsOf, type Room, tell } from "./room.ts";
import { toldStatuses } from "./status.ts";

const MOST = 1_000;

/** Reservations by id, with the money as it stands in the same moment. */
export function reservations(room: Room, after: string | null, limit: number): ReservationPage {
  const most = Math.max(1, Math.min(MOST, Math.floor(limit)));
  const facts = reservationsAfter(room, after ?? "", most).map((r) => factOf(room, r));
  const { balance, held } = fundsOf(room);
  return { facts, next: facts.length < most ? null : (facts[facts.length - 1]?.reservation_id ?? null), balance, held };
}

export const reservationsById = (room: Room, ids: string[]): ReservationFact[] =>
  reservationsIn(room, ids).map((r) => factOf(room, r));

function factOf(room: Room, r: Reservation): ReservationFact {
  const { reservation_id, lead_id, contract_id, state, at } = r;
  const refunded = refundedOf(room, reservation_id);
  return { reservation_id, lead_id, contract_id, state, amount: r.price ?? r.amount, refunded, at };
}

/**
 * Writes the rows of these reservations to the outbox again, as they are now, with the ids and times they had; returns how many
 * reservations. With `entries` also every account entry and status row: an emptied ledger knows neither.
 */
export function republish(room: Room, ids: string[], entries: boolean, now: number): number {
  // A hold has not been told yet, it will be when it ends.
  const known = reservationsIn(room, ids).filter((r) => r.state !== "held");
  for (const r of known) tell(room, [reservationEvent(room, r), ...chargeEvents(room, r)], now);
  if (!entries) return known.length;
  for (const entry of room.sql.all<EntryRow>("SELECT * FROM entries ORDER BY at, id")) {
    const { id, kind, amount, reason, author, at } = entry;
    tell(
      room,
      movementEvents(entryRef(room, id), entryMovements(room.buyer, kind, money(amount)), at, { reason, author }),
      now,
    );
  }
  tell(room, toldStatuses(room, now), now);
  return known.length;
}

type EntryRow = Record<"id" | "reason" | "author", string> & { kind: Entry["kind"]; amount: number; at: number };
type RefundRow = Record<"reason" | "author", string> & { amount: number; at: number };

function chargeEvents(room: Room, r: Reservation): LedgerEvent[] {
  if (r.state !== "captured") return [];
  const charge = captureMovements(room.buyer, r.price ?? money(0));
  const events = movementEvents(r.reservation_id, charge, r.ended_at ?? r.at);
  const refund = room.sql.all<RefundRow>(
    "SELECT reason, author, amount, at FROM refunds WHERE reservation_id = ? ORDER BY at LIMIT 1",
    r.reservation_id,
  )[0];
  if (!refund) return events;
  const { reason, author, amount, at } = refund;
  const back = movementEvents(refundRef(r.reservation_id), refundMovements(room.buyer, money(amount)), at, {
    reason,
    author,
  });
  return [...events, ...back];
}

/** Erasure: these leads' consumers are nobody's any more, also for a capture that is still to come. */
export function forget(room: Room, lead_ids: string[]): void {
  const ids = JSON.stringify(lead_ids);
  room.sql.run("DELETE FROM consumers WHERE lead_id IN (SELECT value FROM json_each(?))", ids);
  room.sql.run("UPDATE reservations SET consumer_keys = '[]' WHERE lead_id IN (SELECT value FROM json_each(?))", ids);
}
