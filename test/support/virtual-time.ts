import { EventHeap, type Timed } from "./event-heap.ts";

interface Event extends Timed {
  run: () => void;
  cancelled: boolean;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Time that passes only when nothing is left to do. Events at one time run in the order they were set, each followed by all the
 * microtasks that it caused; so a run depends on nothing but its seed. Work that really leaves the thread (Web Crypto) holds the
 * clock while it lasts.
 */
export class VirtualTime {
  private current: number;
  private order = 0;
  private outside = 0;
  private readonly events = new EventHeap<Event>();

  constructor(start = 1_800_000_000_000) {
    this.current = start;
  }

  /** Epoch ms. */
  readonly now = (): number => this.current;

  /** Fits `Deps.timer`. */
  readonly timer = (fn: () => void, ms: number): (() => void) => {
    const event: Event = { at: this.current + Math.max(0, ms), order: this.order++, run: fn, cancelled: false };
    this.events.push(event);
    return () => {
      event.cancelled = true;
    };
  };

  readonly sleep = (ms: number): Promise<void> => new Promise((resolve) => void this.timer(resolve, ms));

  /** Lets time pass until `main` is settled, and no further. Throws when it waits for something that will never happen. */
  async run<T>(main: () => Promise<T>): Promise<T> {
    const restore = this.holdDuringCrypto();
    let over = false;
    const result = main().finally(() => {
      over = true;
    });
    result.catch(() => {});
    try {
      await this.quiet();
      while (!over) {
        if (!this.step()) throw new Error("virtual time: nothing is due, and the run has not ended");
        await this.quiet();
      }
      return await result;
    } finally {
      restore();
    }
  }

  /** Lets exactly `ms` pass. */
  pass(ms: number): Promise<void> {
    return this.run(() => this.sleep(ms));
  }

  private step(): boolean {
    for (let event = this.events.pop(); event; event = this.events.pop()) {
      if (event.cancelled) continue;
      this.current = Math.max(this.current, event.at);
      event.run();
      return true;
    }
    return false;
  }

  private async quiet(): Promise<void> {
    do await settled();
    while (this.outside > 0);
  }

  private holdDuringCrypto(): () => void {
    const subtle = crypto.subtle as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    const names = [
      "digest",
      "sign",
      "verify",
      "encrypt",
      "decrypt",
      "importKey",
      "exportKey",
      "deriveBits",
      "generateKey",
    ];
    for (const name of names) {
      const original = subtle[name];
      if (!original || Object.hasOwn(subtle, name)) continue;
      const held = (...args: unknown[]) => {
        this.outside++;
        return Reflect.apply(original, subtle, args).finally(() => this.outside--);
      };
      Object.defineProperty(subtle, name, { value: held, configurable: true });
    }
    return () => {
      for (const name of names) delete subtle[name];
    };
  }
}
