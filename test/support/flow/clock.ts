interface Timer {
  at: number;
  run(): void;
}

/** Ticks of the event loop without any call under way after which time may jump. */
const QUIET_TICKS = 3;

/**
 * Time for flows on real objects: the real one plus jumps. Whenever nobody works and nothing but timers is left to wait for, it
 * jumps to the next of them, so that a deadline of five seconds costs milliseconds. It never runs behind the real time: alarms
 * of objects, which the platform sets by the real clock, would spin.
 */
export class FlowClock {
  private offset = 0;
  private working = 0;
  private activity = 0;
  private running = false;
  private readonly timers = new Set<Timer>();

  /** Epoch ms. */
  readonly now = (): number => Date.now() + this.offset;

  /** Fits `Deps.timer`. */
  readonly timer = (fn: () => void, ms: number): (() => void) => {
    const timer = { at: this.now() + Math.max(0, ms), run: fn };
    this.timers.add(timer);
    this.activity++;
    return () => void this.timers.delete(timer);
  };

  readonly sleep = (ms: number): Promise<void> => new Promise((resolve) => void this.timer(resolve, ms));

  /** Holds the clock while a call is under way. */
  async during<T>(call: () => Promise<T>): Promise<T> {
    this.working++;
    try {
      return await call();
    } finally {
      this.working--;
      this.activity++;
    }
  }

  /** What is due in between runs at the next tick. */
  jump(ms: number): void {
    this.offset += ms;
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    void this.run();
  }

  stop(): void {
    this.running = false;
    this.timers.clear();
  }

  private async run(): Promise<void> {
    let quiet = 0;
    let seen = -1;
    while (this.running) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      quiet = this.working === 0 && this.activity === seen ? quiet + 1 : 0;
      seen = this.activity;
      const next = this.next();
      if (!next) continue;
      if (next.at > this.now()) {
        if (quiet < QUIET_TICKS) continue;
        this.offset += next.at - this.now();
      }
      quiet = 0;
      this.timers.delete(next);
      next.run();
    }
  }

  private next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.timers) if (!first || timer.at < first.at) first = timer;
    return first;
  }
}
