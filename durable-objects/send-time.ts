import type { Look } from "./due-table.ts";

/** Events wait so long (ms) for others to share their batch to D1. */
export const OUTBOX_EVERY = 1_000;
/** While they keep coming, batches are so far apart (ms): sums, marks and alarms are rows of a batch. */
export const OUTBOX_BUSY = 5_000;

/**
 * When an outbox's next batch goes. In memory: that something waits is seen from what waits, so an object that starts anew sends it in a
 * moment, and no row has to say so.
 */
export class SendTime {
  /** null: nothing waits; undefined: not known yet. */
  private at: number | null | undefined;
  private drained_at = 0;

  /** Since when something has been waiting. */
  constructor(private readonly since: () => number | null) {}

  /** Something waits to be sent, in a moment or at once; returns when it will be. */
  want(now: number, urgent = false): number {
    const at = Math.min(this.time() ?? Number.MAX_SAFE_INTEGER, urgent ? now : this.soon(now));
    this.at = at;
    return at;
  }

  /** When what came just now is sent. */
  soon(now: number): number {
    return now + Math.min(OUTBOX_BUSY, Math.max(OUTBOX_EVERY, this.drained_at + OUTBOX_BUSY - now));
  }

  /** A batch went. */
  drained(now: number): void {
    this.drained_at = now;
  }

  private time(): number | null {
    if (this.at === undefined) {
      const since = this.since();
      this.at = since === null ? null : since + OUTBOX_EVERY;
    }
    return this.at;
  }

  /** The due kind `outbox`. */
  look(): Look {
    return {
      kind: "outbox",
      next: () => this.time(),
      ready: (now) => {
        const at = this.time();
        return at !== null && at <= now ? [{ key: "", at }] : [];
      },
      put: (_key, at, earlier) => {
        this.at = earlier ? Math.min(at, this.time() ?? at) : at;
        return true;
      },
      drop: () => {
        this.at = null;
      },
    };
  }
}
