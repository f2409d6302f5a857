import type { Deps } from "../../worker/deps.ts";
import { type Behaviour, Connections, EmulatedNetwork } from "./emulated-transport.ts";
import { seededRandom } from "./random.ts";
import { VirtualTime } from "./virtual-time.ts";

/** Ms; the figures of the platform that the tests are held to. */
export interface Latencies {
  /** A call of an object there and back, half each way. */
  hop: number;
  /** Until a write is stored and the reply let go. */
  flush: number;
  queue_send: number;
}
export const LATENCIES: Latencies = { hop: 8, flush: 12, queue_send: 60 };

/** An object as its callers see it: every method answers later. */
export type Remote<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
};

export interface ObjectOptions {
  /** Which methods write, and so wait for the flush before they answer. Default: none. */
  writes?: boolean | string[];
  /** Asked at each call: true = the object cannot be reached. */
  down?(method: string): boolean;
}

/** What one Worker invocation has: its own six connections, and work that goes on after its answer. */
export interface Invocation {
  deps: Deps;
  waitUntil(promise: Promise<unknown>): void;
  /** A call of D1, KV or R2: holds one of the six for `ms`. */
  io(ms: number): Promise<void>;
  /** All that `waitUntil` was given has ended. Rejects with the first failure. */
  settled(): Promise<void>;
}

/**
 * The platform in virtual time, with the limits that no local runtime enforces: six connections per invocation and per object,
 * first in first out, timers that tick while a call is queued, object hops, write flushes, slow queue sends.
 *
 * @example
 * const platform = new EmulatedPlatform(7);
 * platform.network.buyer("a.example", () => ({ after_ms: 40, body: '{"bid":12}' }));
 * const book: BookPort = platform.object("book", bookCore, { writes: ["claim", "close"] });
 * const reply = await platform.time.run(() => flow(platform.invocation(), book));
 */
export class EmulatedPlatform {
  readonly time = new VirtualTime();
  readonly network = new EmulatedNetwork(this.time);
  readonly random: () => number;
  /** Calls so far: by `<object's name>.<method>`, and `queue.send`. */
  readonly counts = new Map<string, number>();
  /** Set by a test: may throw at a named crash point. */
  crash: (point: string) => void = () => {};

  constructor(
    readonly seed: number,
    readonly latencies: Latencies = LATENCIES,
  ) {
    this.random = seededRandom(seed);
  }

  buyer(host: string, behaviour: Behaviour): void {
    this.network.buyer(host, behaviour);
  }

  /** Dependencies with six connections of their own: one set per invocation, one per object. */
  deps(connections = new Connections()): Deps {
    const { time, network, random } = this;
    return {
      // Whole ms, as a real clock tells.
      now: () => Math.floor(time.now()),
      timer: time.timer,
      random,
      bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(random() * 256)),
      fetch: ({ url, init }) => {
        const called_at = time.now();
        return connections.hold(init.signal, () => network.send(url, init, called_at));
      },
      crash: (point) => this.crash(point),
    };
  }

  invocation(): Invocation {
    const connections = new Connections();
    const background: Promise<unknown>[] = [];
    return {
      deps: this.deps(connections),
      io: (ms) => connections.hold(null, () => this.time.sleep(ms)),
      waitUntil: (promise) => {
        promise.catch(() => {});
        background.push(promise);
      },
      settled: async () => {
        for (let done = 0; done < background.length; done++) await background[done];
      },
    };
  }

  /** Wraps an object's core (or any port): hop there, work, flush if it writes, hop back. Arguments and results are copies. */
  object<T extends object>(name: string, core: T, { writes = false, down }: ObjectOptions = {}): Remote<T> {
    const flushes = (method: string) => (Array.isArray(writes) ? writes.includes(method) : writes);
    const half = () => this.time.sleep(this.latencies.hop / 2);
    const remote = new Proxy(core, {
      get: (target, method) => {
        const work = Reflect.get(target, method) as unknown;
        if (typeof work !== "function" || typeof method !== "string") return undefined;
        return async (...args: unknown[]) => {
          this.count(`${name}.${method}`);
          const sent = structuredClone(args);
          await half();
          if (down?.(method)) throw new Error("Network connection lost.");
          const result: unknown = await Reflect.apply(work, target, sent);
          const reply = structuredClone(result);
          if (flushes(method)) await this.time.sleep(this.latencies.flush);
          await half();
          return reply;
        };
      },
    });
    return remote as Remote<T>;
  }

  /** A queue whose messages reach `consume` after their delay, each in a later invocation. A send holds one of the sender's six. */
  queue<M>(consume: (message: M) => Promise<void>): (from: Invocation, message: M, delay_s?: number) => Promise<void> {
    return async (from, message, delay_s = 0) => {
      this.count("queue.send");
      const copy = structuredClone(message);
      await from.io(this.latencies.queue_send);
      this.time.timer(() => void consume(copy), delay_s * 1_000);
    };
  }

  private count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}
