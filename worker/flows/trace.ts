import type { AuctionPart, AuctionTrace } from "../../schema/api/auction-trace.ts";
import type { AttemptTrace, LeadTrace, MoneyTrace, StepTrace } from "../../schema/api/trace.ts";
import { type Money, toWire } from "../../schema/money.ts";
import type { AuctionRecord } from "../../schema/rpc/auction.ts";
import type { LeadStory } from "../../schema/rpc/book.ts";
import { ERROR_CLASSES } from "../auction/error-classes.ts";
import { readId } from "../crypto/ids.ts";
import { openForLead, openLeadKey } from "../crypto/seal.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { happened, whyItRests } from "./explain.ts";
import { actionsPart } from "./trace/actions.ts";
import { buyersPart } from "./trace/buyers.ts";
import { toldPart } from "./trace/told.ts";
import { auctionVerdict, leadVerdict } from "./trace/verdict.ts";

/** What the ledger adds to a book's story. */
export interface TraceLedger {
  /** The story of a lead that its book has let go. */
  story(lead_id: string): Promise<LeadStory | null>;
  /** null: the ledger does not answer; the trace is told without it. */
  money(lead_id: string): Promise<MoneyTrace | null>;
}

/** The whole story of a lead: every contract of its campaign with what it was asked, answered and why it did not win, then every step. */
export async function traceLead(
  g: Gateway,
  lead_id: string,
  open: boolean,
  ledger: TraceLedger,
): Promise<LeadTrace | null> {
  const id = readId(g.settings.HASH_SECRET, lead_id, "l");
  if (!id) return null;
  const [kept, money] = await Promise.all([g.book(id.shard).story(lead_id), ledger.money(lead_id)]);
  const story = kept ?? (await ledger.story(lead_id));
  if (!story) return null;
  const snapshot = await g.snapshot();
  const lead = leadPart(story);
  const auction = story.auction ? auctionPart(snapshot, story.auction) : null;
  const buyers = story.auction ? await buyersPart(g, snapshot, story.auction, story.lead.plan) : [];
  const sale = salePart(story);
  const rests = story.lead.rest ? whyItRests(story.lead.rest) : "It rests until an operator ends it.";
  return {
    verdict: leadVerdict({ lead, auction, buyers, sale, currency: currencyOf(snapshot, lead.campaign), rests }),
    lead,
    told: toldPart(story),
    auction,
    buyers,
    attempts: await attemptsPart(g, story, open),
    steps: stepsPart(story),
    sale,
    money,
    actions: actionsPart(story),
  };
}

/** An auction alone: pings that nobody posted. `lead_id`: what its post became. */
export async function traceAuction(g: Gateway, record: AuctionRecord, lead_id: string | null): Promise<AuctionTrace> {
  const snapshot = await g.snapshot();
  const buyers = await buyersPart(g, snapshot, record, []);
  const auction = auctionPart(snapshot, record);
  return { verdict: auctionVerdict(auction, buyers, lead_id !== null), lead_id, auction, buyers };
}

const currencyOf = (snapshot: Snapshot, campaign: string): string =>
  snapshot.campaign(campaign)?.config.currency ?? "USD";

function leadPart({ lead, steps }: LeadStory): LeadTrace["lead"] {
  const told = lead.outcome ?? lead.frozen;
  const within = steps.find(({ step }) => step === "claimed")?.detail.answer_in_ms;
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
    ping_id: lead.ping_id,
    click_id: lead.click_id ?? null,
    sub_ids: lead.sub_ids,
    created_at: lead.created_at,
    answer_by: typeof within === "number" ? lead.created_at + within : null,
    closed_at: lead.closed_at,
    erased_at: lead.erased_at,
  };
}

function auctionPart(snapshot: Snapshot, auction: AuctionRecord): AuctionPart {
  const { ping_id, at, expires_at, took_ms, result, code, facts, config_seq, filtered, min_price, forced } = auction;
  return {
    ping_id,
    publisher: auction.publisher_id,
    campaign: auction.campaign_id,
    currency: currencyOf(snapshot, auction.campaign_id),
    test: auction.test,
    at,
    expires_at,
    took_ms,
    timing: auction.timing ?? null,
    result,
    code: code ?? null,
    price: toWire(auction.price),
    min_price: toWire(min_price),
    facts,
    sub_ids: auction.sub_ids,
    config_seq,
    filtered,
    forced: forced ?? null,
  };
}

/** The book's steps with a sentence each; amounts as on the wire, like everywhere else. */
function stepsPart(story: LeadStory): StepTrace[] {
  const texts = happened(story);
  return story.steps.map(({ at, step, detail }, i) => {
    const amounts = MONEY.filter((name) => typeof detail[name] === "number");
    const wired = Object.fromEntries(amounts.map((name) => [name, toWire(detail[name] as Money)]));
    return { at, step, text: texts[i]?.text ?? step, detail: { ...detail, ...wired } };
  });
}

const MONEY = ["price", "payout", "above"] as const;

function salePart({ lead, steps }: LeadStory): LeadTrace["sale"] {
  const closed = steps.findLast((step) => step.step === "closed" && step.detail.state === "sold");
  if (!closed || lead.state !== "sold") return null;
  const price = closed.detail.price as Money;
  const payout = closed.detail.payout as Money;
  const bidder = lead.plan.find((b) => b.status === "accepted");
  const { reservation } = closed.detail;
  return {
    reservation_id: typeof reservation === "string" ? reservation : null,
    contract_id: bidder?.contract_id ?? null,
    buyer_id: bidder?.buyer_id ?? null,
    price: toWire(price),
    payout: toWire(payout),
    margin: toWire((price - payout) as Money),
  };
}

/** Payloads hold personal data: only opened on request, which the route writes to the audit. */
async function attemptsPart(g: Gateway, story: LeadStory, open: boolean): Promise<AttemptTrace[]> {
  // An erased lead has no key; what happened to it is still told.
  const readable = open && story.lead.wrapped_key !== "";
  const key = readable ? await openLeadKey(await g.ring(), story.lead.wrapped_key, story.lead.lead_id) : null;
  return Promise.all(
    story.attempts.map(async ({ sealed, price, takes: _, kind, ...attempt }) => ({
      ...attempt,
      kind: kind ?? ("post" as const),
      price: price === undefined ? null : toWire(price),
      why: ERROR_CLASSES[attempt.class]?.say ?? null,
      payload: key && sealed ? await opened(key, sealed) : sealed ? ("sealed" as const) : null,
    })),
  );
}

const opened = async (
  key: Parameters<typeof openForLead>[0],
  sealed: string,
): Promise<Record<string, unknown> | null> =>
  openForLead(key, sealed).then(
    (plain) => (typeof plain === "object" && plain !== null ? (plain as Record<string, unknown>) : null),
    () => null,
  );
