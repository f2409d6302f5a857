import type { AuctionRecord } from "../schema/rpc/auction.ts";
import type * as rpc from "../schema/rpc/book.ts";
import { Auctions } from "./book/auctions.ts";
import { Consumers } from "./book/consumers.ts";
import { type BookContext, openBook } from "./book/context.ts";
import { Ends } from "./book/ends.ts";
import { Erasure } from "./book/erasure.ts";
import { Evidence } from "./book/evidence.ts";
import { publicOf } from "./book/lead.ts";
import { told } from "./book/lead-state.ts";
import { LeadTable } from "./book/lead-table.ts";
import { Leads } from "./book/leads.ts";
import { facts, factsById, lines } from "./book/lines.ts";
import { Operators } from "./book/operators.ts";
import { purge } from "./book/purge.ts";
import { republish } from "./book/republish.ts";
import { Snapshots } from "./book/snapshots.ts";
import { bookStats, leadStory } from "./book/story.ts";
import type { Told } from "./book/waiters.ts";
import { Work } from "./book/work.ts";
import type { Sql } from "./sql.ts";

export interface BookOptions {
  sql: Sql;
  /** Epoch ms. */
  now: () => number;
  /** The shard's name: `enam-07`. */
  shard: string;
  /** Called after a transaction in which a lead may have got an outcome. */
  told?: (lead_id: string) => void;
}

/**
 * One shard's book on any SQLite, synchronous: every call is one transaction. {@link BookPort} says what each does; the alarm's
 * work is in book/alarm.ts. A call about a lead that the book does not have throws, unless its reply can say so.
 */
export class BookCore {
  readonly book: BookContext;
  readonly table: LeadTable;
  private readonly auctions: Auctions;
  private readonly leads: Leads;
  private readonly work: Work;
  private readonly ends: Ends;
  private readonly witness: Evidence;
  private readonly operators: Operators;
  private readonly erasure: Erasure;
  private readonly consumers: Consumers;
  private readonly snapshots: Snapshots;

  constructor(options: BookOptions) {
    this.book = openBook(options);
    this.table = new LeadTable(this.book.sql);
    this.auctions = new Auctions(this.book);
    this.leads = new Leads(this.book, this.table, this.auctions);
    this.ends = new Ends(this.book, this.table);
    this.work = new Work(this.book, this.table, this.leads);
    this.witness = new Evidence(this.book, this.table, this.ends);
    this.operators = new Operators(this.book, this.table);
    this.erasure = new Erasure(this.book, this.table, this.auctions, this.ends);
    this.consumers = new Consumers(this.book);
    this.snapshots = new Snapshots(this.book);
  }

  record(command: rpc.RecordCommand): rpc.RecordReply {
    this.auctions.record(command);
    return { snapshot_seq: this.snapshots.seq() };
  }
  auction(ping_id: string, publisher_id: string): rpc.AuctionReply {
    return this.auctions.reply(ping_id, publisher_id);
  }

  claim(command: rpc.ClaimCommand): rpc.ClaimReply {
    return this.leads.claim(command);
  }
  plan(lead_id: string, epoch: number, auction: AuctionRecord, first?: rpc.AttemptKey): rpc.PlanReply {
    const planned = this.leads.plan(lead_id, epoch, auction);
    // No await in between: the platform stores both or neither.
    if (planned.kind === "stale" || !first) return planned;
    return { ...planned, advanced: this.work.advance(lead_id, epoch, first) };
  }
  lease(lead_id: string, owner: string, lease_ms: number): rpc.LeaseReply {
    return this.leads.lease(lead_id, owner, lease_ms);
  }
  defer(lead_id: string, epoch: number, in_ms: number): boolean {
    return this.leads.defer(lead_id, epoch, in_ms);
  }

  advance(lead_id: string, epoch: number, key: rpc.AttemptKey): rpc.AdvanceReply {
    return this.work.advance(lead_id, epoch, key);
  }
  evidence(lead_id: string, record: rpc.AttemptRecord): rpc.EvidenceReply {
    return this.witness.add(lead_id, record);
  }
  settle(command: rpc.SettleCommand): rpc.SettleReply {
    const settled = this.work.settle(command);
    if (settled.kind === "stale" || !command.next) return settled;
    return { ...settled, advanced: this.work.advance(command.lead_id, command.epoch, command.next) };
  }

  close(command: rpc.CloseCommand): rpc.CloseReply {
    return this.ends.close(command);
  }
  freeze(lead_id: string, outcome: rpc.LeadOutcome): rpc.LeadOutcome {
    return this.ends.freeze(lead_id, outcome);
  }
  postbackDone(lead_id: string, ok: boolean, retry_in_ms: number | null): void {
    this.ends.postbackDone(lead_id, ok, retry_in_ms);
  }
  /** What the publisher is or may be told now. */
  told(lead_id: string): Told | null {
    const lead = this.table.get(lead_id);
    const outcome = lead && told(lead);
    return lead && outcome ? { ...outcome, wrapped_key: lead.wrapped_key } : null;
  }

  consumer(key: string, lead_id: string, replacing: string | null): rpc.ConsumerReply {
    return this.consumers.claim(key, lead_id, replacing);
  }
  settleConsumer(key: string, lead_id: string, keep_ms: number | null): void {
    this.consumers.settle(key, lead_id, keep_ms);
  }
  consumerSold(key: string, window_ms: number): boolean {
    return this.consumers.sold(key, window_ms);
  }

  extend(lead_id: string, epoch: number, auction: AuctionRecord): rpc.PlanReply {
    return this.leads.extend(lead_id, epoch, auction);
  }
  lines(query: rpc.LinesQuery): rpc.LinesReply {
    return lines(this.table, query);
  }
  reopen(command: rpc.ReopenCommand): rpc.ReopenReply {
    return this.operators.reopen(command);
  }
  repaired(endpoint_id: string, over_ms: number, limit: number): number {
    return this.operators.repaired(endpoint_id, over_ms, limit);
  }
  edit(command: rpc.EditCommand): rpc.EditReply {
    return this.operators.edit(command);
  }
  returned(command: rpc.ReturnCommand): rpc.ReturnReply {
    return this.operators.returned(command);
  }
  facts(after: string | null, limit: number): rpc.FactPage {
    return facts(this.table, after, limit);
  }
  factsById(lead_ids: string[]): rpc.LeadFact[] {
    return factsById(this.table, lead_ids);
  }
  republish(lead_ids: string[]): number {
    return republish(this.book, this.table, this.auctions, lead_ids);
  }
  leadsOf(marks: string[]): string[] {
    return this.erasure.leadsOf(marks);
  }
  erase(lead_id: string, author: string): "erased" | "open" | "not_found" {
    return this.erasure.erase(lead_id, author);
  }
  rewrap(lead_id: string, from: string, to: string): boolean {
    return this.erasure.rewrap(lead_id, from, to);
  }

  lead(lead_id: string): rpc.PublicLead | null {
    const lead = this.table.get(lead_id);
    return lead && publicOf(lead);
  }
  story(lead_id: string): rpc.LeadStory | null {
    return leadStory(this.book, this.table, this.auctions, lead_id);
  }
  stats(): rpc.BookStats {
    return bookStats(this.book);
  }
  snapshot(): { seq: number; at: number; parts: string[] } | null {
    return this.snapshots.get();
  }
  keepSnapshot(seq: number, parts: string[]): void {
    this.snapshots.keep(seq, parts);
  }

  /** True when there is more to purge. */
  purge(): boolean {
    return purge(this.book, this.table);
  }
}
