import type { AnswerCode } from "../../schema/lists.ts";
import { ZERO } from "../../schema/money.ts";
import type { AuctionRecord, Candidate, RankedBid } from "../../schema/rpc/auction.ts";
import type { PlanBidder } from "../../schema/rpc/book.ts";
import { basisPoints, split } from "../auction/money-rules.ts";
import { forcedAuction, type SimulatedBidder } from "../auction/test-mode.ts";
import type { AttemptResult } from "../buyers/channel.ts";
import { sleep } from "../deps.ts";
import type { Subject } from "./record.ts";
import type { Work } from "./work.ts";

/** The part of an auction that a magic ZIP decides; null for every other lead. Nobody is called. */
export function forcedDecision(
  subject: Subject,
): Pick<AuctionRecord, "result" | "code" | "price" | "ranked" | "candidates" | "forced"> | null {
  const plan = forcedAuction(subject.facts.zip);
  if (!plan) return null;
  const ranked: RankedBid[] = [];
  const candidates = plan.bidders.map((bidder): Candidate => {
    const bid =
      plan.ping_code === null && bidder.bid !== null ? rank(subject, bidder, bidder.bid, ranked.length + 1) : null;
    if (bid) ranked.push(bid);
    return {
      contract_id: bidder.contract_id,
      buyer_id: bidder.buyer_id,
      endpoint_id: bidder.endpoint_id,
      outcome: bidder.outcome,
      error: bidder.error,
      ms: 0,
      bid: bidder.bid ?? undefined,
      payout: bid?.payout,
      rank: bid ? ranked.length : undefined,
      reason: bid ? (ranked.length === 1 ? null : "lost_tie") : bidder.outcome === "bid" ? "lower_bid" : bidder.outcome,
    };
  });
  const best = ranked[0];
  return {
    result: best ? "accepted" : "rejected",
    code: best ? undefined : (plan.ping_code ?? "no_bids"),
    price: best?.payout ?? ZERO,
    ranked,
    candidates,
    forced: plan.zip,
  };
}

function rank(
  subject: Subject,
  bidder: SimulatedBidder,
  price: NonNullable<SimulatedBidder["bid"]>,
  rank: number,
): RankedBid {
  return {
    bid_id: `${subject.ping_id}_${rank}`,
    contract_id: bidder.contract_id,
    buyer_id: bidder.buyer_id,
    endpoint_id: bidder.endpoint_id,
    price,
    payout: split(
      price,
      basisPoints(subject.publisher.publisher_share ?? subject.campaign.config.auction.publisher_share),
      ZERO,
    ).payout,
    carried: {},
  };
}

/** A code with which a magic ZIP answers the post before any buyer is asked. */
export const forcedRefusal = (zip: string | undefined): AnswerCode | null => forcedAuction(zip)?.post_code ?? null;

/** What a simulated buyer answers to this request; null for real buyers. */
export async function forcedAttempt(w: Work, bidder: PlanBidder, attempt: number): Promise<AttemptResult | null> {
  const simulated = forcedAuction(w.lead.forced)?.bidders.find((b) => b.contract_id === bidder.contract_id);
  if (!simulated) return null;
  // The round counts too: "not now" begins a new one, with its own first request.
  const nth = Math.min(bidder.round - 1 + attempt, simulated.posts.length);
  const post = simulated.posts[nth - 1];
  if (!post) throw new Error("a simulated bidder must have an answer to a post");
  if (post.waits && w.live) await sleep(w.g.deps, Math.max(0, w.answer_by - w.g.deps.now()) + 20);
  return {
    outcome: post.outcome,
    class: post.class,
    held_for_review: post.held_for_review,
    http_status: null,
    ms: 0,
    redirect_url: post.redirect_url,
    request: "(simulated buyer: nobody was called)",
    answer: post.outcome,
  };
}
