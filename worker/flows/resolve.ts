import type { LeadState } from "../../schema/lists.ts";
import type { LeadStory, LeadView, PlanBidder } from "../../schema/rpc/book.ts";
import { repriced } from "../auction/reprice.ts";
import { mayHave } from "../auction/settle.ts";
import { readId } from "../crypto/ids.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { NO_SALE, takeBack } from "./after-sale.ts";
import { reservationId } from "./work.ts";

/** An operator's word on a lead that rests: nobody has it, or this contract's buyer has. */
export type Verdict = { as: "unsold" } | { as: "sold"; contract_id: string };

export type Resolved =
  | { kind: "resolved"; state: LeadState }
  | {
      kind: "refused";
      why: "not_found" | "not_resting" | "no_such_bidder" | "told_rejected" | "hold_ended" | "charged" | "contested";
    };

/**
 * Ends a lead in `review` or `parked`. Unsold gives every doubtful hold back; sold captures the named buyer's hold, which is the
 * operator's knowledge in place of the buyer's answer. A publisher that was told no for good is never sold behind its back: what the
 * buyer owes then is an account entry. No charge is left standing that is nobody's sale. Repeating the same verdict changes nothing.
 */
export async function resolveLead(g: Gateway, lead_id: string, verdict: Verdict): Promise<Resolved> {
  const id = readId(g.settings.HASH_SECRET, lead_id, "l");
  const story = id ? await g.book(id.shard).story(lead_id) : null;
  if (!id || !story) return { kind: "refused", why: "not_found" };
  const { lead } = story;
  if (isSo(lead, verdict)) return { kind: "resolved", state: lead.state };
  if (lead.state !== "review" && lead.state !== "parked") return { kind: "refused", why: "not_resting" };
  return verdict.as === "unsold" ? unsold(g, id.shard, story) : sold(g, id.shard, story, verdict.contract_id);
}

/** Did it end so before? A lead that was sold once and given back ends `returned` where others end unsold. */
function isSo({ state, plan }: LeadView, verdict: Verdict): boolean {
  if (verdict.as === "unsold") return state === "unsold" || state === "returned";
  return state === "sold" && plan.some((b) => b.contract_id === verdict.contract_id && b.status === "accepted");
}

async function unsold(g: Gateway, shard: string, { lead }: LeadStory): Promise<Resolved> {
  // "Accepted" rests where the buyer's price was not: its hold is as open as a doubt.
  for (const bidder of lead.plan.filter(mayHave))
    if (!lead.test && !(await letGo(g, lead, bidder))) return { kind: "refused", why: "charged" };
  const reply = await g
    .book(shard)
    .close({ v: 1, lead_id: lead.lead_id, epoch: null, state: "unsold", code: "buyers_rejected" });
  if (reply.kind === "stale") return { kind: "refused", why: "not_resting" };
  const before = lead.plan.some(({ status }) => status === "returned");
  return { kind: "resolved", state: before ? "returned" : "unsold" };
}

/**
 * The bidder's hold goes back. What was captured is a sale whose worker died, and false: the lead can only be ended sold. Where the
 * publisher was told no it can be nobody's sale, and the charge goes back too.
 */
async function letGo(g: Gateway, lead: LeadView, bidder: PlanBidder): Promise<boolean> {
  const reservation_id = reservationOf(lead.lead_id, bidder);
  const account = g.account(bidder.buyer_id);
  if (await account.release(reservation_id, "operator")) return true;
  const [booked] = await account.reservationsById([reservation_id]);
  if (booked?.state === "captured" && booked.refunded >= booked.amount) return true;
  if ((lead.outcome ?? lead.frozen)?.result !== "rejected") return false;
  await takeBack(g, bidder.buyer_id, { reservation_id, ...NO_SALE }, true);
  return true;
}

async function sold(g: Gateway, shard: string, { lead }: LeadStory, contract_id: string): Promise<Resolved> {
  const index = lead.plan.findIndex((b) => b.contract_id === contract_id && mayHave(b));
  const bidder = lead.plan[index];
  if (!bidder) return { kind: "refused", why: "no_such_bidder" };
  if ((lead.outcome ?? lead.frozen)?.result === "rejected") return { kind: "refused", why: "told_rejected" };
  const reservation_id = reservationOf(lead.lead_id, bidder);
  let { price, payout } = bidder;
  if (!lead.test) {
    const order = { v: 1 as const, reservation_id, price, attempt_id: `${reservation_id}_operator` };
    const captured = await g.account(bidder.buyer_id).capture(order);
    if (captured.kind === "contested") return { kind: "refused", why: "hold_ended" };
    // Captured before, by a worker that died: at the buyer's own price, perhaps.
    const given = { bidder, counter_price: captured.price, on_lower_price: "keep", promise: lead.promise } as const;
    const deal = repriced(given);
    if (deal.kind === "sell") ({ price, payout } = deal);
  }
  g.deps.crash("after-capture");
  const reply = await g.book(shard).close({
    v: 1,
    lead_id: lead.lead_id,
    epoch: null,
    state: "sold",
    index,
    reservation_id,
    price,
    payout,
    recovered: true,
  });
  if (reply.kind === "closed") return { kind: "resolved", state: "sold" };
  // Another buyer's sale was faster, or this one's yes was contested before.
  if (!lead.test) await takeBack(g, bidder.buyer_id, { reservation_id, ...NO_SALE }, false);
  return { kind: "refused", why: "contested" };
}

const reservationOf = (lead_id: string, bidder: PlanBidder): string =>
  reservationId(lead_id, bidder.contract_id, bidder.round);
