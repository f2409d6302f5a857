import type { LedgerEvent } from "../../schema/events.ts";
import type { EventAlert } from "../../schema/lists.ts";
import { money, ZERO } from "../../schema/money.ts";
import type { AttemptRecord } from "../../schema/rpc/book.ts";
import { closeMovements } from "../../worker/auction/money-rules.ts";
import { riskPayout } from "../auction-book-close-rules.ts";
import type { Lead, PastSale, Sale } from "./lead.ts";
import { told } from "./lead-state.ts";

export const flag = (value: boolean): number => (value ? 1 : 0);

/** The lead's whole row; `story` from its end on, for the trace once the book has let go. */
export function leadEvent(lead: Lead): LedgerEvent {
  const outcome = told(lead);
  const winner = lead.sale ? lead.plan[lead.sale.index] : undefined;
  return {
    table: "leads",
    row: {
      lead_id: lead.lead_id,
      at: lead.created_at,
      ping_id: lead.auction_id ?? lead.ping_id,
      publisher_id: lead.publisher_id,
      campaign_id: lead.campaign_id,
      test: flag(lead.test),
      mode: lead.mode,
      state: lead.state,
      code: outcome?.code ?? null,
      result: outcome?.result ?? null,
      payout: outcome?.result === "accepted" ? outcome.price : ZERO,
      price: lead.sale?.price ?? ZERO,
      contract_id: winner?.contract_id ?? null,
      buyer_id: winner?.buyer_id ?? null,
      closed_at: lead.closed_at,
      risk: flag(lead.risk_flag),
      recovered: flag(lead.recovered),
      click_id: lead.click_id ?? null,
      sub_ids: JSON.stringify(lead.sub_ids),
      sealed: lead.sealed,
      wrapped_key: lead.wrapped_key,
      story: lead.state === "open" ? null : JSON.stringify(storyOf(lead)),
      rest_why: lead.rest?.why ?? null,
      rest_at: lead.rest?.at ?? null,
      re_auctions: lead.re_auction_ids.length,
      phone_mark: lead.person_marks.phone ?? null,
      email_mark: lead.person_marks.email ?? null,
      erased_at: lead.erased_at,
    },
  };
}

/** No sealed parts: those have their own columns. */
function storyOf(lead: Lead) {
  const { plan, steps, promise, bid_ids, risk_rule, frozen, outcome, sale, past_sales, contested, epoch } = lead;
  const open = (o: Lead["outcome"]) => o && { result: o.result, code: o.code, price: o.price };
  return {
    plan,
    steps,
    promise,
    bid_ids,
    risk_rule,
    frozen: open(frozen),
    outcome: open(outcome),
    sale,
    past_sales,
    contested,
    epoch,
  };
}

export function deliveryEvent(lead: Lead, record: AttemptRecord, at: number, late: boolean): LedgerEvent {
  return {
    table: "deliveries",
    row: {
      attempt_id: record.attempt_id,
      at,
      lead_id: lead.lead_id,
      test: flag(lead.test),
      contract_id: record.contract_id,
      buyer_id: record.buyer_id,
      endpoint_id: record.endpoint_id,
      reservation_id: record.reservation_id,
      leg: 1,
      round: record.round,
      attempt: record.attempt,
      outcome: record.outcome,
      class: record.class,
      kind: record.kind ?? "post",
      http_status: record.http_status,
      ms: Math.round(record.ms),
      price: record.price ?? null,
      bid: lead.plan.find((bidder) => bidder.contract_id === record.contract_id)?.price ?? null,
      late_evidence: flag(late),
      reason_class: record.reason_class ?? null,
      sealed: record.sealed ?? null,
    },
  };
}

/**
 * What a lead's sales and its end book: each sale and its money, or the payout that was promised at our risk. Written again, they are
 * the same rows. Test leads: nothing.
 */
export function moneyEvents(lead: Lead, now: number): LedgerEvent[] {
  if (lead.test) return [];
  if (lead.sale) return [...saleEvents(lead, lead.sale), ...moneyOf(lead, lead.sale)];
  const payout = riskPayout(lead);
  return payout === ZERO ? [] : movements(lead, `risk:${lead.lead_id}`, ZERO, payout, lead.closed_at ?? now);
}

/** A sale's row; of one that was given back, with what it says of that. Slim leads know less, but their sales all the same. */
export function saleEvents(lead: Lead, sale: Sale | PastSale): LedgerEvent[] {
  const winner = lead.plan[sale.index];
  const contract_id = sale.contract_id ?? winner?.contract_id;
  const buyer_id = sale.buyer_id ?? winner?.buyer_id;
  if (lead.test || contract_id === undefined || buyer_id === undefined) return [];
  const past = "returned_at" in sale ? sale : null;
  const nth = past
    ? lead.past_sales.findIndex((s) => s.reservation_id === sale.reservation_id)
    : lead.past_sales.length;
  const { price, payout, reservation_id, at } = sale;
  const row: LedgerEvent = {
    table: "sales",
    row: {
      sale_id: `${lead.lead_id}:${nth + 1}`,
      at,
      arrived_at: lead.created_at,
      lead_id: lead.lead_id,
      leg: 1,
      publisher_id: lead.publisher_id,
      campaign_id: lead.campaign_id,
      contract_id,
      buyer_id,
      reservation_id,
      currency: lead.currency ?? "USD",
      price,
      payout,
      margin: money(price - payout),
      risk: flag(past?.risk ?? lead.risk_flag),
      recovered: flag(past?.recovered ?? lead.recovered),
      returned_at: past?.returned_at ?? null,
      refunded: past ? price : ZERO,
    },
  };
  return [row];
}

/** The book's part of a sale's money. What a return gives back is the account's. */
export function moneyOf(lead: Lead, { reservation_id, price, payout, at }: Sale): LedgerEvent[] {
  return lead.test ? [] : movements(lead, reservation_id, price, payout, at);
}

/** `ref` is the reservation: the buyer's object books its capture under the same. */
function movements(
  lead: Lead,
  ref: string,
  price: Lead["promise"],
  payout: Lead["promise"],
  at: number,
): LedgerEvent[] {
  return closeMovements(lead.publisher_id, price, payout).map((m) => ({
    table: "money_movements",
    row: { id: `close:${ref}:${m.account}:${m.kind}`, at, account: m.account, kind: m.kind, amount: m.amount, ref },
  }));
}

export function alertEvent(kind: EventAlert, lead: Lead, subject: string, message: string, at: number): LedgerEvent {
  return {
    table: "alerts",
    row: { id: `${kind}:${lead.lead_id}:${subject}`, at, kind, subject: `lead:${lead.lead_id}`, message },
  };
}

const HOUR_MS = 3_600_000;

/** An endpoint that refuses our address or credentials refuses every lead: one alert an hour, whatever the number of leads. */
export function setUpAlert(lead: Lead, index: number, at: number): LedgerEvent {
  const bidder = lead.plan[index];
  const endpoint = bidder?.endpoint_id ?? "unknown";
  const message = `Endpoint ${endpoint} refused a post as wrongly set up (${bidder?.last_class ?? "request not built"}): check its address, credentials and dialect. Leads go to the next bidder.`;
  return {
    table: "alerts",
    row: {
      id: `set_up_error:${endpoint}:${Math.floor(at / HOUR_MS)}`,
      at,
      kind: "set_up_error",
      subject: `endpoint:${endpoint}`,
      message,
    },
  };
}
