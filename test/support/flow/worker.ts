import { env } from "cloudflare:workers";
import type { DeliveryMessage } from "../../../schema/queue.ts";
import { type Deps, realDeps } from "../../../worker/deps.ts";
import type { Gateway } from "../../../worker/gateway/gateway.ts";
import { realGateway } from "../../../worker/gateway/real.ts";
import type { FlowClock } from "./clock.ts";

/** What happens to a worker at its n-th crash point: it is gone, or it stands still until {@link FlowWorker.resume}. */
export interface Fate {
  at: number;
  kind: "dies" | "stalls";
}

/** Longer than any lease (a wake-up's is 53 s) and any pause of a plan. */
export const STALL_MS = 120_000;

class Died extends Error {}
const never = <T>(): Promise<T> => new Promise<T>(() => {});

/** Milliseconds between looks at an outcome that is waited for. The book's own waiting goes by its own timers. */
const LOOK_MS = 100;

/**
 * One invocation of the Worker, with a life of its own. Dead, it does nothing any more: no call, no timer, no answer comes
 * through, whatever its code catches. Its calls that were under way reach their objects all the same, as they would.
 */
export class FlowWorker {
  /** The crash points that it passed, in order. */
  readonly points: string[] = [];
  readonly messages: { message: DeliveryMessage; delay_s: number }[] = [];
  readonly g: Gateway;
  /** Resolves when it is gone or stands still. */
  readonly lost: Promise<"lost">;
  private state: "alive" | "dead" | "stalled" = "alive";
  private resumed = false;
  private readonly losing = Promise.withResolvers<"lost">();
  private readonly resuming = Promise.withResolvers<void>();
  private readonly background: Promise<unknown>[] = [];

  constructor(
    private readonly clock: FlowClock,
    fetch: Deps["fetch"],
    private readonly fate?: Fate,
    private readonly onCall: (object: string, method: string, result: unknown) => void = () => {},
  ) {
    this.lost = this.losing.promise;
    const real = realGateway(env, { waitUntil: () => {} });
    const deps: Deps = {
      ...realDeps,
      now: clock.now,
      timer: (fn, ms) => clock.timer(() => void this.gate().then(fn), ms),
      fetch: async (request) => this.through(() => fetch(request)),
      crash: (point) => this.pass(point),
    };
    this.g = {
      ...real,
      deps,
      snapshot: () => this.io("snapshot", "get", () => real.snapshot()),
      refreshSnapshot: async () => {},
      book: (shard) => this.port("book", real.book(shard)),
      account: (buyer_id) => this.port(buyer_id, real.account(buyer_id)),
      enqueue: async (message, delay_s) => void this.messages.push({ message, delay_s }),
      waitUntil: (promise) => void this.background.push(promise.catch(() => {})),
      log: () => {},
    };
  }

  /** Waits for what it does, or until it is lost. */
  async run<T>(flow: (g: Gateway) => Promise<T>): Promise<T | "lost"> {
    const work = flow(this.g);
    this.background.push(work.catch(() => {}));
    const result = await Promise.race([work, this.lost]).catch((error: unknown) => {
      if (error instanceof Died) return "lost" as const;
      throw error;
    });
    return this.state === "dead" ? "lost" : result;
  }

  /** A stalled worker goes on as if nothing had happened. */
  resume(): void {
    if (this.state !== "stalled") return;
    this.state = "alive";
    this.resumed = true;
    this.resuming.resolve();
  }

  /** Until everything that it began is done, or it is lost; one that came back has everything done. */
  async settled(): Promise<void> {
    for (let done = 0; this.state === "alive" && done < this.background.length; ) {
      done = this.background.length;
      const all = Promise.all(this.background);
      await (this.resumed ? all : Promise.race([all, this.lost]));
    }
  }

  private pass(point: string): void {
    if (this.state === "dead") throw new Died(point);
    this.points.push(point);
    if (this.fate?.at !== this.points.length - 1) return;
    this.losing.resolve("lost");
    if (this.fate.kind === "stalls") {
      // What it does before its next call sees the clock of the moment in which it comes back.
      this.clock.jump(STALL_MS);
      this.state = "stalled";
      return;
    }
    this.state = "dead";
    throw new Died(point);
  }

  private gate(): Promise<void> {
    if (this.state === "dead") return never();
    return this.state === "stalled" ? this.resuming.promise : Promise.resolve();
  }

  /** What comes of it, be it an error, when the worker lives to see it. */
  private async through<T>(call: () => Promise<T>): Promise<T> {
    await this.gate();
    try {
      return await call();
    } finally {
      await this.gate();
    }
  }

  private async io<T>(object: string, method: string, call: () => Promise<T>): Promise<T> {
    await this.gate();
    const result = await this.clock.during(call);
    this.onCall(object, method, result);
    await this.gate();
    return result;
  }

  /** The same port, but only as long as the worker lives. */
  private port<T extends object>(name: string, port: T): T {
    return new Proxy(port, {
      get: (target, method) => {
        if (method === "outcome")
          return (lead_id: string, within_ms: number) => this.outcome(name, target, lead_id, within_ms);
        return (...args: unknown[]) => this.io(name, String(method), () => invoke(target, method, args));
      },
    });
  }

  private async outcome(name: string, port: object, lead_id: string, within_ms: number): Promise<unknown> {
    const until = this.clock.now() + within_ms;
    for (;;) {
      const told = await this.io(name, "outcome", () => invoke(port, "outcome", [lead_id, 0]));
      const left = until - this.clock.now();
      if (told || left <= 0) return told;
      await this.clock.sleep(Math.min(left, LOOK_MS));
      await this.gate();
    }
  }
}

/** A method of a stub is a property that only a call makes sense of. */
function invoke(port: object, method: string | symbol, args: unknown[]): Promise<unknown> {
  const found: unknown = Reflect.get(port, method);
  if (typeof found !== "function") throw new Error(`no such call: ${String(method)}`);
  return Promise.resolve(Reflect.apply(found, port, args) as unknown);
}
