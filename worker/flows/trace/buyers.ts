import type { BuyerTrace } from "../../../schema/api/auction-trace.ts";
import { type Money, toWire } from "../../../schema/money.ts";
import type { AuctionRecord, Candidate, SealedFacts } from "../../../schema/rpc/auction.ts";
import type { PlanBidder } from "../../../schema/rpc/book.ts";
import { type Explanation, explain } from "../../auction/eligibility.ts";
import { openWithRing } from "../../crypto/seal.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import { auctionOwner } from "../record.ts";
import { whyNot } from "../why.ts";
import { whatToDo } from "./advice.ts";
import { howItStands } from "./stood.ts";

const wire = (amount: Money | undefined): number | null => (amount === undefined ? null : toWire(amount));

interface Of {
  snapshot: Snapshot;
  auction: AuctionRecord;
  plan: PlanBidder[];
}

/** Every contract of the campaign: asked ones from the record, shut-out ones by replaying eligibility on the recorded facts. */
export async function buyersPart(
  g: Gateway,
  snapshot: Snapshot,
  auction: AuctionRecord,
  plan: PlanBidder[],
): Promise<BuyerTrace[]> {
  const of = { snapshot, auction, plan };
  const hidden = await hiddenOf(g, auction);
  const asked = auction.candidates.map((candidate) =>
    candidatePart(of, candidate, hidden.answers[candidate.contract_id]),
  );
  const known = new Set(auction.candidates.map((candidate) => candidate.contract_id));
  const shut = auction.forced ? [] : explained(snapshot, auction, hidden).filter((e) => !known.has(e.contract_id));
  return [...asked, ...shut.map((e) => shutOutPart(of, e))];
}

function explained(snapshot: Snapshot, auction: AuctionRecord, hidden: SealedFacts): Explanation[] {
  const campaign = snapshot.campaign(auction.campaign_id);
  if (!campaign) return [];
  return explain({
    contracts: snapshot.contractsOf(auction.campaign_id),
    campaign,
    facts: { ...auction.facts, ...hidden.facts },
    now: auction.at,
    publisher_id: auction.publisher_id,
    sub_id1: auction.sub_ids.sub_id1,
    test: auction.test,
    floor: campaign.config.auction.floor,
    standing: () => ({ contract: undefined, endpoint: undefined, available: undefined, tripped: false }),
    may_wait: false,
    seed: 0,
    recorded: new Map(auction.excluded.map(({ contract_id, reason }) => [contract_id, reason])),
  });
}

function shutOutPart(of: Of, e: Explanation): BuyerTrace {
  const reason = e.reason ?? "not_eligible_then";
  const contract = of.snapshot.contract(e.contract_id);
  const endpoint_id = contract?.endpoint.id ?? null;
  return {
    contract_id: e.contract_id,
    buyer_id: e.buyer_id,
    buyer_name: contract?.buyer.name ?? null,
    endpoint_id,
    asked: false,
    outcome: null,
    error: null,
    http_status: null,
    sent_at_ms: null,
    ms: null,
    timeout_ms: null,
    bid: null,
    payout: null,
    rank: null,
    reason,
    why: whyNot(reason, e.detail),
    todo: whatToDo(reason, undefined, aboutOf(of, { ...e, endpoint_id })),
    answer: null,
    post: postPart(of.plan, e.contract_id),
  };
}

function candidatePart(of: Of, candidate: Candidate, answer: string | undefined): BuyerTrace {
  const { reason, error } = candidate;
  return {
    contract_id: candidate.contract_id,
    buyer_id: candidate.buyer_id,
    buyer_name: of.snapshot.record("buyer", candidate.buyer_id)?.body.name ?? null,
    endpoint_id: candidate.endpoint_id,
    asked: candidate.outcome !== null && candidate.outcome !== "not_attempted",
    outcome: candidate.outcome,
    error: error ?? null,
    http_status: candidate.http_status ?? null,
    sent_at_ms: candidate.sent_at_ms ?? null,
    ms: candidate.ms ?? null,
    timeout_ms: candidate.timeout_ms ?? null,
    bid: wire(candidate.bid),
    payout: wire(candidate.payout),
    rank: candidate.rank ?? null,
    reason,
    why: whyNot(reason, error),
    todo: whatToDo(reason, error, aboutOf(of, candidate)),
    answer: answer ?? null,
    post: postPart(of.plan, candidate.contract_id),
  };
}

const aboutOf = ({ auction }: Of, ids: { contract_id: string; buyer_id: string; endpoint_id: string | null }) => ({
  contract_id: ids.contract_id,
  buyer_id: ids.buyer_id,
  endpoint_id: ids.endpoint_id,
  campaign: auction.campaign_id,
  publisher: auction.publisher_id,
});

function postPart(plan: PlanBidder[], contract_id: string): BuyerTrace["post"] {
  const bidder = plan.find((b) => b.contract_id === contract_id);
  return bidder
    ? {
        status: bidder.status,
        refusal: bidder.refusal ?? null,
        rounds: bidder.round,
        attempts: bidder.attempts,
        last_outcome: bidder.last_outcome ?? null,
        came: bidder.came ?? null,
        text: howItStands(bidder),
      }
    : null;
}

/** What of an auction is kept sealed; nothing where no key of ours opens it. */
export async function hiddenOf(g: Gateway, auction: AuctionRecord): Promise<SealedFacts> {
  if (!auction.sealed) return { facts: {}, answers: {} };
  const text = await openWithRing(await g.ring(), auction.sealed, auctionOwner(auction.ping_id)).catch(
    () => '{"facts":{},"answers":{}}',
  );
  return JSON.parse(text) as SealedFacts;
}
