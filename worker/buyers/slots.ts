/** A place in the queue. `granted` resolves true when the slot is held (release it), false when {@link Ticket.cancel} came first. */
export interface Ticket {
  granted: Promise<boolean>;
  /** No effect once the slot is granted. */
  cancel(): void;
}

/** Told how long each slot was waited for, in ms, when it is granted. */
export interface SlotObserver {
  now(): number;
  waited(ms: number): void;
}

interface Waiter {
  grant(held: boolean): void;
  since: number;
}

/**
 * The connections that one invocation, or one object, may have waiting for an answer: six on the platform, which queues the
 * seventh in silence while its timers run. So we queue ourselves, first in first out, and start timers at dispatch.
 */
export class SlotPool {
  private used = 0;
  private readonly waiters: Waiter[] = [];

  readonly size: number;
  private readonly observer: SlotObserver | undefined;

  constructor(size = 6, observer?: SlotObserver) {
    this.size = size;
    this.observer = observer;
  }

  /** Slots that {@link tryAcquire} would give; none while somebody waits. */
  get free(): number {
    return this.waiters.length > 0 ? 0 : this.size - this.used;
  }

  get waiting(): number {
    return this.waiters.length;
  }

  /** All `count` slots at once or none, without waiting and without overtaking those who wait. */
  tryAcquire(count = 1): boolean {
    if (count > this.free) return false;
    this.used += count;
    return true;
  }

  acquire(): Ticket {
    if (this.tryAcquire()) {
      this.observer?.waited(0);
      return { granted: Promise.resolve(true), cancel: () => {} };
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const waiter: Waiter = { grant: resolve, since: this.observer?.now() ?? 0 };
    this.waiters.push(waiter);
    return { granted: promise, cancel: () => this.drop(waiter) };
  }

  release(count = 1): void {
    if (count > this.used) throw new Error("slot pool: more slots released than held");
    this.used -= count;
    while (this.used < this.size) {
      const next = this.waiters.shift();
      if (!next) return;
      this.used++;
      if (this.observer) this.observer.waited(this.observer.now() - next.since);
      next.grant(true);
    }
  }

  private drop(waiter: Waiter): void {
    const at = this.waiters.indexOf(waiter);
    if (at < 0) return;
    this.waiters.splice(at, 1);
    waiter.grant(false);
  }
}
