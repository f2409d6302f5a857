import type { LedgerEvent } from "../../schema/events.ts";
import type { ReservationState } from "../../schema/lists.ts";
import { type Money, money } from "../../schema/money.ts";
import type { Room } from "./room.ts";
import { tell } from "./room.ts";

export interface Reservation {
  reservation_id: string;
  lead_id: string;
  contract_id: string;
  endpoint_id: string;
  source: string;
  /** The newest epoch that held it. */
  epoch: number;
  state: ReservationState;
  /** The hold. */
  amount: Money;
  /** What was captured. */
  price: Money | null;
  at: number;
  /** Keys of the cap windows that it counts in. */
  windows: string[];
  consumer_keys: string[];
  doubted_at: number | null;
  doubt_until: number | null;
  /** When it was captured, released or had expired; null also in rows that are older than this column. */
  ended_at: number | null;
  why: string | null;
}

type Row = Record<
  "reservation_id" | "lead_id" | "contract_id" | "endpoint_id" | "source" | "windows" | "consumer_keys",
  string
> & { state: ReservationState; why: string | null } & Record<"epoch" | "amount" | "at", number> &
  Record<"price" | "doubted_at" | "doubt_until" | "ended_at", number | null>;

export function reservation(room: Room, id: string): Reservation | null {
  const row = room.sql.all<Row>("SELECT * FROM reservations WHERE reservation_id = ?", id)[0];
  return row ? parsed(row) : null;
}

export function reservationsOf(room: Room, lead_id: string): Reservation[] {
  return room.sql
    .all<Row>("SELECT * FROM reservations WHERE lead_id = ? ORDER BY at, reservation_id", lead_id)
    .map(parsed);
}

/** By id, after `after` ("" = from the first). */
export function reservationsAfter(room: Room, after: string, limit: number): Reservation[] {
  return room.sql
    .all<Row>("SELECT * FROM reservations WHERE reservation_id > ? ORDER BY reservation_id LIMIT ?", after, limit)
    .map(parsed);
}

/** Those of the ids that exist, by id. */
export function reservationsIn(room: Room, ids: string[]): Reservation[] {
  return room.sql
    .all<Row>(
      "SELECT * FROM reservations WHERE reservation_id IN (SELECT value FROM json_each(?)) ORDER BY reservation_id",
      JSON.stringify(ids),
    )
    .map(parsed);
}

const parsed = (row: Row): Reservation => ({
  ...row,
  amount: money(row.amount),
  price: row.price === null ? null : money(row.price),
  windows: JSON.parse(row.windows) as string[],
  consumer_keys: JSON.parse(row.consumer_keys) as string[],
});

export function save(room: Room, r: Reservation): void {
  room.sql.run(
    `INSERT INTO reservations (reservation_id, lead_id, contract_id, endpoint_id, source, epoch, state, amount, price, at, windows, consumer_keys, doubted_at, doubt_until, ended_at, why)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET epoch = excluded.epoch, state = excluded.state, price = excluded.price, doubted_at = excluded.doubted_at,
       doubt_until = excluded.doubt_until, ended_at = excluded.ended_at, why = excluded.why`,
    r.reservation_id,
    r.lead_id,
    r.contract_id,
    r.endpoint_id,
    r.source,
    r.epoch,
    r.state,
    r.amount,
    r.price,
    r.at,
    JSON.stringify(r.windows),
    JSON.stringify(r.consumer_keys),
    r.doubted_at,
    r.doubt_until,
    r.ended_at,
    r.why,
  );
}

/** The ledger's copy. A hold is told only once it is settled or in doubt: until then it lives for seconds. */
export function tellReservation(room: Room, r: Reservation, now: number): void {
  tell(room, [reservationEvent(room, r)], now);
}

export function reservationEvent(room: Room, r: Reservation): LedgerEvent {
  const { reservation_id, contract_id, lead_id, state, at, why } = r;
  const row = {
    reservation_id,
    at,
    buyer_id: room.buyer,
    contract_id,
    lead_id,
    state,
    amount: r.price ?? r.amount,
    why,
  };
  return { table: "reservations", row };
}

/** The lead that has one of these consumers from this buyer since `since` (epoch ms), held or captured; a lead is no duplicate of itself. */
export function duplicateOf(room: Room, keys: string[], lead_id: string, since: number): string | null {
  for (const key of keys) {
    const row = room.sql.all<{ lead_id: string }>(
      `SELECT c.lead_id FROM consumers AS c LEFT JOIN reservations AS r ON r.reservation_id = c.reservation_id
       WHERE c.consumer_key = ? AND max(c.at, coalesce(r.ended_at, 0)) > ? AND c.lead_id <> ? LIMIT 1`,
      key,
      since,
      lead_id,
    )[0];
    if (row) return row.lead_id;
  }
  return null;
}

/** A sale that follows its hold within so long (ms) does not write its consumers again (a billed row each): its reservation says when it was. */
const SOON_MS = 60_000;

/** The buyer has this consumer since `at`. */
export function markConsumers(room: Room, r: Reservation, at: number): void {
  for (const key of r.consumer_keys) {
    room.sql.run(
      "INSERT INTO consumers (consumer_key, reservation_id, lead_id, at) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at WHERE excluded.at > at + ?",
      key,
      r.reservation_id,
      r.lead_id,
      at,
      SOON_MS,
    );
  }
}

export function freeConsumers(room: Room, r: Reservation): void {
  for (const key of r.consumer_keys) {
    room.sql.run("DELETE FROM consumers WHERE consumer_key = ? AND reservation_id = ?", key, r.reservation_id);
  }
}
