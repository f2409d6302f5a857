import { type Money, money, ZERO } from "../../schema/money.ts";
import type { RefundCommand, RefundReply } from "../../schema/rpc/account.ts";
import { refundMovements } from "../../worker/auction/money-rules.ts";
import { movementEvents } from "./entries.ts";
import { freeConsumers, reservation, save, tellReservation } from "./reservations.ts";
import { moveFunds, type Room, tell } from "./room.ts";
import { availableChanged, closureChanged } from "./status.ts";
import { giveBack } from "./tallies.ts";

/** The ledger shows the reason; a longer one is cut. */
const REASON_LENGTH = 200;

/** What of a reservation's charge was given back so far. */
export function refundedOf(room: Room, reservation_id: string): Money {
  const row = room.sql.all<{ sum: number | null }>(
    "SELECT sum(amount) AS sum FROM refunds WHERE reservation_id = ?",
    reservation_id,
  )[0];
  return money(row?.sum ?? 0);
}

export const refundRef = (reservation_id: string): string => `refund:${reservation_id}`;

/**
 * Gives a captured charge back, whole and once: what another id has given back is not given again (amount 0). The reservation stays
 * captured; its consumer is free, and its place under the caps too where `free_place` says so. Its pacing slot stays: the buyer had
 * the lead. Anything that is not captured is refused, and an id that was never heard of with `none`.
 * @throws when the id was used for another reservation.
 */
export function refund(room: Room, command: RefundCommand, now: number): RefundReply {
  if (command.v !== 1) throw new Error("refund: unknown version");
  const { id, reservation_id, author } = command;
  const done = room.sql.all<{ reservation_id: string; amount: number }>(
    "SELECT reservation_id, amount FROM refunds WHERE id = ?",
    id,
  )[0];
  if (done) {
    if (done.reservation_id !== reservation_id) throw new Error("refund_conflict: this id refunded something else");
    return { kind: "refunded", amount: money(done.amount), repeated: true };
  }
  const known = reservation(room, reservation_id);
  if (known?.state !== "captured") return { kind: "refused", state: known?.state ?? "none" };
  const first =
    room.sql.all("SELECT 1 AS n FROM refunds WHERE reservation_id = ? LIMIT 1", reservation_id).length === 0;
  const price = known.price ?? ZERO;
  const amount = first ? price : ZERO;
  const reason = command.reason.slice(0, REASON_LENGTH);
  room.sql.run(
    "INSERT INTO refunds (id, reservation_id, amount, reason, author, at) VALUES (?, ?, ?, ?, ?, ?)",
    ...[id, reservation_id, amount, reason, author, now],
  );
  if (!first) return { kind: "refunded", amount, repeated: false };
  moveFunds(room, { balance: amount });
  if (command.free_place) giveBack(room, known, 1, amount);
  freeConsumers(room, known);
  const refunded = { ...known, why: `refunded: ${reason}` };
  save(room, refunded);
  tellReservation(room, refunded, now);
  const movements = refundMovements(room.buyer, amount);
  tell(room, movementEvents(refundRef(reservation_id), movements, now, { reason, author }), now);
  availableChanged(room, now);
  closureChanged(room, known.contract_id, now, known.source);
  return { kind: "refunded", amount, repeated: false };
}
