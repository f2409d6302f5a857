import type * as rpc from "../../schema/rpc/book.ts";
import { within } from "../../worker/deps.ts";
import { BookCore, type BookOptions } from "../auction-book-store.ts";
import { BookAlarm, type BookEffects } from "./alarm.ts";
import { Waiters } from "./waiters.ts";

export interface RunnerOptions extends Omit<BookOptions, "told"> {
  timer: (fn: () => void, ms: number) => () => void;
  effects: BookEffects;
  /** Sets the one alarm (epoch ms); called after every change that makes something due earlier than it is set for. */
  setAlarm: (at: number) => void;
}

/** Ms after which the alarm runs again should the present run die. */
const SAFETY_MS = 30_000;
/** Ms for each call of the alarm to the queue and to other shards. One that hangs would hold up the object's only alarm. */
const PATIENCE_MS = 10_000;

/** A book at work: the port, the waiters and the alarm, over a {@link BookCore}. The object, tests and the emulated platform use it alike. */
export class BookRunner implements rpc.BookPort {
  readonly core: BookCore;
  readonly waiters: Waiters;
  private readonly tasks: BookAlarm;
  private armed: number | null = null;

  constructor(private readonly options: RunnerOptions) {
    this.core = new BookCore({ ...options, told: (lead_id) => this.waiters.wake(lead_id) });
    this.waiters = new Waiters((lead_id) => this.core.told(lead_id), options.timer);
    this.tasks = new BookAlarm(this.core, this.patient(options.effects));
  }

  /** `project` has a patience of its own. */
  private patient({ enqueue, settleConsumer, ...effects }: BookEffects): BookEffects {
    const call = (promise: Promise<void>) => within(this.options, PATIENCE_MS, promise);
    return {
      pause: () => new Promise((resume) => void this.options.timer(resume, 0)),
      ...effects,
      enqueue: (messages) => call(enqueue(messages)),
      settleConsumer: (...of) => call(settleConsumer(...of)),
    };
  }

  /** The alarm's handler: re-arms, works, and sets the alarm for what is due next. Never rejects. */
  async alarm(): Promise<void> {
    this.set(this.options.now() + SAFETY_MS);
    await this.tasks.run();
    this.armed = null;
    this.arm();
  }

  /** Call in the object's constructor: what was due before it slept gets its alarm, should the platform have given it up. */
  start(): void {
    this.arm();
  }

