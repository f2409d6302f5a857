import { EventHeap, type Timed } from "../../support/event-heap.ts";

interface Event extends Timed {
  run: (() => void) | null;
}

/** Events between two turns of the real event loop, so that signals get through. */
const TURN = 4_096;

/**
 * Simulated time. It passes only when nothing is left to do: each event is followed by all the microtasks that it caused, then comes
 * the next. Nothing here waits for the real clock or leaves the thread, so that a run depends on nothing but its seed.
 */
export class SimTime {
  private order = 0;
  private readonly events = new EventHeap<Event>();

  constructor(private current = 1_800_000_000_000) {}

  /** Epoch ms. */
  now(): number {
    return this.current;
  }

  /** Runs `run` after `ms`; the returned function cancels it. */
  after(ms: number, run: () => void): () => void {
    const event: Event = { at: this.current + Math.max(0, ms), order: this.order++, run };
    this.events.push(event);
    return () => {
      event.run = null;
    };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve));
  }

  /** Lets time pass until `end` (epoch ms) or until nothing is due any more. Rejects with what an event throws. */
  run(end: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let turns = 0;
      const next = (): void => {
        try {
          const event = this.pop(end);
          if (!event) {
            resolve();
            return;
          }
          this.current = Math.max(this.current, event.at);
          event.run?.();
        } catch (error) {
          reject(error);
          return;
        }
        if (++turns % TURN === 0) setImmediate(next);
        // A tick that a microtask asks for comes once all microtasks are done.
        else queueMicrotask(() => process.nextTick(next));
      };
      queueMicrotask(() => process.nextTick(next));
    });
  }

  /** The next event up to `end` that was not cancelled. */
  private pop(end: number): Event | null {
    for (;;) {
      const first = this.events.peek();
      if (!first) return null;
      if (first.run !== null && first.at > end) {
        this.current = end;
        return null;
      }
      this.events.pop();
      if (first.run !== null) return first;
    }
  }
}
