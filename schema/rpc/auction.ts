import type { AnswerCode, ExclusionReason, LossReason, PingError, PingOutcome } from "../lists.ts";
import type { Money } from "../money.ts";

/** A scalar lead value after normalising. */
export type FieldValue = string | number | boolean;
export type Fields = Record<string, FieldValue>;

/** One contract's place in an auction, as recorded: asked or not, what came, how long it took, why not. */
export interface Candidate {
  contract_id: string;
  buyer_id: string;
  endpoint_id: string;
  /** null: fixed price, nobody was asked. */
  outcome: PingOutcome | null;
  /** Detail beside outcome `error` or `not_attempted`. */
  error?: PingError;
  http_status?: number;
  /** From dispatch to the answer or the end of waiting, in ms. */
  ms?: number;
  /** When it was dispatched, in ms after the auction's start. */
  sent_at_ms?: number;
  /** How long it was given, from dispatch; an auction that ends sooner cuts it short. */
  timeout_ms?: number;
  /** What the buyer offered to pay. */
  bid?: Money;
  /** What the publisher would get of it. */
  payout?: Money;
  /** 1 = winner. Only valid bids have a rank. */
  rank?: number;
  /** null only for rank 1. */
  reason: LossReason | null;
}

/** A contract that was shut out by its status, not by its filters (those are recomputed). */
export interface StatusExclusion {
  contract_id: string;
  reason: ExclusionReason;
}

/** A bidder that a post may be sent to, in order of rank. */
export interface RankedBid {
  /** Publisher's handle: `<ping id>_<rank>`. */
  bid_id: string;
  contract_id: string;
  buyer_id: string;
  endpoint_id: string;
  /** What the buyer pays; what is held. */
  price: Money;
  /** What the publisher gets. */
  payout: Money;
  brand?: string;
  consent_text?: string;
  /** Values of the buyer's answer that its post needs (`ref` and own names). */
  carried: Record<string, string>;
  /** Epoch ms after which the buyer no longer honours the bid. */
  valid_until?: number;
}

/** When what happened, in ms from the request's arrival. */
export interface AuctionTiming {
  /** The fan-out began: candidates' `sent_at_ms` count from here. */
  asked_ms: number;
  /** The last bid that was waited for was in. */
  bids_in_ms: number;
  /** Bids had to be in by then: `due_ms` less our own share. */
  bids_due_ms: number;
  /** The publisher's answer was due. */
  due_ms: number;
}

/** What the book remembers of an auction. Public facts in plain; quasi and hashed ones sealed. */
export interface AuctionRecord {
  ping_id: string;
  publisher_id: string;
  campaign_id: string;
  test: boolean;
  /** Epoch ms. */
  at: number;
  expires_at: number;
  /** The snapshot's config sequence: with it eligibility can be replayed. */
  config_seq: number;
  /** Public fields only. */
  facts: Fields;
  /** Sealed JSON {@link SealedFacts}; absent when there are none. */
  sealed?: string;
  sub_ids: Record<string, string>;
  min_price: Money;
  result: "accepted" | "rejected";
  code?: AnswerCode;
  /** The promise: what the publisher was offered. */
  price: Money;
  ranked: RankedBid[];
  candidates: Candidate[];
  excluded: StatusExclusion[];
  /** How many contracts a filter, schedule, source or consent rule shut out. */
  filtered: number;
  /** Ms from the request to the answer. */
  took_ms: number;
  /** Absent: nobody was asked, or an earlier version recorded it. */
  timing?: AuctionTiming;
  /** Magic ZIP that forced this auction's outcome. */
  forced?: string;
}

/** Quasi and hashed facts of a ping, and short pieces of buyers' answers (at most 200 characters each) for the trace. */
export interface SealedFacts {
  facts: Fields;
  answers: Record<string, string>;
}
