import type { AnswerCode, BidderStatus, LeadState, RestReason } from "../lists.ts";
import type { Money } from "../money.ts";
import type { AuctionRecord, RankedBid } from "./auction.ts";
import type { AttemptKey, LeadMode, LeadOutcome, LeadView, PlanBidder } from "./lead.ts";

/**
 * Calls of an AuctionBook (one object a shard). All carry `v: 1`. Times that a caller passes are only ever durations in ms:
 * clocks differ. The one exception is an auction's own record (`at`, `expires_at`).
 */

/** HMACs (64 bits, base64url) of a person's phone and e-mail: as in the suppression list. */
export interface PersonMarks {
  phone?: string;
  email?: string;
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
  /** HMACs of phone and e-mail, the same in every campaign: by them an erasure finds the lead. */
  person_marks: PersonMarks;
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

export type AdvanceReply =
  | { kind: "go"; answer_in_ms: number }
  /** Someone else has taken over, or the lead has ended: stop, touch nothing. */
  | { kind: "stale"; state: LeadState; epoch: number }
  /** `answer_by` has passed and this publisher is final: no new post may begin. */
  | { kind: "closed" }
  /** This buyer has said meanwhile that it does not have the lead: go on from the lead as it stands. */
  | { kind: "news"; lead: LeadView };

/**
 * `open`: noted; a `takes` evidence has set its bidder to `accepted` in the same transaction, and from then on `freeze` tells the
 * publisher *accepted* at the bidder's payout. Also when the lead was already sold to this very reservation.
 * `late`: noted, but the publisher was told otherwise (frozen `rejected`) or the lead has ended without this reservation: a
 * `takes` evidence is then contested (alert; an open lead goes to review), never a charge.
 * `early`: nothing was noted. A repeat of the post that the buyer denies is on its way to it; the report counts once that has ended.
 */
export type EvidenceReply = { kind: "open" | "late" | "early"; state: LeadState };

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
  /** A status call was made: counts in the bidder's `asked`. */
  asked?: boolean;
  /** Joins the plan right after this bidder (its contract's overflow); one that is in the plan already does not join again. */
  overflow?: RankedBid;
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
  state: Exclude<LeadState, "open" | "returned">;
  code?: AnswerCode;
  /** review and parked: why, and whose contract is the matter. */
  rest?: { why: RestReason; contract_id?: string };
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