  async record(command: rpc.RecordCommand): Promise<rpc.RecordReply> {
    return this.write((core) => core.record(command));
  }
  async auction(ping_id: string, publisher_id: string): Promise<rpc.AuctionReply> {
    return this.core.auction(ping_id, publisher_id);
  }
  async claim(command: rpc.ClaimCommand): Promise<rpc.ClaimReply> {
    return this.write((core) => core.claim(command));
  }
  async plan(...args: Parameters<rpc.BookPort["plan"]>): ReturnType<rpc.BookPort["plan"]> {
    return this.write((core) => core.plan(...args));
  }
  async advance(lead_id: string, epoch: number, key: rpc.AttemptKey): Promise<rpc.AdvanceReply> {
    return this.write((core) => core.advance(lead_id, epoch, key));
  }
  async evidence(lead_id: string, record: rpc.AttemptRecord): ReturnType<rpc.BookPort["evidence"]> {
    return this.write((core) => core.evidence(lead_id, record));
  }
  async settle(command: rpc.SettleCommand): ReturnType<rpc.BookPort["settle"]> {
    return this.write((core) => core.settle(command));
  }
  async close(command: rpc.CloseCommand): Promise<rpc.CloseReply> {
    return this.write((core) => core.close(command));
  }
  async freeze(lead_id: string, outcome: rpc.LeadOutcome): Promise<rpc.LeadOutcome> {
    return this.write((core) => core.freeze(lead_id, outcome));
  }
  async defer(lead_id: string, epoch: number, in_ms: number): Promise<boolean> {
    return this.write((core) => core.defer(lead_id, epoch, in_ms));
  }
  async lease(lead_id: string, owner: string, lease_ms: number): Promise<rpc.LeaseReply> {
    return this.write((core) => core.lease(lead_id, owner, lease_ms));
  }
  async outcome(lead_id: string, within_ms: number): ReturnType<rpc.BookPort["outcome"]> {
    return this.waiters.wait(lead_id, within_ms);
  }
  async consumer(key: string, lead_id: string, replacing: string | null): Promise<rpc.ConsumerReply> {
    return this.core.consumer(key, lead_id, replacing);
  }
  async settleConsumer(key: string, lead_id: string, keep_ms: number | null): Promise<void> {
    this.core.settleConsumer(key, lead_id, keep_ms);
  }
  async consumerSold(key: string, window_ms: number): Promise<boolean> {
    return this.core.consumerSold(key, window_ms);
  }
  async lead(lead_id: string): Promise<rpc.PublicLead | null> {
    return this.core.lead(lead_id);
  }
  async story(lead_id: string): Promise<rpc.LeadStory | null> {
    return this.core.story(lead_id);
  }
  async postbackDone(lead_id: string, ok: boolean, retry_in_ms: number | null): Promise<void> {
    this.write((core) => core.postbackDone(lead_id, ok, retry_in_ms));
  }
  async extend(...args: Parameters<rpc.BookPort["extend"]>): Promise<rpc.PlanReply> {
    return this.write((core) => core.extend(...args));
  }
  async lines(query: rpc.LinesQuery): Promise<rpc.LinesReply> {
    return this.core.lines(query);
  }
  async reopen(command: rpc.ReopenCommand): Promise<rpc.ReopenReply> {
    return this.write((core) => core.reopen(command));
  }
  async repaired(endpoint_id: string, over_ms: number, limit: number): Promise<number> {
    return this.write((core) => core.repaired(endpoint_id, over_ms, limit));
  }
  async edit(command: rpc.EditCommand): ReturnType<rpc.BookPort["edit"]> {
    return this.write((core) => core.edit(command));
  }
  async returned(command: rpc.ReturnCommand): Promise<rpc.ReturnReply> {
    return this.write((core) => core.returned(command));
  }
  async facts(after: string | null, limit: number): Promise<rpc.FactPage> {
    return this.core.facts(after, limit);
  }
  async factsById(lead_ids: string[]): Promise<rpc.LeadFact[]> {
    return this.core.factsById(lead_ids);
  }
  async republish(lead_ids: string[]): Promise<number> {
    return this.write((core) => core.republish(lead_ids));
  }
  async leadsOf(marks: string[]): Promise<string[]> {
    return this.core.leadsOf(marks);
  }
  /** The reason is for the caller's audit: a person may have written anything into it. */
  async erase(lead_id: string, author: string, _reason: string): ReturnType<rpc.BookPort["erase"]> {
    return this.write((core) => core.erase(lead_id, author));
  }
  async rewrap(lead_id: string, from: string, to: string): Promise<boolean> {
    return this.write((core) => core.rewrap(lead_id, from, to));
  }
  async stats(): Promise<rpc.BookStats> {
    return this.core.stats();
  }
  async snapshot(): ReturnType<rpc.BookPort["snapshot"]> {
    return this.core.snapshot();
  }
  async keepSnapshot(seq: number, parts: string[]): Promise<void> {
    this.core.keepSnapshot(seq, parts);
  }

  /** A call that may make something due. No await between its writes and the alarm's: the platform stores them together. */
  private write<T>(call: (core: BookCore) => T): T {
    const result = call(this.core);
    this.arm();
    return result;
  }

  private arm(): void {
    const next = this.core.book.due.next();
    if (next !== null && (this.armed === null || next < this.armed)) this.set(next);
  }

  private set(at: number): void {
    this.armed = at;
    this.options.setAlarm(at);
  }
}
