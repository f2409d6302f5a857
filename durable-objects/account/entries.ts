import type { LedgerEvent } from "../../schema/events.ts";
import type { Money } from "../../schema/money.ts";
import { entryMovements, type Movement } from "../../worker/auction/money-rules.ts";
import { fundsOf, moveFunds, type Room, tell } from "./room.ts";
import { availableChanged } from "./status.ts";

export interface Entry {
  id: string;
  kind: "deposit" | "credit" | "adjustment";
  /** Deposits and credits above 0. */
  amount: Money;
  reason: string;
  author: string;
}

/** An error that the caller may tell apart by `code`, and by its message's first word once it has crossed a process. */
export class EntryError extends Error {
  constructor(
    readonly code: "entry_conflict" | "entry_invalid",
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

/**
 * Money brought in or corrected by hand, booked once per id.
 * @throws {EntryError} `entry_conflict` when the id was used with other content; `entry_invalid` for amounts that cannot be.
 */
export function entry(room: Room, wanted: Entry, now: number): { balance: Money; repeated: boolean } {
  const known = room.sql.all<{ kind: string; amount: number; reason: string }>(
    "SELECT kind, amount, reason FROM entries WHERE id = ?",
    wanted.id,
  )[0];
  if (known) {
    const same = known.kind === wanted.kind && known.amount === wanted.amount && known.reason === wanted.reason;
    if (!same) throw new EntryError("entry_conflict", "this id was booked with another kind, amount or reason");
    return { balance: fundsOf(room).balance, repeated: true };
  }
  const { id, kind, amount, reason, author } = wanted;
  if (!Number.isSafeInteger(amount) || amount === 0) throw new EntryError("entry_invalid", "the amount must not be 0");
  if (amount < 0 && kind !== "adjustment") throw new EntryError("entry_invalid", `a ${kind} must be above 0`);
  room.sql.run(
    "INSERT INTO entries (id, kind, amount, reason, author, at) VALUES (?, ?, ?, ?, ?, ?)",
    id,
    kind,
    amount,
    reason,
    author,
    now,
  );
  moveFunds(room, { balance: amount });
  tell(
    room,
    movementEvents(entryRef(room, id), entryMovements(room.buyer, kind, amount), now, { reason, author }),
    now,
  );
  availableChanged(room, now);
  return { balance: fundsOf(room).balance, repeated: false };
}

export const entryRef = (room: Room, id: string): string => `entry:${room.buyer}:${id}`;

/** The rows of one `ref`; they must sum to zero, or nothing of the transaction happens. */
export function movementEvents(
  ref: string,
  movements: Movement[],
  at: number,
  by?: { reason: string; author: string },
): LedgerEvent[] {
  const sum = movements.reduce((total, movement) => total + movement.amount, 0);
  if (sum !== 0) throw new Error("the movements of one ref must sum to zero");
  return movements.map((movement, i) => ({
    table: "money_movements" as const,
    row: { id: `${ref}:${i}`, at, ref, ...movement, ...by },
  }));
}
