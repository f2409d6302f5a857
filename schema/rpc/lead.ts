import type {
  AnswerCode,
  AttemptClass,
  AttemptOutcome,
  BidderStatus,
  EvidenceKind,
  LeadState,
  ReserveRefusal,
  RestReason,
} from "../lists.ts";
import type { Money } from "../money.ts";
import type { AuctionRecord, Fields, RankedBid } from "./auction.ts";

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
  // `endpoint_id` is where its round's requests go: what an endpoint may have is found out there.
  status: BidderStatus;
  /** Last refusal of `reserve`, when status is `refused`. */
  refusal?: ReserveRefusal | "consent" | "bid_expired" | "unreachable";
  /** Rounds of "not now, later" (each has its own reservation). */
  round: number;
  /** Requests of this round so far. */
  attempts: number;
  /** Status calls of this round so far. */
  asked?: number;
  /** Came into the plan later: by a re-auction, as another contract's overflow, or by an operator. */
  came?: "re_auction" | "overflow" | "operator";
  /** Epoch ms (book's clock) before which it is not asked again. */
  not_before?: number;
  /** Some attempt of this round ended unknown: a `duplicate` now means accepted, a plain reject may not be definite. */
  doubt: boolean;
  last_outcome?: AttemptOutcome;
  last_class?: AttemptClass;
  /** Some attempt's answer said that the buyer looks at the lead by hand: never sent again, whoever takes the lead over. */
  held_for_review?: boolean;
  /**
   * A status call, the buyer's own report or an operator said of this round that the buyer does not have the lead: `rejected`, or
   * `not_taken` (it never arrived). Whoever works on the lead gives the hold back and settles the bidder so.
   */
  definite_no?: "rejected" | "not_taken";
  /** It may have the lead; an operator sends the lead to others all the same, at our risk. */
  passed_over?: boolean;
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
  /** Epoch ms by the book's clock: what "aged" is counted from. */
  created_at: number;
  /** Auctions that were held for it after its first. */
  re_auctions: number;
  /** Take-overs in a row without a step forward; many mean that it is stuck. */
  stalls: number;
  /** Why it rests; null unless its state is review or parked. */
  rest: Rest | null;
  /** Epoch ms when its personal data was destroyed; null = it is still there. */
  erased_at: number | null;
}

/** Why a lead rests, since when (epoch ms), and whose endpoint is the matter, where one is. */
export interface Rest {
  why: RestReason;
  at: number;
  contract_id?: string;
}

/** Which bidder, and which request of it. `attempt` starts at 1 within the round. */
export interface AttemptKey {
  index: number;
  round: number;
  attempt: number;
  /** Where it goes, the first of its round; absent: where the bidder was asked before, or where its bid came from. */
  endpoint_id?: string;
}

/** Evidence of an attempt; accepted at any epoch, idempotent by `attempt_id`. Payloads are sealed with the lead's key. */
export interface AttemptRecord extends AttemptKey {
  attempt_id: string;
  /** Absent = `post`. */
  kind?: EvidenceKind;
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
  /** The buyer's reason, in the dialect's classes. */
  reason_class?: string;
  /** Counter-price of the buyer's answer. */
  price?: Money;
  /** Sealed JSON {request, answer, reason, buyer_lead_id, redirect_url}. */
  sealed?: string;
  /** The rules take this evidence as "the buyer has the lead": the book marks the bidder accepted unless it is too late. */
  takes?: boolean;
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
  lead: LeadView & { closed_at: number | null };
  auction: AuctionRecord | null;
  attempts: AttemptView[];
  /** Steps with the book's clock: claimed, planned, advanced, settled, taken_over, frozen, closed, … */
  steps: { at: number; step: string; detail: Record<string, string | number | boolean | null> }[];
}

/** Sealed lead: what a post needs. JSON before sealing. */
export interface SealedLead {
  lead: Fields;
  consent: Record<string, string>;
}
