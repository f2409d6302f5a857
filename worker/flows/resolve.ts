import type { LeadState } from "../../schema/lists.ts";
import type { LeadStory, PlanBidder } from "../../schema/rpc/book.ts";
import { inDoubt } from "../auction/settle.ts";
import { readId } from "../crypto/ids.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { reservationId } from "./work.ts";

/** An operator's word on a lead that rests: nobody has it, or this contract's buyer has. */
export type Verdict = { as: "unsold" } | { as: "sold"; contract_id: string };

export type Resolved =
  | { kind: "resolved"; state: LeadState }
  | { kind: "refused"; why: "not_found" | "not_resting" | "no_such_bidder" | "told_rejected" | "hold_ended" };

/**
 * Ends a lead in `review` or `parked`. Unsold gives every doubtful hold back; sold captures the named buyer's hold, which is the
 * operator's knowledge in place of the buyer's answer. A publisher that was told no for good is never sold behind its back: what the
 * buyer owes then is an account entry. Repeating the same verdict changes nothing.
 */
export async function resolveLead(g: Gateway, lead_id: string, verdict: Verdict): Promise<Resolved> {
  const id = readId(g.settings.HASH_SECRET, lead_id, "l");
  const story = id ? await g.book(id.shard).story(lead_id) : null;
  if (!id || !story) return { kind: "refused", why: "not_found" };
  const { lead } = story;
  if (lead.state === verdict.as) return { kind: "resolved", state: lead.state };
  if (lead.state !== "review" && lead.state !== "parked") return { kind: "refused", why: "not_resting" };
  return verdict.as === "unsold" ? unsold(g, id.shard, story) : sold(g, id.shard, story, verdict.contract_id);
}

async function unsold(g: Gateway, shard: string, { lead }: LeadStory): Promise<Resolved> {
  // "Accepted" rests where the buyer's price was not: its hold is as open as a doubt.
  for (const bidder of lead.plan.filter((b) => inDoubt(b) || b.status === "accepted"))
    if (!lead.test) await g.account(bidder.buyer_id).release(reservationOf(lead.lead_id, bidder), "operator");
  const reply = await g
    .book(shard)
    .close({ v: 1, lead_id: lead.lead_id, epoch: null, state: "unsold", code: "buyers_rejected" });
  return reply.kind === "stale" ? { kind: "refused", why: "not_resting" } : { kind: "resolved", state: "unsold" };
}

async function sold(g: Gateway, shard: string, { lead }: LeadStory, contract_id: string): Promise<Resolved> {
  const index = lead.plan.findIndex((b) => b.contract_id === contract_id && (inDoubt(b) || b.status === "accepted"));
  const bidder = lead.plan[index];
  if (!bidder) return { kind: "refused", why: "no_such_bidder" };
  if ((lead.outcome ?? lead.frozen)?.result === "rejected") return { kind: "refused", why: "told_rejected" };
  const reservation_id = reservationOf(lead.lead_id, bidder);
  if (!lead.test) {
    const order = { v: 1 as const, reservation_id, price: bidder.price, attempt_id: `${reservation_id}_operator` };
    const captured = await g.account(bidder.buyer_id).capture(order);
    if (captured.kind === "contested") return { kind: "refused", why: "hold_ended" };
  }
  const reply = await g.book(shard).close({
    v: 1,
    lead_id: lead.lead_id,
    epoch: null,
    state: "sold",
    index,
    reservation_id,
    price: bidder.price,
    payout: bidder.payout,
    recovered: true,
  });
  return reply.kind === "closed" ? { kind: "resolved", state: "sold" } : { kind: "refused", why: "not_resting" };
}

const reservationOf = (lead_id: string, bidder: PlanBidder): string =>
  reservationId(lead_id, bidder.contract_id, bidder.round);
