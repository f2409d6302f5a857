import type { LeadState } from "../../schema/lists.ts";
import type { Money } from "../../schema/money.ts";
import { ZERO } from "../../schema/money.ts";
import type { AuctionRecord, RankedBid } from "../../schema/rpc/auction.ts";
import type { ClaimCommand, LeadOutcome, LeadView, PlanBidder, PublicLead, Rest } from "../../schema/rpc/book.ts";
import { restFor, rests, told, untried } from "./lead-state.ts";

/** The one sale of an exclusive lead. Amounts: what the buyer pays, what the publisher is paid for it. */
export interface Sale {
  index: number;
  reservation_id: string;
  price: Money;
  payout: Money;
  at: number;
  /** Absent in sales of earlier versions: the plan has them. */
  contract_id?: string;
  buyer_id?: string;
}

/** A sale that was given back because its buyer failed the lead. */
export interface PastSale extends Sale {
  refund_id: string;
  returned_at: number;
  risk: boolean;
  recovered: boolean;
  /** The lead was offered to others afterwards. */
  reopened: boolean;
}

export interface Step {
  at: number;
  step: string;
  detail: Record<string, string | number | boolean | null>;
}

type Given = Omit<ClaimCommand, "v" | "owner" | "answer_in_ms" | "allow_below_promise">;

/** A lead on its way, as its book stores it. All times are epoch ms of the book's clock. */
export interface Lead extends Given {
  /** The auction that the plan comes from; in two-step the ping's. */
  auction_id: string | null;
  created_at: number;
  updated_at: number;
  closed_at: number | null;
  answer_by: number;
  state: LeadState;
  epoch: number;
  /** Who holds the lease; null = given up until `resume_at`. */
  owner: string | null;
  lease_until: number;
  resume_at: number | null;
  /** Wake-ups sent since anybody last worked on it. */
  nudges: number;
  promise: Money;
  plan: PlanBidder[];
  /** Told before the end. `pending` is told for now; anything else binds for ever. */
  frozen: LeadOutcome | null;
  /** The end's; set once. */
  outcome: LeadOutcome | null;
  sale: Sale | null;
  /** Sales before this one, oldest first; each was given back. */
  past_sales: PastSale[];
  /** Sold and given back, and offered to others: the publisher's outcome stands, the lead goes on. */
  reselling: boolean;
  /** Auctions after its first, as they count against the campaign's limit: an operator may grant another. */
  re_auctions: number;
  /** All of them, by ping id. */
  re_auction_ids: string[];
  /** Take-overs in a row without a step forward. */
  stalls: number;
  /** Why and since when it rests; null unless its state is review or parked. */
  rest: Rest | null;
  /** Marks of the persons that the content named before it was edited. */
  past_marks: string[];
  /** When its key and everything sealed with it was destroyed. */
  erased_at: number | null;
  /** Reservations whose money was captured although the lead could not be sold to them. */
  contested: string[];
  risk_flag: boolean;
  recovered: boolean;
  postback_due: boolean;
  unknown_since: number | null;
  steps: Step[];
  /** Only the outcome is left, so that a repeated post still gets its answer. */
  slim: boolean;
}

/** What a lead of an earlier version lacks. */
const LATER_FIELDS = {
  past_sales: [],
  reselling: false,
  re_auctions: 0,
  re_auction_ids: [],
  stalls: 0,
  rest: null,
  erased_at: null,
  person_marks: {},
  past_marks: [],
} satisfies Partial<Lead>;

/** A stored lead. One that was stored by an earlier version has the fields that came later. */
export function leadOf(body: string): Lead {
  const lead: Lead = { ...LATER_FIELDS, ...(JSON.parse(body) as Lead) };
  if (!rests(lead) || lead.rest) return lead;
  return { ...lead, rest: { why: restFor(lead), at: lead.updated_at } };
}

/** A claimed lead. `auction`: two-step only. */
export function newLead(command: ClaimCommand, auction: AuctionRecord | null, now: number): Lead {
  const { v: _v, owner, answer_in_ms, allow_below_promise, ...given } = command;
  const lead: Lead = {
    ...given,
    owner,
    // A test auction never becomes live money, whatever its post says.
    test: command.test || (auction?.test ?? false),
    forced: command.forced ?? auction?.forced,
    auction_id: auction?.ping_id ?? null,
    created_at: now,
    updated_at: now,
    closed_at: null,
    answer_by: now + answer_in_ms,
    state: "open",
    epoch: 1,
    lease_until: now + command.lease_ms,
    resume_at: null,
    nudges: 0,
    promise: ZERO,
    plan: [],
    frozen: null,
    outcome: null,
    sale: null,
    past_sales: [],
    reselling: false,
    re_auctions: 0,
    re_auction_ids: [],
    stalls: 0,
    rest: null,
    past_marks: [],
    erased_at: null,
    contested: [],
    risk_flag: false,
    recovered: false,
    postback_due: false,
    unknown_since: null,
    steps: [],
    slim: false,
  };
  if (!auction) return lead;
  const plan = planOf(auction.ranked, command.bid_ids);
  return { ...lead, plan, promise: allow_below_promise ? ZERO : promiseOf(auction, plan, command.bid_ids) };
}

/** The ranking, or those of it that the publisher chose, in order of rank; nobody asked yet. */
export function planOf(ranked: RankedBid[], bid_ids: string[]): PlanBidder[] {
  const chosen = bid_ids.length === 0 ? ranked : ranked.filter((bid) => bid_ids.includes(bid.bid_id));
  return chosen.map((bid) => untried(bid));
}

/** The least that a post may bring: what the ping offered, or the payout of the best-ranked bid that the publisher chose. */
function promiseOf(auction: AuctionRecord, plan: PlanBidder[], bid_ids: string[]): Money {
  return bid_ids.length === 0 ? auction.price : (plan[0]?.payout ?? auction.price);
}

export function withStep(lead: Lead, at: number, step: string, detail: Step["detail"] = {}): Lead {
  const steps = [...lead.steps, { at, step, detail }];
  // The beginning and the end tell the story; a lead that goes round for days must not outgrow its row.
  if (steps.length > 200) steps.splice(100, 1);
  return { ...lead, steps };
}

export function viewOf(lead: Lead, now: number): LeadView {
  return {
    lead_id: lead.lead_id,
    ping_id: lead.ping_id,
    publisher_id: lead.publisher_id,
    campaign_id: lead.campaign_id,
    test: lead.test,
    mode: lead.mode,
    risk_rule: lead.risk_rule,
    state: lead.state,
    epoch: lead.epoch,
    answer_in_ms: lead.answer_by - now,
    promise: lead.promise,
    plan: lead.plan,
    bid_ids: lead.bid_ids,
    consumer_keys: lead.consumer_keys,
    sealed: lead.sealed,
    wrapped_key: lead.wrapped_key,
    frozen: lead.frozen,
    outcome: lead.outcome,
    risk_flag: lead.risk_flag,
    forced: lead.forced,
    click_id: lead.click_id,
    sub_ids: lead.sub_ids,
    postback_due: lead.postback_due,
    created_at: lead.created_at,
    re_auctions: lead.re_auctions,
    stalls: lead.stalls,
    rest: lead.rest,
    erased_at: lead.erased_at,
  };
}

export function publicOf(lead: Lead): PublicLead {
  return {
    lead_id: lead.lead_id,
    publisher_id: lead.publisher_id,
    campaign_id: lead.campaign_id,
    test: lead.test,
    state: lead.state,
    created_at: lead.created_at,
    closed_at: lead.closed_at,
    outcome: told(lead),
    wrapped_key: lead.wrapped_key,
  };
}
