import type { Look } from "./due-table.ts";
import { DueTime } from "./due-time.ts";

/** Events wait so long (ms) for others to share their batch to D1. */
export const OUTBOX_EVERY = 1_000;
/** While they keep coming, batches are so far apart (ms): sums, marks and alarms are rows of a batch. */
export const OUTBOX_BUSY = 5_000;

/** When an outbox's next batch goes: an object that starts anew sends what waits in a moment. */
export class SendTime {
  private readonly due: DueTime;
  private drained_at = 0;

  /** Since when something has been waiting. */
  constructor(since: () => number | null) {
    this.due = new DueTime("outbox", () => {
      const at = since();
      return at === null ? null : at + OUTBOX_EVERY;
    });
  }

  /** Something waits to be sent, in a moment or at once; returns when it will be. */
  want(now: number, urgent = false): number {
    return this.due.by(urgent ? now : this.soon(now));
  }

  /** When what came just now is sent. */
  soon(now: number): number {
    return now + Math.min(OUTBOX_BUSY, Math.max(OUTBOX_EVERY, this.drained_at + OUTBOX_BUSY - now));
  }

  /** A batch went. */
  drained(now: number): void {
    this.drained_at = now;
  }

  /** The due kind `outbox`. */
  look(): Look {
    return this.due.look();
  }
}
