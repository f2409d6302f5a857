import type { LedgerEvent } from "../../schema/events.ts";
import type { ReservationState } from "../../schema/lists.ts";
import { money } from "../../schema/money.ts";
import type { CaptureCommand, CaptureReply } from "../../schema/rpc/account.ts";
import { captureMovements } from "../../worker/auction/money-rules.ts";
import { isOpen, releaseShows } from "../buyer-account-rules.ts";
import { postShowed } from "./breakers.ts";
import { movementEvents } from "./entries.ts";
import { leastEpoch } from "./fences.ts";
import { withoutHold } from "./holds.ts";
import { giveSlotBack } from "./pace.ts";
import { refundedOf } from "./refund.ts";
import {
  freeConsumers,
  markConsumers,
  type Reservation,
  reservation,
  reservationEvent,
  save,
  tellReservation,
} from "./reservations.ts";
import { DAY_MS, moveFunds, type Room, tell } from "./room.ts";
import { availableChanged, closureChanged } from "./status.ts";
import { giveBack } from "./tallies.ts";

/** A hold that nobody settled is in doubt for as long as an unknown answer is (72 h). */
export const DOUBT_TTL_MS = 3 * DAY_MS;

/**
 * The commit point of a sale: the hold becomes a charge, at most at its amount; what is left of it goes back. Repeated: the first
 * capture's price. Nothing that was released or has expired is charged: that is `contested`, with an alert.
 */
export function capture(room: Room, command: CaptureCommand, now: number): CaptureReply {
  if (command.v !== 1) throw new Error("capture: unknown version");
  if (!Number.isSafeInteger(command.price) || command.price < 0) throw new Error("capture: price must be 0 or more");
  const known = reservation(room, command.reservation_id);
  if (known?.state === "captured") return { kind: "captured", price: known.price ?? money(0) };
  if (!known || !isOpen(known.state)) return contested(room, command, known?.state ?? "none", now);
  const price = money(Math.min(command.price, known.amount));
  const captured: Reservation = { ...known, price };
  moveFunds(room, { balance: -price, held: -known.amount, holds: withoutHold(room.sql, known.reservation_id) });
  giveBack(room, known, 0, known.amount - price);
  markConsumers(room, known, now);
  const charge = movementEvents(known.reservation_id, captureMovements(room.buyer, price), now);
  ended(room, captured, "captured", null, now, charge);
  postShowed(room, known, "ok", now);
  return { kind: "captured", price };
}

function contested(room: Room, command: CaptureCommand, state: ReservationState | "none", now: number): CaptureReply {
  const { reservation_id, attempt_id } = command;
  const message = `accepted by the buyer although the reservation is ${state}: nothing was charged`;
  const id = `contested:${room.buyer}:${reservation_id}:${attempt_id}`;
  tell(
    room,
    [{ table: "alerts", row: { id, at: now, kind: "contested", subject: `reservation:${reservation_id}`, message } }],
    now,
  );
  return { kind: "contested", state };
}

/**
 * A definite no: money, counts and consumer are free again. True when nothing is held or charged any more (also for an id that never
 * was); false when it is captured, or in the hands of a later epoch than the caller's. After an expired doubt only the count is left
 * to give back.
 */
export function release(room: Room, reservation_id: string, why: string, now: number, epoch?: number): boolean {
  const known = reservation(room, reservation_id);
  if (known?.state === "captured") return refundedOf(room, reservation_id) > 0;
  if (!known || known.state === "released") return true;
  if (epoch !== undefined && epoch < Math.max(known.epoch, leastEpoch(room, known.lead_id))) return false;
  const open = isOpen(known.state);
  if (open) moveFunds(room, { held: -known.amount, holds: withoutHold(room.sql, reservation_id) });
  giveBack(room, known, 1, open ? known.amount : 0);
  giveSlotBack(room, known);
  freeConsumers(room, known);
  ended(room, known, "released", why, now);
  postShowed(room, known, releaseShows(why), now);
  return true;
}

/** The outcome is unknown: the hold stays, at most until `ttl_ms` from now, and never longer than an earlier doubt said. */
export function doubt(room: Room, reservation_id: string, ttl_ms: number, now: number): void {
  const known = reservation(room, reservation_id);
  if (!known || !isOpen(known.state)) return;
  const doubt_until = Math.min(known.doubt_until ?? Number.MAX_SAFE_INTEGER, now + ttl_ms);
  const doubted: Reservation = { ...known, state: "in_doubt", doubted_at: known.doubted_at ?? now, doubt_until };
  save(room, doubted);
  room.due.drop("hold", reservation_id);
  room.due.put("doubt", reservation_id, doubt_until);
  if (known.state === "held") tellReservation(room, doubted, now);
  postShowed(room, known, "failed", now);
}

/** Due `hold`: nobody settled it in time. What became of it is unknown, so it is never simply released. */
export function holdEnded(room: Room, reservation_id: string, now: number): void {
  if (reservation(room, reservation_id)?.state === "held") doubt(room, reservation_id, DOUBT_TTL_MS, now);
}

/** Due `doubt`: the money returns, the count stays to its window's end. */
export function doubtEnded(room: Room, reservation_id: string, now: number): void {
  const known = reservation(room, reservation_id);
  if (known?.state !== "in_doubt") return;
  moveFunds(room, { held: -known.amount });
  giveBack(room, known, 0, known.amount);
  freeConsumers(room, known);
  ended(room, known, "expired", "doubt_ttl", now);
}

/** What every end has in common: state, timers, the ledger's copy (with what else this end tells: one write of the outbox), status. */
function ended(
  room: Room,
  r: Reservation,
  state: "captured" | "released" | "expired",
  why: string | null,
  now: number,
  also: LedgerEvent[] = [],
): void {
  const final: Reservation = { ...r, state, why, ended_at: now };
  save(room, final);
  room.due.drop("hold", r.reservation_id);
  room.due.drop("doubt", r.reservation_id);
  room.due.putEarlier("purge", "", now + DAY_MS);
  tell(room, [reservationEvent(room, final), ...also], now);
  availableChanged(room, now);
  closureChanged(room, r.contract_id, now, r.source);
}
