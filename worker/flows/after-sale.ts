import type { Money } from "../../schema/money.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { type Delivery, deliveryOf } from "./delivery-state.ts";

export interface ReturnOrder {
  reservation_id: string;
  /** Plain: it stands in the ledger. Never a buyer's own words. */
  reason: string;
  author: string;
  re_auction: boolean;
}

export type Returned =
  | { kind: "returned"; amount: Money; reopened: boolean; repeated: boolean }
  | { kind: "refused"; why: "not_found" | "not_sold" | "erased" };

/** The same sale has one refund, whoever asks for it and however often. */
export const refundId = (reservation_id: string): string => `return:${reservation_id}`;

/**
 * Takes a sale back: the buyer's charge first, then the book. Whoever dies in between has given the money back and left the lead sold;
 * a repeat finds the refund by its id and goes on from there, and so does a reconcile. Test leads have no money.
 */
export async function returnSale(g: Gateway, order: ReturnOrder): Promise<Returned> {
  const delivery = await deliveryOf(g, order.reservation_id);
  if (!delivery) return { kind: "refused", why: "not_found" };
  if (delivery.state === "accepted" || delivery.state === "returned") return giveBack(g, delivery, order);
  return chargedForNothing(g, delivery, order);
}

/** A charge that was captured although the lead could not be sold to it: there is no sale to take back, only money. */
async function chargedForNothing(g: Gateway, delivery: Delivery, order: ReturnOrder): Promise<Returned> {
  const { reservation_id, lead_id, buyer_id, test } = delivery;
  const [fact] = await g.book(delivery.shard).factsById([lead_id]);
  if (test || !fact?.contested.includes(reservation_id)) return { kind: "refused", why: "not_sold" };
  const reply = await takeBack(g, buyer_id, { reservation_id, reason: order.reason, author: order.author }, false);
  if (reply.kind === "refused") return { kind: "refused", why: "not_sold" };
  return { kind: "returned", amount: reply.amount, reopened: false, repeated: reply.repeated };
}

/** What the ledger says of a charge that was given back by itself. */
export const NO_SALE = { reason: "charged for a lead that could not be sold to it", author: "gateway" } as const;

/** Gives a charge back, whole and once. `free_place`: the buyer did not get a lead that it can use, so its cap has room for another. */
export const takeBack = (
  g: Gateway,
  buyer_id: string,
  { reservation_id, reason, author }: Pick<ReturnOrder, "reservation_id" | "reason" | "author">,
  free_place: boolean,
) => g.account(buyer_id).refund({ v: 1, id: refundId(reservation_id), reservation_id, reason, author, free_place });

/** For a delivery that was looked up, and is sold or returned. */
export async function giveBack(g: Gateway, delivery: Delivery, order: ReturnOrder): Promise<Returned> {
  const { reservation_id, lead_id } = delivery;
  const { reason, author, re_auction } = order;
  const refund_id = refundId(reservation_id);
  const refunded = delivery.test
    ? { kind: "refunded" as const, amount: 0 as Money, repeated: delivery.state === "returned" }
    : await takeBack(g, delivery.buyer_id, { reservation_id, reason, author }, true);
  if (refunded.kind === "refused") return { kind: "refused", why: "not_sold" };
  g.deps.crash("after-refund");
  const returned = () =>
    g.book(delivery.shard).returned({ v: 1, lead_id, reservation_id, refund_id, reason, author, re_auction });
  const reply = await returned().catch(returned);
  g.deps.crash("after-returned");
  if (reply.kind === "refused") return { kind: "refused", why: reply.why === "not_sold_to" ? "not_sold" : reply.why };
  if (reply.reopened) await g.enqueue({ v: 1, kind: "lead", lead_id }, 0).catch(() => {});
  const { amount, repeated } = refunded;
  return { kind: "returned", amount, reopened: reply.reopened, repeated };
}

export type FailurePolicy =
  | { do: "refund"; re_auction: boolean }
  | { do: "review"; why: "by_contract" | "too_late" | "no_contract" };

/**
 * What a buyer's word that a sold lead failed brings about. A refund that was begun is finished, however late its repeat comes: the
 * money is back already.
 */
export async function failurePolicy(g: Gateway, delivery: Delivery): Promise<FailurePolicy> {
  const rules = (await g.snapshot()).contract(delivery.contract_id)?.config.after_sale;
  if (await refundBegun(g, delivery)) return { do: "refund", re_auction: rules?.re_auction ?? false };
  if (!rules) return { do: "review", why: "no_contract" };
  if (rules.on_failure === "review") return { do: "review", why: "by_contract" };
  const age = g.deps.now() - (delivery.sold_at ?? 0);
  return age <= rules.within_hours * 3_600_000
    ? { do: "refund", re_auction: rules.re_auction }
    : { do: "review", why: "too_late" };
}

async function refundBegun(g: Gateway, { test, buyer_id, reservation_id }: Delivery): Promise<boolean> {
  if (test) return false;
  const [booked] = await g.account(buyer_id).reservationsById([reservation_id]);
  return (booked?.refunded ?? 0) > 0;
}
