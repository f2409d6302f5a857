import type { AnswerCode, AttemptClass, AttemptOutcome, PingError, PingOutcome } from "../../schema/lists.ts";
import { type Money, parseMoney, ZERO } from "../../schema/money.ts";

/** Holtsville, New York: the lowest ZIP of the US Postal Service. Everything below it is free for tests. */
export const LOWEST_REAL_ZIP = "00501";

/** Every id of a simulated contract, buyer and endpoint starts so; the flow calls nobody for them. */
export const SIMULATED_PREFIX = "test-";
export const isSimulated = (id: string): boolean => id.startsWith(SIMULATED_PREFIX);

/** What a simulated buyer answers to a post. */
export interface SimulatedPost {
  outcome: AttemptOutcome;
  class: AttemptClass;
  /** Silent: the answer does not come before the deadline. The flow waits for it as for a real buyer. */
  waits: boolean;
  held_for_review: boolean;
  redirect_url?: string;
}

export interface SimulatedBidder {
  name: string;
  contract_id: string;
  buyer_id: string;
  endpoint_id: string;
  outcome: PingOutcome;
  error?: PingError;
  /** What the buyer pays; null when `outcome` is not `bid`. */
  bid: Money | null;
  /** The n-th request gets the n-th answer, further ones the last; empty when it does not bid. */
  posts: SimulatedPost[];
}

/**
 * What a magic ZIP makes of an auction, in place of calling anybody. Bidders are listed in order of rank; equal bids keep it.
 * Floor, margin and caps do not apply; the publisher's share does. A code, where there is one, is the answer whatever was bid.
 */
export interface ForcedAuction {
  zip: string;
  name: string;
  ping_code: AnswerCode | null;
  /** Answered by the post (or the one-step lead) before any buyer is asked. */
  post_code: AnswerCode | null;
  bidders: SimulatedBidder[];
}

/** The price that every simulated winner bids, in units of the campaign's currency. */
export const SIMULATED_PRICE: Money = parseMoney("12.34") ?? ZERO;

const post = (outcome: AttemptOutcome, kind: AttemptClass, more: Partial<SimulatedPost> = {}): SimulatedPost => ({
  outcome,
  class: kind,
  waits: false,
  held_for_review: false,
  ...more,
});
const ACCEPTS = post("accepted", "ok");
const REJECTS = post("rejected", "rejected");
const SILENT = post("unknown", "timeout", { waits: true });

function bidder(name: string, answer: Pick<SimulatedBidder, "outcome" | "error" | "bid" | "posts">): SimulatedBidder {
  const id = `${SIMULATED_PREFIX}${name}`;
  return { name: `Test buyer ${name}`, contract_id: id, buyer_id: id, endpoint_id: id, ...answer };
}
/** All bid the same: a post never goes below the promise, so a lower second bidder would not be asked in two steps. */
const bids = (name: string, ...posts: SimulatedPost[]): SimulatedBidder =>
  bidder(name, { outcome: "bid", bid: SIMULATED_PRICE, posts });
const silent = (name: string, outcome: PingOutcome, error?: PingError): SimulatedBidder =>
  bidder(name, { outcome, bid: null, posts: [], ...(error && { error }) });

interface Magic extends Partial<Pick<ForcedAuction, "ping_code" | "post_code">> {
  name: string;
  /** What the publisher is answered in the end. */
  forces: string;
  description: string;
  bidders?: SimulatedBidder[];
}

