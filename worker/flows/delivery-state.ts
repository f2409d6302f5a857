import type { DeliveryState } from "../../schema/api/buyer.ts";
import type { Money } from "../../schema/money.ts";
import type { LeadStory, PlanBidder } from "../../schema/rpc/book.ts";
import { inDoubt, wasAsked } from "../auction/settle.ts";
import { callbackToken } from "../crypto/callback.ts";
import { readId } from "../crypto/ids.ts";
import type { Settings } from "../env.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { reservationId } from "./work.ts";

/** One delivery (a reservation that was posted) with all that its lead's book knows of it. */
export interface Delivery {
  reservation_id: string;
  lead_id: string;
  shard: string;
  contract_id: string;
  buyer_id: string;
  test: boolean;
  state: DeliveryState;
  /** Charged, or on hold while it is unknown; null = nothing of the two. */
  price: Money | null;
  /** Epoch ms of the last answer. */
  posted_at: number | null;
  /** Epoch ms of the sale, where it was sold to this reservation. */
  sold_at: number | null;
  /** Its bidder's place in the plan; null: the book has kept no more than the sale. */
  bidder: { index: number; round: number; attempts: number; endpoint_id: string } | null;
  story: LeadStory | null;
}

/** Lead, contract, leg, round. A contract's id may have `_` in it, so the ends are read first. */
const RESERVATION = /^([0-9A-Za-z]{28})_([a-z0-9][a-z0-9_-]{0,39})_1_([1-9]\d{0,2})$/;

/**
 * The delivery of a reservation id. null: no such, or nothing of it was ever sent, or (with `buyer_id`) it is another buyer's. While
 * the lead's book has its story, that decides; afterwards the bare sale and the buyer's account.
 */
export async function deliveryOf(g: Gateway, reservation_id: string, buyer_id?: string): Promise<Delivery | null> {
  const [, lead_id = "", contract_id = "", round = ""] = RESERVATION.exec(reservation_id) ?? [];
  const id = readId(g.settings.HASH_SECRET, lead_id, "l");
  if (!id) return null;
  const story = await g.book(id.shard).story(lead_id);
  const base = { reservation_id, lead_id, shard: id.shard, contract_id };
  if (!story) return outOfBook(g, base, buyer_id);
  const index = story.lead.plan.findIndex((bidder) => bidder.contract_id === contract_id);
  const bidder = story.lead.plan[index];
  const attempts = story.attempts.filter((attempt) => attempt.reservation_id === reservation_id);
  const last = attempts.findLast((attempt) => (attempt.kind ?? "post") === "post");
  if (!bidder || (!hasBegun(bidder, Number(round)) && attempts.length === 0)) return null;
  if (buyer_id !== undefined && bidder.buyer_id !== buyer_id) return null;
  const found = stateOf(story, bidder, reservation_id, attempts);
  return {
    ...base,
    ...found,
    buyer_id: bidder.buyer_id,
    test: story.lead.test,
    posted_at: last?.at ?? null,
    bidder: {
      index,
      round: Number(round),
      attempts: Math.max(1, ...attempts.map((a) => a.attempt), bidder.round === Number(round) ? bidder.attempts : 0),
      endpoint_id: bidder.endpoint_id,
    },
    story,
  };
}

/** Was this round ever asked? A lost worker may have kept no answer of it, and the next one has gone on to a new round since. */
const hasBegun = (bidder: PlanBidder, round: number): boolean =>
  round < bidder.round || (round === bidder.round && wasAsked(bidder));

type Found = Pick<Delivery, "state" | "price" | "sold_at">;

function stateOf(story: LeadStory, bidder: PlanBidder, reservation_id: string, attempts: LeadStory["attempts"]): Found {
  const { lead } = story;
  const current = reservationId(lead.lead_id, bidder.contract_id, bidder.round) === reservation_id;
  const sale = saleOf(story, reservation_id);
  if (sale && (sale.returned || (current && bidder.status === "returned")))
    return { state: "returned", price: null, sold_at: sale.at };
  if (sale) return { state: "accepted", price: sale.price, sold_at: sale.at };
  if (attempts.some((attempt) => attempt.late_evidence && attempt.takes))
    return { state: "contested", price: null, sold_at: null };
  if (current && bidder.status === "accepted")
    // A price that a person must look at is held, and no more than that.
    return { state: lead.state === "open" ? "settling" : "unknown", price: bidder.price, sold_at: null };
  if (current && inDoubt(bidder)) return { state: "unknown", price: bidder.price, sold_at: null };
  return { state: "not_accepted", price: null, sold_at: null };
}

/** The sale to this reservation, from the book's steps: the last word on it counts. */
function saleOf({ steps }: LeadStory, reservation_id: string): { price: Money; at: number; returned: boolean } | null {
  const mine = steps.filter((step) => step.detail.reservation === reservation_id);
  const closed = mine.findLast((step) => step.step === "closed" && step.detail.state === "sold");
  if (!closed) return null;
  const returned = mine.some((step) => step.step === "returned");
  return { price: closed.detail.price as Money, at: closed.at, returned };
}

/** The book keeps a bare sale for thirty days, and the buyer's account its reservations. */
async function outOfBook(
  g: Gateway,
  base: Pick<Delivery, "reservation_id" | "lead_id" | "shard" | "contract_id">,
  buyer_id: string | undefined,
): Promise<Delivery | null> {
  const [fact] = await g.book(base.shard).factsById([base.lead_id]);
  const sold = fact?.sale?.reservation_id === base.reservation_id ? fact.sale : null;
  const owner = sold?.buyer_id ?? (await g.snapshot()).contract(base.contract_id)?.buyer.id;
  if (!fact || owner === undefined || (buyer_id !== undefined && owner !== buyer_id)) return null;
  const [booked] = await g.account(owner).reservationsById([base.reservation_id]);
  if (!booked) return null;
  const captured = booked.state === "captured";
  const returned = captured && booked.refunded > 0;
  return {
    ...base,
    buyer_id: owner,
    test: fact.test,
    state: returned ? "returned" : captured ? "accepted" : "not_accepted",
    price: captured && !returned ? booked.amount : null,
    posted_at: null,
    sold_at: captured ? booked.at : null,
    bidder: null,
    story: null,
  };
}

/**
 * The sale of a lead that an operator means: the one named, else its present one, else the last that was given back (so that a repeated
 * order finds what it did). `which`: it was given back and sold again, and a repeat of the first order must not take the second sale
 * back too. null: no such lead.
 */
export async function presentSale(
  g: Gateway,
  lead_id: string,
  reservation_id?: string,
): Promise<{ reservation_id: string; contract_id: string } | "not_sold" | "which" | null> {
  const id = readId(g.settings.HASH_SECRET, lead_id, "l");
  if (!id) return null;
  const [fact] = await g.book(id.shard).factsById([lead_id]);
  if (!fact) return null;
  if (reservation_id === undefined && fact.sale && fact.returned.length > 0) return "which";
  const named = reservation_id ?? fact.sale?.reservation_id ?? fact.returned.at(-1);
  if (named === undefined) return "not_sold";
  const [, of, contract_id = ""] = RESERVATION.exec(named) ?? [];
  return of === lead_id ? { reservation_id: named, contract_id } : "not_sold";
}

/** Where the buyer may say later what became of this delivery; undefined where the gateway has no public address. */
export const callbackUrl = (settings: Settings, reservation_id: string): string | undefined =>
  settings.PUBLIC_URL === undefined
    ? undefined
    : `${settings.PUBLIC_URL}/v1/callbacks/${callbackToken(settings.HASH_SECRET, reservation_id)}`;
