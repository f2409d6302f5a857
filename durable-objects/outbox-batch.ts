import type { LedgerEvent, NumberedEvent } from "../schema/events.ts";

/** Events that are sent together, or not at all. */
export interface Waiting {
  last_n: number;
  events: NumberedEvent[];
  /** Of the events as JSON. */
  chars: number;
}
/** Events that an object keeps elsewhere, under numbers of the same row of numbers, and that stay there when they are sent. */
export interface Kept {
  /** At most `limit`, no more once they have reached so many characters, nor more than a moment's work; empty: there are none. */
  after(n: number, limit: number, chars: number): Waiting[];
  /** The newest number; 0: none. */
  last(): number;
  pendingAfter(n: number): { events: number; oldest_at: number | null };
}

/**
 * The oldest of an outbox's own rows and of what is kept elsewhere, in order. Of the latter there may be more than was read (`all_read` false;
 * `read`: up to which number): no row of its own goes before that.
 */
export function batchOf(
  rows: readonly Waiting[],
  kept: readonly Waiting[],
  { all_read, read, limit, most_bytes }: { all_read: boolean; read: number; limit: number; most_bytes: number },
): Waiting[] {
  const next = all_read ? rows : rows.filter(({ last_n }) => last_n < read);
  const all = [...next, ...kept].sort((a, b) => a.last_n - b.last_n).slice(0, limit);
  let bytes = 0;
  return all.filter(({ chars }, i) => {
    bytes += chars;
    return i === 0 || bytes <= most_bytes;
  });
}

/** D1 will never take these rows: they stay in `outbox_refused`, and the operator must hear of it. */
export function refusedAlert(object: string, refused: readonly number[], now: number): LedgerEvent {
  const message = `D1 refused ${refused.length} of this object's events (from number ${refused[0]}); they are kept in its outbox_refused.`;
  return {
    table: "alerts",
    row: {
      id: `refused:${object}:${refused[0]}`,
      at: now,
      kind: "ledger_refused",
      subject: `object:${object}`,
      message,
    },
  };
}