const MAGIC: Record<string, Magic> = {
  "00001": {
    name: "sold",
    forces: "accepted",
    description: "Bid of 12.34; the first buyer accepts the post.",
    bidders: [bids("a", ACCEPTS), bids("b", ACCEPTS), silent("c", "no_bid")],
  },
  "00002": {
    name: "no_eligible_buyers",
    forces: "rejected: no_eligible_buyers",
    description: "No contract takes the lead; nobody is asked.",
    ping_code: "no_eligible_buyers",
  },
  "00003": {
    name: "no_bids",
    forces: "rejected: no_bids",
    description: "Three buyers are asked: one does not bid, one does not answer in time, one answers an error.",
    ping_code: "no_bids",
    bidders: [silent("a", "no_bid"), silent("b", "timeout"), silent("c", "error", "http_status")],
  },
  "00004": {
    name: "sold_to_second",
    forces: "accepted",
    description: "Two bids of 12.34; the first buyer rejects the post, the second accepts it.",
    bidders: [bids("a", REJECTS), bids("b", ACCEPTS)],
  },
  "00005": {
    name: "all_reject",
    forces: "rejected: buyers_rejected",
    description: "Two bids of 12.34; both buyers reject the post.",
    bidders: [bids("a", REJECTS), bids("b", REJECTS)],
  },
  "00006": {
    name: "pending_then_sold",
    forces: "pending, then sold (publishers in pending mode); no_answer_in_time or the risk rule's answer (final mode)",
    description: "Bid of 12.34; the buyer does not answer the first post and accepts when it is asked again.",
    bidders: [bids("a", SILENT, ACCEPTS)],
  },
  "00007": {
    name: "unknown",
    forces: "pending or no_answer_in_time, then under_review",
    description: "Bid of 12.34; the buyer never answers the post, however often it is asked.",
    bidders: [bids("a", SILENT)],
  },
  "00008": {
    name: "duplicate",
    forces: "rejected: duplicate, by the post",
    description: "Bid of 12.34; the post finds that the consumer was sold before.",
    post_code: "duplicate",
    bidders: [bids("a", ACCEPTS)],
  },
  "00009": {
    name: "sold_with_redirect",
    forces: "accepted with redirect_url",
    description: "Bid of 12.34; the buyer accepts and names a page for the consumer.",
    bidders: [bids("a", post("accepted", "ok", { redirect_url: "https://example.com/thank-you?test=1" }))],
  },
  "00010": {
    name: "duplicate_at_ping",
    forces: "rejected: duplicate, by the ping",
    description: "The ping finds that the consumer was sold before; nobody is asked.",
    ping_code: "duplicate",
  },
  "00011": {
    name: "suppressed",
    forces: "rejected: suppressed",
    description: "The consumer is on the suppression list; nobody is asked.",
    ping_code: "suppressed",
  },
  "00012": {
    name: "not_taken",
    forces: "rejected: not_taken",
    description: "Bid of 12.34; the buyer answers every post with 429, not now.",
    bidders: [bids("a", post("not_taken", "throttled"))],
  },
  "00013": {
    name: "set_up_error",
    forces: "pending: parked (publishers in pending mode), else rejected: not_taken",
    description: "Bid of 12.34; the buyer refuses the gateway's credentials.",
    bidders: [bids("a", post("set_up_error", "auth"))],
  },
  "00014": {
    name: "held_for_review",
    forces: "pending: under_review (publishers in pending mode), else rejected: under_review",
    description: "Bid of 12.34; the buyer holds the lead for its own manual review and is not asked again.",
    bidders: [bids("a", post("unknown", "ok", { held_for_review: true }))],
  },
};

/** For the posting specification: each magic ZIP, its name, what the publisher is answered and how it comes about. */
export const MAGIC_ZIPS: Readonly<Record<string, { name: string; forces: string; description: string }>> =
  Object.fromEntries(
    Object.entries(MAGIC).map(([zip, { name, forces, description }]) => [zip, { name, forces, description }]),
  );

/**
 * The plan of a magic ZIP, or null for any other. A lead with a magic ZIP is a test lead, whatever its key and flag say.
 * @param zip normalised to five digits; what a lead without a ZIP has (undefined) is none.
 */
export function forcedAuction(zip: unknown): ForcedAuction | null {
  const magic = typeof zip === "string" && Object.hasOwn(MAGIC, zip) ? MAGIC[zip] : undefined;
  if (!magic || typeof zip !== "string") return null;
  return {
    zip,
    name: magic.name,
    ping_code: magic.ping_code ?? null,
    post_code: magic.post_code ?? null,
    bidders: structuredClone(magic.bidders ?? []),
  };
}
