import { type Money, toWire } from "../../schema/money.ts";
import type { RankedBid } from "../../schema/rpc/auction.ts";
import type { LeadView, ReopenCommand } from "../../schema/rpc/book.ts";
import type { CompiledContract } from "../auction/compiled.ts";
import { basisPoints, split } from "../auction/money-rules.ts";
import { reservationId } from "../auction/reservation-id.ts";
import { wasAsked } from "../auction/settle.ts";
import { readId } from "../crypto/ids.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";

/** An operator's order to set a resting lead to work again. */
export interface ReplayOrder {
  to: "same" | "others" | { contract_id: string; price?: Money };
  /** Somebody may have it and another is asked all the same. */
  accept_risk: boolean;
  reason: string;
  author: string;
}

export const REPLAY_REFUSALS = [
  "not_found",
  "not_resting",
  "told_rejected",
  "in_doubt",
  "charged",
  "nobody_left",
  "erased",
  "no_such_contract",
  "price_needed",
  "below_promise",
] as const;
export type ReplayRefusal = (typeof REPLAY_REFUSALS)[number];
/** `detail`: an amount or an id that the operator needs; never personal. */
export type Replayed = { kind: "replayed" } | { kind: "refused"; why: ReplayRefusal; detail?: string };

/**
 * Sets one lead in `review` or `parked` to work again and wakes it. What the flow always checks (consent, filters of an auction, caps,
 * balance, breakers) it checks again. Repeating the order of a lead that moves already is refused as `not_resting`.
 */
export async function replayOne(g: Gateway, lead_id: string, order: ReplayOrder): Promise<Replayed> {
  const id = readId(g.settings.HASH_SECRET, lead_id, "l");
  if (!id) return { kind: "refused", why: "not_found" };
  const book = g.book(id.shard);
  const lead = (await book.story(lead_id))?.lead;
  if (!lead) return { kind: "refused", why: "not_found" };
  const target = await targetOf(g, order.to, lead);
  if ("why" in target) return { kind: "refused", ...target };
  const charged = await chargedOf(g, lead);
  if (charged !== null) return { kind: "refused", why: "charged", detail: charged };
  const { author, reason, accept_risk } = order;
  const reply = await book.reopen({ v: 1, lead_id, author, reason, to: target, accept_risk, in_ms: 0 });
  if (reply.kind === "refused") return reply;
  g.deps.crash("after-reopen");
  // Only a wake-up: the book's alarm finds the lead without it.
  await g.enqueue({ v: 1, kind: "lead", lead_id }, 0).catch(() => {});
  return { kind: "replayed" };
}

/**
 * The contract that was charged for a lead which rests: an end as sold that was cut off after its capture. Whoever was asked now would be a
 * second sale; it is ended as sold to that buyer. Of one whose publisher was told no that is no way out, and the book says so.
 */
async function chargedOf(g: Gateway, lead: LeadView): Promise<string | null> {
  const told = (lead.outcome ?? lead.frozen)?.result;
  if (lead.test || lead.rest === null || told === "rejected") return null;
  for (const bidder of lead.plan) {
    if (!wasAsked(bidder)) continue;
    const { buyer_id, contract_id, round } = bidder;
    const facts = await g.account(buyer_id).reservationsById([reservationId(lead.lead_id, contract_id, round)]);
    if (facts.some(({ state, refunded }) => state === "captured" && refunded === 0)) return contract_id;
  }
  return null;
}

type Refused = { why: ReplayRefusal; detail?: string };

async function targetOf(g: Gateway, to: ReplayOrder["to"], lead: LeadView): Promise<ReopenCommand["to"] | Refused> {
  if (to === "same" || to === "others") return { kind: to };
  if (lead.state !== "review" && lead.state !== "parked") return { why: "not_resting" };
  const bid = bidOf(await g.snapshot(), lead, to);
  return "why" in bid ? bid : { kind: "contract", bid };
}

/** A contract's bid by the operator's word; what it pays and what the publisher gets of it follow the usual rules. */
export function bidOf(
  snapshot: Snapshot,
  lead: Pick<LeadView, "lead_id" | "campaign_id" | "publisher_id" | "promise" | "plan">,
  { contract_id, price: given }: { contract_id: string; price?: Money },
): RankedBid | Refused {
  const contract = snapshot.contract(contract_id);
  const campaign = snapshot.campaign(lead.campaign_id);
  if (!contract || !campaign || contract.config.campaign_id !== lead.campaign_id) return { why: "no_such_contract" };
  const earlier = lead.plan.findLast((bidder) => bidder.contract_id === contract_id);
  const price = given ?? fixedPrice(contract) ?? earlier?.price;
  if (price === undefined) return { why: "price_needed" };
  const { publisher_share, min_margin } = campaign.config.auction;
  const percent =
    contract.config.publisher_share ?? snapshot.publisher(lead.publisher_id)?.publisher_share ?? publisher_share;
  const { payout } = split(price, basisPoints(percent), min_margin);
  if (payout < lead.promise || payout < 0) return { why: "below_promise", detail: String(toWire(lead.promise)) };
  const { buyer, endpoint } = contract;
  return {
    bid_id: `${lead.lead_id}_${contract_id}`,
    contract_id,
    buyer_id: buyer.id,
    endpoint_id: endpoint.id,
    price,
    payout,
    // Whatever the buyer's own bid carried belongs to that bid; it is all that its post can be built from.
    carried: earlier?.carried ?? {},
  };
}

/** Of a table there is none without the lead: its bid of then, or a price that is named. */
const fixedPrice = ({ config }: CompiledContract): Money | undefined =>
  config.price.type === "fixed" ? config.price.amount : undefined;
