interface Event {
  at: number;
  order: number;
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
  private readonly heap: Event[] = [];

  constructor(start = 1_800_000_000_000) {
    this.current = start;
  }

  /** Epoch ms. */
  readonly now = (): number => this.current;

  /** Fits `Deps.timer`. */
  readonly timer = (fn: () => void, ms: number): (() => void) => {
    const event: Event = { at: this.current + Math.max(0, ms), order: this.order++, run: fn, cancelled: false };
    this.push(event);
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
    for (let event = this.pop(); event; event = this.pop()) {
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

  private push(event: Event): void {
    const { heap } = this;
    let at = heap.length;
    heap.push(event);
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up];
      if (!parent || !before(event, parent)) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = event;
  }

  private pop(): Event | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const [a, b] = [heap[left], heap[left + 1]];
      if (!a) break;
      const child = b && before(b, a) ? left + 1 : left;
      const next = heap[child];
      if (!next || !before(next, last)) break;
      heap[at] = next;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

const before = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
