import { DialerCore } from "../../../durable-objects/dialer-core.ts";
import type { DeliveryMessage } from "../../../schema/queue.ts";
import type { AccountPort } from "../../../schema/rpc/account.ts";
import type { BookPort } from "../../../schema/rpc/book.ts";
import { DialectCache } from "../../../worker/buyers/dialects/cache.ts";
import { SlotPool } from "../../../worker/buyers/slots.ts";
import { keyring } from "../../../worker/crypto/seal.ts";
import type { Deps } from "../../../worker/deps.ts";
import { type Env, type Settings, settingsOf } from "../../../worker/env.ts";
import { copyShard } from "../../../worker/flows/background.ts";
import type { Gateway, Isolate } from "../../../worker/gateway/gateway.ts";
import { newIsolate } from "../../../worker/gateway/isolate.ts";
import { consume } from "../../../worker/queue/consumer.ts";
import type { RawRows } from "../../../worker/snapshot/snapshot.ts";
import type { SnapshotSources } from "../../../worker/snapshot/store.ts";
import { NO_KEEPER } from "../../support/no-keeper.ts";
import type { Witness } from "../auditor/witness.ts";
import { SimD1 } from "./d1.ts";
import { type Caller, Invocation, Isolates } from "./invocation.ts";
import { bootAccount, bootBook } from "./lives.ts";
import type { SimNetwork } from "./network.ts";
import { SimObject } from "./objects.ts";
import { SimQueue, type Verdict } from "./queue.ts";
import type { Stage } from "./stage.ts";

/** Nothing real was ever sealed with these. */
const SETTINGS: Settings = settingsOf({
  KEYRING: `k1:${Buffer.alloc(32, 7).toString("base64")}`,
  HASH_SECRET: "a-hash-secret-for-the-simulation-of-32-characters",
  ADMIN_TOKENS: "{}",
  BOOK_SHARDS: "2",
  DIALERS: "4",
} as unknown as Env);

/** What an isolate does once in its life, so that the first world of a process is like all others: a failing one must replay alone. */
export const warmUp = (): Promise<unknown> => keyring(SETTINGS.KEYRING);

/** The whole gateway on a simulated platform: production's flows and cores; objects, queue, D1, isolates and network are the world's. */
export class SimGateway {
  readonly settings = SETTINGS;
  readonly d1: SimD1;
  readonly queue: SimQueue;
  private readonly objects = new Map<string, SimObject>();
  private readonly dialects = new DialectCache();
  private readonly isolates: Isolates<Isolate>;
  private readonly dialer: DialerCore;

  constructor(
    private readonly stage: Stage,
    private readonly network: SimNetwork,
    private readonly witness: Witness,
  ) {
    this.d1 = new SimD1(stage, (object, events) => witness.stored(object, events));
    this.queue = new SimQueue(stage, (message) => {
      witness.wrote("a queue message", JSON.stringify(message));
      return this.consume(message);
    });
    const plain = (skew: number): Deps =>
      new Invocation({ ...stage, weather: { ...stage.weather, worker_dies: 0, worker_stalls: 0 } }, skew, network.fetch)
        .deps;
    this.isolates = new Isolates(stage, 3, (skew) => newIsolate(plain(skew), SETTINGS));
    const own = plain(0);
    this.dialer = new DialerCore(() => own);
  }

  /** A new invocation of the Worker on one of its isolates. `lead`: the publisher's number of what it works on, for the journal. */
  invoke(lead: number | null): { g: Gateway; invocation: Invocation } {
    const { stage } = this;
    const { memory, skew } = this.isolates.next();
    const invocation = new Invocation(stage, skew, this.network.fetch);
    invocation.lead = lead;
    const { deps } = invocation;
    const book = (shard: string) => this.port(invocation, `book:${shard}`) as BookPort;
    const sources: SnapshotSources = {
      changes: (since) => this.d1.changes(invocation, since),
      copy: async () => {
        const kept = await book(copyShard(SETTINGS.REGION)).snapshot();
        return kept && { at: kept.at, rows: (JSON.parse(kept.parts.join("")) as { rows: RawRows }).rows };
      },
    };
    const g: Gateway = {
      settings: SETTINGS,
      deps,
      isolate: memory,
      ring: () => keyring(SETTINGS.KEYRING),
      snapshot: () => memory.snapshots.get(deps, sources),
      refreshSnapshot: () => memory.snapshots.refresh(deps, sources),
      book,
      account: (buyer) => this.port(invocation, `account:${buyer}`) as AccountPort,
      keeper: () => NO_KEEPER,
      dialers: { count: SETTINGS.DIALERS, get: () => this.dialer, warm: memory.dialers },
      dialect: ({ endpoint, endpoint_version }) => this.dialects.get(endpoint.id, endpoint_version, endpoint.dialect),
      slots: new SlotPool(6),
      enqueue: (message, delay_s) => this.queue.send(invocation, message, delay_s),
      waitUntil: (promise) => void promise.catch(() => {}),
      log: (line) => this.witness.wrote("a log line", JSON.stringify(line)),
      analytics: { auction: () => {}, delivery: () => {} },
    };
    return { g, invocation };
  }

  object(name: string): SimObject {
    const known = this.objects.get(name);
    if (known) return known;
    const [kind, id = ""] = name.split(":");
    const boot = kind === "book" ? bootBook(this, id) : bootAccount(this, id);
    const made = new SimObject(this.stage, name, boot, (...seen) => this.witness.effect(...seen));
    this.objects.set(name, made);
    return made;
  }

  close(): void {
    for (const object of this.objects.values()) object.close();
  }

  private port(from: Caller, name: string): unknown {
    const object = this.object(name);
    return new Proxy(
      {},
      {
        get:
          (_, method) =>
          (...args: unknown[]) =>
            object.call(from, String(method), args),
      },
    );
  }

  /** Work that an object does with the Worker's means: it hears the end of it unless it was evicted meanwhile. */
  whileAlive<T>(caller: Caller, work: (g: Gateway) => Promise<T>): Promise<T> {
    const { g } = this.invoke(null);
    return new Promise((resolve, reject) => {
      work(g).then(
        (value) => caller.resume(() => resolve(value)),
        (error) => caller.resume(() => reject(error)),
      );
    });
  }

  private consume(message: DeliveryMessage): Promise<Verdict> {
    const { g, invocation } = this.invoke(this.witness.numberOf(message.lead_id));
    return new Promise((resolve) => {
      invocation.onDeath = () => resolve(null);
      const wake = {
        body: message,
        ack: () => resolve({ kind: "ack" }),
        retry: (options?: { delaySeconds?: number }) => resolve({ kind: "retry", in_s: options?.delaySeconds ?? 5 }),
      };
      consume(g, [wake]).catch(() => resolve(null));
    });
  }
}
