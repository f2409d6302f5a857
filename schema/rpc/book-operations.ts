import type { LeadState, RestReason } from "../lists.ts";
import type { Money } from "../money.ts";
import type { AuctionRecord, RankedBid } from "./auction.ts";
import type { PersonMarks, PlanReply } from "./book-calls.ts";
import type { LeadMode } from "./lead.ts";

/** What operators, the keeper and the later half of a lead's life ask of a book. Times in replies are epoch ms, the book's clock. */

/** A lead that rests or is in doubt, in one line: ids, times and money, nothing personal. */
export interface LeadLine {
  lead_id: string;
  publisher_id: string;
  campaign_id: string;
  test: boolean;
  mode: LeadMode;
  state: LeadState;
  created_at: number;
  /** Since when it rests; null = it does not. */
  rest_at: number | null;
  rest_why: RestReason | null;
  /** Since when an outcome is unknown; null = none is. */
  unknown_since: number | null;
  /** Bidders that may have it. `risk`: what each was to pay. */
  in_doubt: {
    contract_id: string;
    buyer_id: string;
    endpoint_id: string;
    price: Money;
    attempts: number;
    asked: number;
  }[];
  /** Bidders whose endpoint is wrongly set up. */
  set_up_errors: { contract_id: string; endpoint_id: string }[];
  /** What the publisher was told for good. */
  told: "accepted" | "rejected" | null;
  /** When it goes on by itself; null or absent = it rests, or somebody works on it now. */
  next_at?: number | null;
}

export interface LinesQuery {
  v: 1;
  /** `resting`: review and parked (dead letters); `unknown`: some outcome is unknown, resting or not. */
  what: "resting" | "unknown";
  state?: "review" | "parked";
  why?: RestReason;
  campaign_id?: string;
  publisher_id?: string;
  /** A bidder in doubt or wrongly set up. */
  contract_id?: string;
  buyer_id?: string;
  endpoint_id?: string;
  /** Ids after this one, in order of id. */
  after: string | null;
  limit: number;
}
export interface LinesReply {
  lines: LeadLine[];
  next: string | null;
}

/** Sets a resting lead to work again. */
export interface ReopenCommand {
  v: 1;
  lead_id: string;
  author: string;
  reason: string;
  /**
   * same: whoever is in doubt or wrongly set up is asked again, with new attempts (an unknown keeps its key and round);
   * others: those not asked yet, and a re-auction; contract: this bid joins the plan as the next.
   */
  to: { kind: "same" } | { kind: "others" } | { kind: "contract"; bid: RankedBid };
  /** Somebody may have the lead and another is to be asked: the operator's risk, flagged. */
  accept_risk: boolean;
  /** Ms from now. */
  in_ms: number;
}
export type ReopenReply =
  | { kind: "reopened"; epoch: number }
  | { kind: "refused"; why: "not_found" | "not_resting" | "told_rejected" | "in_doubt" | "nobody_left" | "erased" };

/** The lead's content as an operator mended it, sealed with the lead's own key. Only while it rests. */
export interface EditCommand {
  v: 1;
  lead_id: string;
  author: string;
  /** The content that was read, as it was sealed: an edit of something else changes nothing. */
  was: string;
  sealed: string;
  /** Names only. */
  fields: string[];
  person_marks: PersonMarks;
  /** Rows of the consumer that the new content names, claimed for this lead before: they join its own and are settled at its end. */
  consumer_keys?: string[];
}

/** `changed`: somebody else has edited it since it was read. */
export type EditReply = ReopenReply["kind"] | "changed";

/** A sold lead whose buyer failed it. The charge has been given back before (`refund_id`). */
export interface ReturnCommand {
  v: 1;
  lead_id: string;
  reservation_id: string;
  refund_id: string;
  reason: string;
  author: string;
  /** Open again for others: next bidders, then a re-auction. */
  re_auction: boolean;
}
export type ReturnReply =
  | { kind: "returned"; reopened: boolean }
  | { kind: "refused"; why: "not_found" | "not_sold_to" | "erased" };

/** One lead as reconcile reads it. */
export interface LeadFact {
  lead_id: string;
  state: LeadState;
  test: boolean;
  created_at: number;
  updated_at: number;
  sale: { reservation_id: string; buyer_id: string; price: Money; payout: Money } | null;
  /** Reservations of bidders that may still hold money. */
  open_reservations: { reservation_id: string; buyer_id: string }[];
  /** Reservations that were captured although the lead could not be sold to them: an operator was told. */
  contested: string[];
  /** Reservations of earlier sales, each given back; oldest first. */
  returned: string[];
  attempts: number;
  wrapped_key_id: string;
  erased_at: number | null;
  /** Only the outcome is left in the book. */
  slim: boolean;
}
export interface FactPage {
  facts: LeadFact[];
  next: string | null;
}

export interface BookOperations {
  /** A further auction's bidders join the plan, behind those that are there; refused when the epoch is stale. */
  extend(lead_id: string, epoch: number, auction: AuctionRecord): Promise<PlanReply>;
  lines(query: LinesQuery): Promise<LinesReply>;
  reopen(command: ReopenCommand): Promise<ReopenReply>;
  /** The endpoint was repaired: parked leads that wait for it resume, spread over `over_ms`. Returns how many, at most `limit` a call. */
  repaired(endpoint_id: string, over_ms: number, limit: number): Promise<number>;
  edit(command: EditCommand): Promise<EditReply>;
  returned(command: ReturnCommand): Promise<ReturnReply>;
  facts(after: string | null, limit: number): Promise<FactPage>;
  factsById(lead_ids: string[]): Promise<LeadFact[]>;
  /** Rebuild: writes the rows of these leads (lead, sale, money, deliveries, auction) to the outbox again. Returns how many leads. */
  republish(lead_ids: string[]): Promise<number>;
  /** Leads of this person, whatever their state. */
  leadsOf(marks: string[]): Promise<string[]>;
  /**
   * Destroys the lead's key and everything sealed with it. Only of a lead that does not move: an open one is refused (`open`).
   * Resting ones end `unsold` where nobody can have them, and stay in review otherwise: the plan and the money remain.
   */
  erase(lead_id: string, author: string, reason: string): Promise<"erased" | "open" | "not_found">;
  /** The lead's key, wrapped anew by a newer key of the ring. False when it was erased or changed meanwhile. */
  rewrap(lead_id: string, from: string, to: string): Promise<boolean>;
}
