import { type Deps, sleep } from "../deps.ts";
import type { RawRows, Seen } from "./snapshot.ts";
import { Snapshot } from "./snapshot.ts";

/** Where a snapshot's rows come from: D1's changes, and a book's copy for a cold isolate while D1 is away. */
export interface SnapshotSources {
  changes(since: Seen): Promise<RawRows>;
  copy(): Promise<{ at: number; rows: RawRows } | null>;
}

/** Ms. A snapshot is refreshed in the background after `fresh`, waited for after `stale`, and refused after `dead`. A read is given up after `hung`. */
export const AGES = { fresh: 1_000, stale: 2_000, dead: 600_000, wait: 100, cold: 1_500, hung: 10_000 } as const;

/** Ms between two looks at what another request is reading. */
const JOIN_MS = 5;

export class SnapshotUnavailable extends Error {
  constructor() {
    super("configuration cannot be read right now");
  }
}

/**
 * One isolate's snapshot. Promises may not be shared between requests, plain data may: so whoever finds it old reads the changes
 * itself, at most one attempt a second in the whole isolate once there is something to go on with.
 */
export class SnapshotStore {
  private snapshot: Snapshot | null = null;
  /** When the newest successful read began. */
  private readAt = 0;
  private attemptAt = 0;
  /** Reads on their way. */
  private reading = 0;
  private expired = false;

  /** Age in ms; Infinity when there is none. */
  age(now: number): number {
    return this.snapshot ? now - this.readAt : Number.POSITIVE_INFINITY;
  }

  /** @throws SnapshotUnavailable when nothing younger than ten minutes can be had. */
  async get(deps: Deps, sources: SnapshotSources): Promise<Snapshot> {
    if (this.age(deps.now()) > AGES.dead) await this.cold(deps, sources);
    else if (this.mustWait(deps.now())) {
      if (this.mayTry(deps.now())) await within(deps, AGES.wait, this.read(deps, sources));
      else await this.join(deps);
    }
    if (!this.snapshot || this.age(deps.now()) > AGES.dead) throw new SnapshotUnavailable();
    return this.snapshot;
  }

  /** Would {@link refresh} read anything? */
  isDue(now: number): boolean {
    return (this.expired || this.age(now) > AGES.fresh) && now - this.attemptAt >= AGES.fresh;
  }

  /** For `waitUntil`, after the answer. */
  async refresh(deps: Deps, sources: SnapshotSources): Promise<void> {
    if (this.isDue(deps.now()) && this.mayTry(deps.now())) await this.read(deps, sources);
  }

  /** The next request reads the changes whatever the age: after a change by this isolate. */
  expire(): void {
    this.expired = true;
    this.attemptAt = 0;
  }

  private mustWait(now: number): boolean {
    return this.expired || this.age(now) > AGES.stale;
  }

  /** Another request is reading: its promise is not ours to await, what it finds is. Nobody waits past the end of its waiting. */
  private async join(deps: Deps): Promise<void> {
    while (this.reading > 0 && this.mustWait(deps.now()) && deps.now() - this.attemptAt < AGES.wait)
      await sleep(deps, JOIN_MS);
  }

  private mayTry(now: number): boolean {
    if (now - this.attemptAt < AGES.fresh) return false;
    this.attemptAt = now;
    return true;
  }

  /** Nothing here that may be used: a new isolate, or one that slept too long. D1 first, then the copy. */
  private async cold(deps: Deps, sources: SnapshotSources): Promise<void> {
    const read = await within(deps, AGES.cold, this.read(deps, sources));
    if (read || this.age(deps.now()) <= AGES.dead) return;
    const copy = await within(
      deps,
      AGES.cold,
      sources.copy().catch(() => null),
    );
    if (!copy || copy.at <= this.readAt) return;
    const snapshot = new Snapshot();
    snapshot.apply(copy.rows);
    this.snapshot = snapshot;
    this.readAt = copy.at;
  }

  /** True when it worked. Changes that two requests read at once are applied twice, which changes nothing. */
  private async read(deps: Deps, sources: SnapshotSources): Promise<boolean> {
    const began = deps.now();
    this.reading++;
    try {
      const base = this.snapshot ?? new Snapshot();
      const rows = await within(deps, AGES.hung, sources.changes({ ...base.seen }));
      if (!rows) return false;
      base.apply(rows);
      // Meanwhile a copy may have taken its place: then that one learns what was read, too.
      if (this.snapshot && this.snapshot !== base) this.snapshot.apply(rows);
      this.snapshot ??= base;
      this.readAt = Math.max(this.readAt, began);
      this.expired = false;
      return true;
    } catch {
      return false;
    } finally {
      this.reading--;
    }
  }
}

/** The promise's value, or null when it takes longer. */
function within<T>(deps: Deps, ms: number, promise: Promise<T>): Promise<T | null> {
  return new Promise((resolve) => {
    const cancel = deps.timer(() => resolve(null), ms);
    promise.then(
      (value) => {
        cancel();
        resolve(value);
      },
      () => {
        cancel();
        resolve(null);
      },
    );
  });
}
