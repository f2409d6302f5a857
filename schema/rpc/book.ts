import type { Money } from "../money.ts";
import type { AuctionRecord } from "./auction.ts";
import type {
  AdvanceReply,
  AuctionReply,
  ClaimCommand,
  ClaimReply,
  CloseCommand,
  CloseReply,
  ConsumerReply,
  EvidenceReply,
  LeaseReply,
  PlanReply,
  RecordCommand,
  RecordReply,
  SettleCommand,
  SettleReply,
} from "./book-calls.ts";
import type { BookOperations } from "./book-operations.ts";
import type { AttemptKey, AttemptRecord, LeadOutcome, LeadStory, PublicLead } from "./lead.ts";

export type * from "./book-calls.ts";
export type * from "./book-operations.ts";
export type * from "./lead.ts";

/** One shard's gauges. */
export interface BookStats {
  shard: string;
  auctions: number;
  open_leads: number;
  resting_leads: number;
  unknown: number;
  oldest_unknown_ms: number;
  /** What is at risk by them, tests left out; `complete` false: of the first of very many. */
  unknown_money: { amount: Money; complete: boolean };
  outbox: number;
  /** Age of the oldest event that D1 does not have yet, in ms. */
  outbox_lag_ms: number;
  /** Events that D1 refused for good; they are set aside in the object. */
  outbox_refused: number;
}

/** Port of one shard's object; `AuctionBook` implements it, tests and the emulated platform too. */
export interface BookPort extends BookOperations {
  record(command: RecordCommand): Promise<RecordReply>;
  auction(ping_id: string, publisher_id: string): Promise<AuctionReply>;
  claim(command: ClaimCommand): Promise<ClaimReply>;
  /**
   * One-step: the auction, and with it the plan, after the decision. Refused when the epoch is stale. `first`: advances to this
   * bidder in the same call.
   */
  plan(lead_id: string, epoch: number, auction: AuctionRecord, first?: AttemptKey): Promise<PlanReply>;
  advance(lead_id: string, epoch: number, key: AttemptKey): Promise<AdvanceReply>;
  evidence(lead_id: string, record: AttemptRecord): Promise<EvidenceReply>;
  settle(command: SettleCommand): Promise<SettleReply>;
  close(command: CloseCommand): Promise<CloseReply>;
  /** Fixes what the publisher is told, before it is told. A lead that has ended keeps its outcome, which is returned. */
  freeze(lead_id: string, outcome: LeadOutcome): Promise<LeadOutcome>;
  /** Nothing to do before `in_ms`: gives the lease up and sets the wake-up. */
  defer(lead_id: string, epoch: number, in_ms: number): Promise<boolean>;
  /** Take over a lead whose lease is free or has run out; raises the epoch. */
  lease(lead_id: string, owner: string, lease_ms: number): Promise<LeaseReply>;
  /** Resolves when the lead has an outcome or `within_ms` have passed (then null). */
  outcome(lead_id: string, within_ms: number): Promise<(LeadOutcome & { wrapped_key: string }) | null>;
  consumer(key: string, lead_id: string, replacing: string | null): Promise<ConsumerReply>;
  /** Only the owner: sold -> remember for `keep_ms`; null -> free the row. */
  settleConsumer(key: string, lead_id: string, keep_ms: number | null): Promise<void>;
  /** Is the consumer sold (or on its way) within `window_ms`? Reads only. */
  consumerSold(key: string, window_ms: number): Promise<boolean>;
  /** What may be known outside of a lead: its state, and what its publisher is told. */
  lead(lead_id: string): Promise<PublicLead | null>;
  story(lead_id: string): Promise<LeadStory | null>;
  postbackDone(lead_id: string, ok: boolean, retry_in_ms: number | null): Promise<void>;
  stats(): Promise<BookStats>;
  snapshot(): Promise<{ seq: number; at: number; parts: string[] } | null>;
  keepSnapshot(seq: number, parts: string[]): Promise<void>;
}
