import type { AnswerCode, AttemptClass, AttemptOutcome, BidderStatus, LeadState, ReserveRefusal } from "../lists.ts";
import type { Money } from "../money.ts";
import type { AuctionRecord, Fields, RankedBid } from "./auction.ts";

/**
 * Calls of an AuctionBook (one object a shard). All carry `v: 1`. Times that a caller passes are only ever durations in ms:
 * clocks differ. The one exception is an auction's own record (`at`, `expires_at`).
 */

/** What the publisher is told of a lead, and told again. `redirect` is sealed with the lead's key. */
export interface LeadOutcome {
  result: "accepted" | "rejected" | "pending";
  code?: AnswerCode;
  /** The publisher's payout. */
  price: Money;
  redirect_sealed?: string;
}

/** One bidder of a lead's plan and where it stands. */
export interface PlanBidder extends RankedBid {
  status: BidderStatus;
  /** Last refusal of `reserve`, when status is `refused`. */
  refusal?: ReserveRefusal | "consent" | "bid_expired" | "unreachable";
  /** Rounds of "not now, later" (each has its own reservation). */
  round: number;
  /** Requests of this round so far. */
  attempts: number;
  /** Epoch ms (book's clock) before which it is not asked again. */
  not_before?: number;
  /** Some attempt of this round ended unknown: a `duplicate` now means accepted, a plain reject may not be definite. */
  doubt: boolean;
  last_outcome?: AttemptOutcome;
  last_class?: AttemptClass;
  /** Some attempt's answer said that the buyer looks at the lead by hand: never sent again, whoever takes the lead over. */
  held_for_review?: boolean;
}

export type LeadMode = "final" | "pending";

/** A lead as the holder of its lease sees it. */
export interface LeadView {
  lead_id: string;
  ping_id: string | null;
  publisher_id: string;
  campaign_id: string;
  test: boolean;
  mode: LeadMode;
  risk_rule: "rejected" | "accepted";
  state: LeadState;
  epoch: number;
  /** Ms left until `answer_by` (negative afterwards), by the book's clock at the time of the reply. */
  answer_in_ms: number;
  /** The least that a sale may bring the publisher; 0 = anything above nothing. */
  promise: Money;
  plan: PlanBidder[];
  /** Chosen by the publisher: only these, in plan order; empty = all. */
  bid_ids: string[];
  consumer_keys: string[];
  sealed: string;
  wrapped_key: string;
  frozen: LeadOutcome | null;
  outcome: LeadOutcome | null;
  risk_flag: boolean;
  forced?: string;
  click_id?: string;
  sub_ids: Record<string, string>;
  postback_due: boolean;
}

export interface ClaimCommand {
  v: 1;
  /** Unique per call of the flow: a repeated call with the same owner is recognised as its own. */
  owner: string;
  lead_id: string;
  /** Two-step: the ping; one-step: null. */
  ping_id: string | null;
  /** One-step: names under which the same lead is found again (content hash, idempotency key). */
  aliases: string[];
  /** HMAC of the normalised content. */
  content_hash: string;
  publisher_id: string;
  campaign_id: string;
  test: boolean;
  mode: LeadMode;
  risk_rule: "rejected" | "accepted";
  allow_below_promise: boolean;
  bid_ids: string[];
  consumer_keys: string[];
  /** Ms that a sold lead's consumer stays sold: the campaign's duplicate window. */
  consumer_keep_ms: number;
  /** The campaign's, for the sale's row; absent = USD. */
  currency?: string;
  /** Ms from now until the publisher must have its answer. */
  answer_in_ms: number;
  /** Ms that the lease lasts: longer than dispatch + post timeout + margin. */
  lease_ms: number;
  sealed: string;
  wrapped_key: string;
  click_id?: string;
  sub_ids: Record<string, string>;
  wants_postback: boolean;
  forced?: string;
}

export type ClaimReply =
  /** Yours: work on it. `auction` for two-step. */
  | { kind: "yours"; lead: LeadView }
  /** The same content came before and has an answer. */
  | { kind: "replay"; lead_id: string; outcome: LeadOutcome; wrapped_key: string }
  /** The same content is being worked on: await its outcome. */
  | { kind: "wait"; lead_id: string; answer_in_ms: number }
  /** The ping was posted before with other content. */
  | { kind: "conflict"; lead_id: string }
  | { kind: "expired" }
  /** The ping was answered `rejected`: there is nothing to post to. */
  | { kind: "ping_rejected" }
  /** One of `bid_ids` is not of this ping. */
  | { kind: "bid_unknown"; bid_id: string }
  /** The book has no such auction: lost in a crash, or of another publisher (`foreign`). */
  | { kind: "no_auction"; foreign: boolean };

/** The auction as a post needs it: facts to compare, never other publishers' data (`foreign`: there is one, not the caller's). */
export type AuctionReply =
  | {
      kind: "found";
      auction: Pick<
        AuctionRecord,
        | "ping_id"
        | "campaign_id"
        | "publisher_id"
        | "test"
        | "facts"
        | "sealed"
        | "price"
        | "result"
        | "forced"
        | "sub_ids"
        | "config_seq"
      >;
    }
  | { kind: "foreign" }
  | { kind: "none" };

/** Which bidder, and which request of it. `attempt` starts at 1 within the round. */
export interface AttemptKey {
  index: number;
  round: number;
  attempt: number;
}

export type AdvanceReply =
  | { kind: "go"; answer_in_ms: number }
  /** Someone else has taken over, or the lead has ended: stop, touch nothing. */
  | { kind: "stale"; state: LeadState; epoch: number }
  /** `answer_by` has passed and this publisher is final: no new post may begin. */
  | { kind: "closed" };

