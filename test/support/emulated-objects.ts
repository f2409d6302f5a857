import { AccountCore } from "../../durable-objects/account/core.ts";
import type { BookEffects } from "../../durable-objects/book/alarm.ts";
import { BookRunner } from "../../durable-objects/book/runner.ts";
import { DialerCore } from "../../durable-objects/dialer-core.ts";
import type { Project } from "../../durable-objects/outbox.ts";
import type { NumberedEvent } from "../../schema/events.ts";
import type { DeliveryMessage } from "../../schema/queue.ts";
import type { AccountPort } from "../../schema/rpc/account.ts";
import type { BookPort } from "../../schema/rpc/book.ts";
import type { DialerPort } from "../../schema/rpc/dialer.ts";
import type { EmulatedPlatform, Invocation } from "./emulated-platform.ts";
import { nodeSql } from "./node-sql.ts";

/** Ms that D1 takes for a batch, as its caller sees it. */
export const D1_MS = 15;

const BOOK_WRITES = [
  "record",
  "claim",
  "plan",
  "advance",
  "evidence",
  "settle",
  "close",
  "freeze",
  "defer",
  "lease",
  "consumer",
  "settleConsumer",
  "postbackDone",
  "keepSnapshot",
  "extend",
  "reopen",
  "repaired",
  "edit",
  "returned",
  "republish",
  "erase",
  "rewrap",
];
const ACCOUNT_WRITES = [
  "reserve",
  "capture",
  "release",
  "doubt",
  "fence",
  "health",
  "terms",
  "entry",
  "resetBreaker",
  "refund",
  "republish",
  "forget",
  "acceptDrift",
];

export type Send = (from: Invocation, message: DeliveryMessage, delay_s?: number) => Promise<void>;

/** The gateway's objects with their real cores, made when first called; alarms ring in virtual time, D1 is a list of events. */
export class EmulatedObjects {
  readonly ledger: { object: string; event: NumberedEvent }[] = [];
  readonly faults: string[] = [];
  /** Set by a test: true = the call does not reach its object (`book:enam-03`, `account:b1`, `dialer`). */
  down: (object: string, method: string) => boolean = () => false;
  private readonly books = new Map<string, { core: BookRunner; port: BookPort }>();
  private readonly accounts = new Map<string, { core: AccountCore; port: AccountPort }>();
  private readonly dialers = new Map<number, DialerPort>();

  constructor(
    private readonly platform: EmulatedPlatform,
    private readonly send: Send,
  ) {}

  book = (shard: string): BookPort => this.bookOf(shard).port;
  account = (buyer: string): AccountPort => this.accountOf(buyer).port;

  dialer = (n: number): DialerPort => {
    const known = this.dialers.get(n);
    if (known) return known;
    const deps = this.platform.deps();
    const port: DialerPort = this.platform.object("dialer", new DialerCore(() => deps));
    this.dialers.set(n, port);
    return port;
  };

  /** What the objects know, without a call that costs time. */
  bookCore = (shard: string): BookRunner => this.bookOf(shard).core;
  accountCore = (buyer: string): AccountCore => this.accountOf(buyer).core;

  private bookOf(shard: string) {
    const known = this.books.get(shard);
    if (known) return known;
    const { platform } = this;
    const own = platform.invocation();
    const alarm = new Alarm(platform, () => core.alarm());
    const effects: BookEffects = {
      enqueue: async (messages) => void (await Promise.all(messages.map((message) => this.send(own, message)))),
      settleConsumer: (other, key, lead_id, keep_ms) => this.book(other).settleConsumer(key, lead_id, keep_ms),
      project: this.project(own),
      failed: (kind, error) => this.faults.push(`${shard} ${kind}: ${String(error)}`),
    };
    const { now, timer } = platform.deps();
    const core: BookRunner = new BookRunner({ sql: nodeSql(), shard, now, timer, setAlarm: alarm.set, effects });
    core.start();
    const name = `book:${shard}`;
    const remote = platform.object("book", core, {
      writes: BOOK_WRITES,
      down: (method) => this.down(name, method),
    });
    const made = { core, port: remote as BookPort };
    this.books.set(shard, made);
    return made;
  }

  /** The account's shell in small: each change may bring its alarm forward. */
  private accountOf(buyer: string) {
    const known = this.accounts.get(buyer);
    if (known) return known;
    const { platform } = this;
    const project = this.project(platform.invocation());
    const core = new AccountCore(nodeSql(), buyer, platform.deps().now);
    const alarm = new Alarm(platform, async () => {
      await core.work({ project, probes: { ping: async () => "unavailable", post: async () => "unavailable" } });
      arm();
    });
    const arm = () => {
      const next = core.next();
      if (next !== null) alarm.setEarlier(next);
    };
    const run = <T>(work: () => T): T => {
      const reply = work();
      arm();
      return reply;
    };
    const shell: AccountPort = {
      reserve: async (command) => run(() => core.reserve(command)),
      capture: async (command) => run(() => core.capture(command)),
      release: async (id, why, epoch) => run(() => core.release(id, why, epoch)),
      doubt: async (id, ttl) => run(() => core.doubt(id, ttl)),
      fence: async (lead_id, epoch) => run(() => core.fence(lead_id, epoch)),
      health: async (_, ...seen) => run(() => core.health(...seen)),
      drift: async (contract_id, rules) => core.drift(contract_id, rules),
      acceptDrift: async (contract_id, ids, author) => run(() => core.acceptDrift(contract_id, ids, author)),
      terms: async (_, terms) => run(() => core.terms(terms)),
      entry: async (_, entry) => run(() => core.entry(entry)),
      resetBreaker: async (endpoint, phase, author) => run(() => core.resetBreaker(endpoint, phase, author)),
      refund: async (command) => run(() => core.refund(command)),
      reservations: async (after, limit) => core.reservations(after, limit),
      reservationsById: async (ids) => core.reservationsById(ids),
      republish: async (ids, entries) => run(() => core.republish(ids, entries)),
      forget: async (lead_ids) => run(() => core.forget(lead_ids)),
      token: async (command) => core.token(command).then((reply) => run(() => reply)),
      view: async () => core.view(),
      glance: async () => core.glance(),
    };
    const name = `account:${buyer}`;
    const port: AccountPort = platform.object("account", shell, {
      writes: ACCOUNT_WRITES,
      down: (method) => this.down(name, method),
    });
    const made = { core, port };
    this.accounts.set(buyer, made);
    return made;
  }

  private project =
    (own: Invocation): Project =>
    async (object, events) => {
      await own.io(D1_MS);
      this.ledger.push(...events.map((event) => ({ object, event })));
      return { refused: [] };
    };
}

/** An object's one alarm, in virtual time. */
class Alarm {
  private at: number | null = null;
  private cancel: () => void = () => {};

  constructor(
    private readonly platform: EmulatedPlatform,
    private readonly ring: () => Promise<void>,
  ) {}

  readonly set = (at: number): void => {
    this.cancel();
    this.at = at;
    this.cancel = this.platform.time.timer(() => {
      this.at = null;
      void this.ring();
    }, at - this.platform.time.now());
  };

  setEarlier(at: number): void {
    if (this.at === null || at < this.at) this.set(at);
  }
}
