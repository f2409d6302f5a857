import { type Money, toWire } from "../../schema/money.ts";
import type { AuctionRecord, Candidate, SealedFacts } from "../../schema/rpc/auction.ts";
import type { LeadStory, PlanBidder } from "../../schema/rpc/book.ts";
import { type Explanation, explain } from "../auction/eligibility.ts";
import { ERROR_CLASSES } from "../auction/error-classes.ts";
import { readId } from "../crypto/ids.ts";
import { openForLead, openLeadKey, openWithRing } from "../crypto/seal.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { happened } from "./explain.ts";
import { auctionOwner } from "./record.ts";
import { whyNot } from "./why.ts";

const wire = (amount: Money | undefined): number | null => (amount === undefined ? null : toWire(amount));

/** The whole story of a lead: every contract of its campaign with what it was asked, answered and why it did not win, then every step. */
export async function traceLead(
  g: Gateway,
  lead_id: string,
  open: boolean,
  ledger: (lead_id: string) => Promise<LeadStory | null>,
): Promise<Record<string, unknown> | null> {
  const id = readId(g.settings.HASH_SECRET, lead_id, "l");
  const story = id ? ((await g.book(id.shard).story(lead_id)) ?? (await ledger(lead_id))) : null;
  if (!story) return null;
  const snapshot = await g.snapshot();
  const { lead } = story;
  return {
    lead: leadPart(story),
    auction: story.auction ? auctionPart(story.auction) : null,
    buyers: story.auction ? await buyersPart(g, snapshot, story.auction, lead.plan) : [],
    attempts: await attemptsPart(g, story, open),
    steps: stepsPart(story),
    sale: salePart(story),
  };
}

/** An auction alone: pings that nobody posted. */
export async function traceAuction(g: Gateway, auction: AuctionRecord): Promise<Record<string, unknown>> {
  return { auction: auctionPart(auction), buyers: await buyersPart(g, await g.snapshot(), auction, []) };
}

function leadPart({ lead }: LeadStory): Record<string, unknown> {
  const told = lead.outcome ?? lead.frozen;
  return {
    lead_id: lead.lead_id,
    publisher: lead.publisher_id,
    campaign: lead.campaign_id,
    state: lead.state,
    result: told?.result ?? null,
    code: told?.code ?? null,
    price: told ? toWire(told.price) : null,
    promise: toWire(lead.promise),
    mode: lead.mode,
    test: lead.test,
    risk: lead.risk_flag,
    epoch: lead.epoch,
    created_at: lead.created_at,
    closed_at: lead.closed_at,
    erased_at: lead.erased_at,
  };
}

function auctionPart(auction: AuctionRecord): Record<string, unknown> {
  const { ping_id, at, took_ms, result, code, facts, config_seq, filtered, min_price, forced } = auction;
  return {
    ping_id,
    at,
    took_ms,
    result,
    code: code ?? null,
    price: toWire(auction.price),
    min_price: toWire(min_price),
    facts,
    config_seq,
    filtered,
    forced: forced ?? null,
  };
}

/** The book's steps with a sentence each; amounts as on the wire, like everywhere else. */
function stepsPart(story: LeadStory): Record<string, unknown>[] {
  const texts = happened(story);
  return story.steps.map(({ at, step, detail }, i) => {
    const amounts = MONEY.filter((name) => typeof detail[name] === "number");
    const wired = Object.fromEntries(amounts.map((name) => [name, toWire(detail[name] as Money)]));
    return { at, step, text: texts[i]?.text, detail: { ...detail, ...wired } };
  });
}

const MONEY = ["price", "payout", "above"] as const;

function salePart({ lead, steps }: LeadStory): Record<string, unknown> | null {
  const closed = steps.findLast((step) => step.step === "closed" && step.detail.state === "sold");
  if (!closed || lead.state !== "sold") return null;
  const price = closed.detail.price as Money;
  const payout = closed.detail.payout as Money;
  const bidder = lead.plan.find((b) => b.status === "accepted");
  return {
    contract_id: bidder?.contract_id ?? null,
    buyer_id: bidder?.buyer_id ?? null,
    price: toWire(price),
    payout: toWire(payout),
    margin: toWire((price - payout) as Money),
  };
}

/** Every contract of the campaign: asked ones from the record, shut-out ones by replaying eligibility on the recorded facts. */
async function buyersPart(
  g: Gateway,
  snapshot: Snapshot,
  auction: AuctionRecord,
  plan: PlanBidder[],
): Promise<Record<string, unknown>[]> {
  const hidden = await hiddenOf(g, auction);
  const asked = auction.candidates.map((candidate) =>
    candidatePart(candidate, plan, hidden.answers[candidate.contract_id]),
  );
  const known = new Set(auction.candidates.map((candidate) => candidate.contract_id));
  const shut = auction.forced ? [] : explained(snapshot, auction, hidden).filter((e) => !known.has(e.contract_id));
  return [...asked, ...shut.map(shutOutPart)];
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

function shutOutPart(e: Explanation): Record<string, unknown> {
  const reason = e.reason ?? "not_eligible_then";
  return {
    contract_id: e.contract_id,
    buyer_id: e.buyer_id,
    asked: false,
    outcome: null,
    reason,
    why: whyNot(reason, e.detail),
    post: null,
  };
}

function candidatePart(candidate: Candidate, plan: PlanBidder[], answer: string | undefined): Record<string, unknown> {
  const bidder = plan.find((b) => b.contract_id === candidate.contract_id);
  return {
    contract_id: candidate.contract_id,
    buyer_id: candidate.buyer_id,
    endpoint_id: candidate.endpoint_id,
    asked: candidate.outcome !== null && candidate.outcome !== "not_attempted",
    outcome: candidate.outcome,
    error: candidate.error ?? null,
    http_status: candidate.http_status ?? null,
    sent_at_ms: candidate.sent_at_ms ?? null,
    ms: candidate.ms ?? null,
    bid: wire(candidate.bid),
    payout: wire(candidate.payout),
    rank: candidate.rank ?? null,
    reason: candidate.reason,
    why: whyNot(candidate.reason, candidate.error),
    answer: answer ?? null,
    post: bidder
      ? {
          status: bidder.status,
          refusal: bidder.refusal ?? null,
          rounds: bidder.round,
          attempts: bidder.attempts,
          last_outcome: bidder.last_outcome ?? null,
        }
      : null,
  };
}

async function hiddenOf(g: Gateway, auction: AuctionRecord): Promise<SealedFacts> {
  if (!auction.sealed) return { facts: {}, answers: {} };
  const text = await openWithRing(await g.ring(), auction.sealed, auctionOwner(auction.ping_id)).catch(
    () => '{"facts":{},"answers":{}}',
  );
  return JSON.parse(text) as SealedFacts;
}

/** Payloads hold personal data: only opened on request, which the route writes to the audit. */
async function attemptsPart(g: Gateway, story: LeadStory, open: boolean): Promise<Record<string, unknown>[]> {
  // An erased lead has no key; what happened to it is still told.
  const readable = open && story.lead.wrapped_key !== "";
  const key = readable ? await openLeadKey(await g.ring(), story.lead.wrapped_key, story.lead.lead_id) : null;
  return Promise.all(
    story.attempts.map(async ({ sealed, price, takes: _, ...attempt }) => ({
      ...attempt,
      price: wire(price),
      why: ERROR_CLASSES[attempt.class]?.say ?? null,
      payload: key && sealed ? await openForLead(key, sealed).catch(() => null) : sealed ? "sealed" : null,
    })),
  );
}