/** Evidence of an attempt; accepted at any epoch, idempotent by `attempt_id`. Payloads are sealed with the lead's key. */
export interface AttemptRecord extends AttemptKey {
  attempt_id: string;
  contract_id: string;
  buyer_id: string;
  endpoint_id: string;
  reservation_id: string;
  outcome: AttemptOutcome;
  class: AttemptClass;
  held_for_review: boolean;
  http_status: number | null;
  /** Ms from dispatch. */
  ms: number;
  /** Counter-price of the buyer's answer. */
  price?: Money;
  /** Sealed JSON {request, answer, reason, buyer_lead_id, redirect_url}. */
  sealed?: string;
  /** The rules take this evidence as "the buyer has the lead": the book marks the bidder accepted unless it is too late. */
  takes?: boolean;
}

/**
 * `open`: noted; a `takes` evidence has set its bidder to `accepted` in the same transaction, and from then on `freeze` tells the
 * publisher *accepted* at the bidder's payout. Also when the lead was already sold to this very reservation.
 * `late`: noted, but the publisher was told otherwise (frozen `rejected`) or the lead has ended without this reservation: a
 * `takes` evidence is then contested (alert; an open lead goes to review), never a charge.
 */
export type EvidenceReply = { kind: "open" | "late"; state: LeadState };

/** What the flow concluded for a bidder after an attempt or a refusal. */
export interface SettleCommand {
  v: 1;
  lead_id: string;
  epoch: number;
  index: number;
  status: Exclude<BidderStatus, "in_flight">;
  refusal?: PlanBidder["refusal"];
  /** Ms from now until it may be asked again. */
  retry_in_ms?: number;
  /** Begin a new round (after `not_taken`). */
  next_round?: boolean;
  /** Advance to the next bidder in the same call: the reply's `advanced`. */
  next?: AttemptKey;
}

/** `lead` is as it stood before the advance that the call asked for beside it; `advanced` is that one's reply. */
export type SettleReply = { kind: "settled"; lead: LeadView; advanced?: AdvanceReply } | { kind: "stale" };
export type PlanReply = { kind: "planned"; lead: LeadView; advanced?: AdvanceReply } | { kind: "stale" };

export interface CloseCommand {
  v: 1;
  lead_id: string;
  /** sold needs `index` and price; unsold, review and parked need only a code. */
  state: Exclude<LeadState, "open">;
  code?: AnswerCode;
  index?: number;
  reservation_id?: string;
  /** What the buyer pays, and what the publisher gets. */
  price?: Money;
  payout?: Money;
  redirect_sealed?: string;
  /** A policy that can sell twice was applied. */
  risk?: boolean;
  /** The waterfall sold it after a first choice had failed. */
  recovered?: boolean;
  /** null: evidence (a captured reservation) closes at any epoch. */
  epoch: number | null;
}
export type CloseReply =
  | { kind: "closed"; outcome: LeadOutcome }
  | { kind: "stale"; state: LeadState }
  | { kind: "contested"; outcome: LeadOutcome };

export interface LeaseReply {
  lead: LeadView | null;
  /** Why there is nothing to do. */
  why?: "unknown" | "ended" | "leased" | "not_due";
  /** Ms until asking again makes sense. */
  retry_in_ms?: number;
}

export interface ConsumerReply {
  kind: "yours" | "taken";
  /** The lead that owns the row. */
  owner: string;
  /** When that lead was sold, ms ago; null while it is open. */
  sold_ago_ms: number | null;
}

/** Late bids reach the book after their auction did. */
export interface LateBid {
  ping_id: string;
  contract_id: string;
  ms: number;
}

export interface RecordCommand {
  v: 1;
  /** Nonce: a batch that is sent twice is written once. */
  batch: string;
  auctions: AuctionRecord[];
  late: LateBid[];
  /** Fraction of unposted auctions kept for reports is decided by the caller: these ids are to be projected to D1. */
  project: string[];
}
export interface RecordReply {
  /** Config sequence of the snapshot this shard keeps for cold isolates. */
  snapshot_seq: number;
}

export interface PublicLead {
  lead_id: string;
  publisher_id: string;
  campaign_id: string;
  test: boolean;
  state: LeadState;
  created_at: number;
  closed_at: number | null;
  outcome: LeadOutcome | null;
  wrapped_key: string;
}

export interface AttemptView extends AttemptRecord {
  /** Epoch ms, book's clock. */
  at: number;
  late_evidence: boolean;
}

/** Everything the book knows of a lead, for the trace. */
export interface LeadStory {
  lead: LeadView & { created_at: number; closed_at: number | null };
  auction: AuctionRecord | null;
  attempts: AttemptView[];
  /** Steps with the book's clock: claimed, planned, advanced, settled, taken_over, frozen, closed, … */
  steps: { at: number; step: string; detail: Record<string, string | number | boolean | null> }[];
}

export interface BookStats {
  shard: string;
  auctions: number;
  open_leads: number;
  resting_leads: number;
  unknown: number;
  oldest_unknown_ms: number;
  outbox: number;
  /** Age of the oldest event that D1 does not have yet, in ms. */
  outbox_lag_ms: number;
}

/** Port of one shard's object; `AuctionBook` implements it, tests and the emulated platform too. */
export interface BookPort {
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

/** Sealed lead: what a post needs. JSON before sealing. */
export interface SealedLead {
  lead: Fields;
  consent: Record<string, string>;
}
