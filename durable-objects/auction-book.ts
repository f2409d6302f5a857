import { DurableObject } from "cloudflare:workers";
import type { AuctionRecord } from "../schema/rpc/auction.ts";
import type * as rpc from "../schema/rpc/book.ts";
import { deps } from "../worker/deps.ts";
import type { Env } from "../worker/env.ts";
import { projectTo } from "../worker/ledger/project.ts";
import { BookRunner } from "./book/runner.ts";
import { locationOf } from "./book/shard.ts";
import { readMeta, writeMeta } from "./book/tables.ts";
import { objectSql } from "./sql.ts";

/**
 * One shard's book: the memory of auctions and of leads on their way. A shell: storage, alarm, calls; what they mean is in
 * auction-book-store.ts and book/. {@link rpc.BookPort} describes each call.
 */
export class AuctionBook extends DurableObject<Env> implements rpc.BookPort {
  private readonly book: BookRunner;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const sql = objectSql(ctx.storage);
    this.book = new BookRunner({
      sql,
      shard: nameOf(ctx),
      now: () => deps().now(),
      timer: (fn, ms) => deps().timer(fn, ms),
      setAlarm: (at) => void ctx.storage.setAlarm(at),
      effects: {
        enqueue: (messages) => env.DELIVERIES.sendBatch(messages.map((body) => ({ body }))).then(() => {}),
        settleConsumer: (shard, key, lead_id, keep_ms) =>
          env.BOOK.get(env.BOOK.idFromName(shard), { locationHint: locationOf(shard) }).settleConsumer(
            key,
            lead_id,
            keep_ms,
          ),
        project: (object, events) => projectTo(env.DB)(object, events),
        failed: (kind, error) =>
          console.error(
            JSON.stringify({ event: "book_alarm", shard: nameOf(ctx), kind, error: String(error).slice(0, 300) }),
          ),
      },
    });
    this.book.start();
  }

  override alarm(): Promise<void> {
    return this.book.alarm();
  }

  record(command: rpc.RecordCommand) {
    return this.book.record(command);
  }
  auction(ping_id: string, publisher_id: string) {
    return this.book.auction(ping_id, publisher_id);
  }
  claim(command: rpc.ClaimCommand) {
    return this.book.claim(command);
  }
  plan(lead_id: string, epoch: number, auction: AuctionRecord, first?: rpc.AttemptKey) {
    return this.book.plan(lead_id, epoch, auction, first);
  }
  advance(lead_id: string, epoch: number, key: rpc.AttemptKey) {
    return this.book.advance(lead_id, epoch, key);
  }
  evidence(lead_id: string, record: rpc.AttemptRecord) {
    return this.book.evidence(lead_id, record);
  }
  settle(command: rpc.SettleCommand) {
    return this.book.settle(command);
  }
  close(command: rpc.CloseCommand) {
    return this.book.close(command);
  }
  freeze(lead_id: string, outcome: rpc.LeadOutcome) {
    return this.book.freeze(lead_id, outcome);
  }
  defer(lead_id: string, epoch: number, in_ms: number) {
    return this.book.defer(lead_id, epoch, in_ms);
  }
  lease(lead_id: string, owner: string, lease_ms: number) {
    return this.book.lease(lead_id, owner, lease_ms);
  }
  outcome(lead_id: string, within_ms: number) {
    return this.book.outcome(lead_id, within_ms);
  }
  consumer(key: string, lead_id: string, replacing: string | null) {
    return this.book.consumer(key, lead_id, replacing);
  }
  settleConsumer(key: string, lead_id: string, keep_ms: number | null) {
    return this.book.settleConsumer(key, lead_id, keep_ms);
  }
  consumerSold(key: string, window_ms: number) {
    return this.book.consumerSold(key, window_ms);
  }
  lead(lead_id: string) {
    return this.book.lead(lead_id);
  }
  story(lead_id: string) {
    return this.book.story(lead_id);
  }
  postbackDone(lead_id: string, ok: boolean, retry_in_ms: number | null) {
    return this.book.postbackDone(lead_id, ok, retry_in_ms);
  }
  extend(lead_id: string, epoch: number, auction: AuctionRecord) {
    return this.book.extend(lead_id, epoch, auction);
  }
  lines(query: rpc.LinesQuery) {
    return this.book.lines(query);
  }
  reopen(command: rpc.ReopenCommand) {
    return this.book.reopen(command);
  }
  repaired(endpoint_id: string, over_ms: number, limit: number) {
    return this.book.repaired(endpoint_id, over_ms, limit);
  }
  edit(command: rpc.EditCommand) {
    return this.book.edit(command);
  }
  returned(command: rpc.ReturnCommand) {
    return this.book.returned(command);
  }
  facts(after: string | null, limit: number) {
    return this.book.facts(after, limit);
  }
  factsById(lead_ids: string[]) {
    return this.book.factsById(lead_ids);
  }
  republish(lead_ids: string[]) {
    return this.book.republish(lead_ids);
  }
  leadsOf(marks: string[]) {
    return this.book.leadsOf(marks);
  }
  erase(lead_id: string, author: string, reason: string) {
    return this.book.erase(lead_id, author, reason);
  }
  rewrap(lead_id: string, from: string, to: string) {
    return this.book.rewrap(lead_id, from, to);
  }
  stats() {
    return this.book.stats();
  }
  snapshot() {
    return this.book.snapshot();
  }
  keepSnapshot(seq: number, parts: string[]) {
    return this.book.keepSnapshot(seq, parts);
  }
}

/** The shard's name. Kept in the object too: an alarm may wake it on a platform that then does not tell the name. */
function nameOf(ctx: DurableObjectState): string {
  const sql = objectSql(ctx.storage);
  sql.run("CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID");
  const kept = readMeta(sql, "shard");
  if (kept !== null) return kept;
  const { name } = ctx.id;
  if (name === undefined) throw new Error("a book is reached by its shard's name");
  writeMeta(sql, "shard", name);
  return name;
}
