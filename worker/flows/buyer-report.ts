import type { DeliveryReport } from "../../schema/api/buyer.ts";
import { formatMoney, toWire } from "../../schema/money.ts";
import type { AttemptRecord, EvidenceReply, LeadView } from "../../schema/rpc/book.ts";
import { openLeadKey, sealForLead } from "../crypto/seal.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { failurePolicy, giveBack } from "./after-sale.ts";
import { type Delivery, deliveryOf } from "./delivery-state.ts";

/** What an operator must look at; written down before the buyer is answered. The same id again is the same alert. */
export interface Alert {
  id: string;
  kind: "contested" | "after_sale";
  subject: string;
  message: string;
}

export type Reported =
  /** `review`: an operator decides what becomes of the money. */
  | { kind: "noted"; delivery: Delivery; review: boolean }
  /** A repeat of the post is on its way to the buyer: a no said now may be older than that. Nothing was noted; it is to be said again. */
  | { kind: "under_way"; delivery: Delivery }
  /** It contradicts what is settled; nothing was changed. */
  | { kind: "contradicts"; delivery: Delivery }
  | { kind: "not_found" };

/** A report as its sender means it: of its own deliveries alone. `buyer_id` absent: the signed callback of this one reservation. */
export interface ReportOf {
  reservation_id: string;
  buyer_id?: string;
  report: DeliveryReport;
}

/**
 * A buyer's word on a lead that it was posted: late proof for an unknown outcome, or a sold lead that failed. Evidence goes to the
 * lead's book, whoever holds the lease settles it; repeating a report changes nothing. Money is only ever moved by capture and refund.
 */
export async function reportDelivery(
  g: Gateway,
  { reservation_id, buyer_id, report }: ReportOf,
  alert: (alert: Alert) => Promise<void>,
): Promise<Reported> {
  const delivery = await deliveryOf(g, reservation_id, buyer_id);
  if (!delivery) return { kind: "not_found" };
  const taken = report.result === "accepted";
  const line = { event: "buyer_report", lead_id: delivery.lead_id, contract: delivery.contract_id };
  g.log({ ...line, result: report.result, state: delivery.state });
  switch (delivery.state) {
    case "unknown":
    case "settling":
      return taken ? yes(g, delivery, report) : no(g, delivery, report);
    case "accepted":
      return taken ? again(delivery, report, alert) : failed(g, delivery, report, alert);
    case "not_accepted":
      return taken ? tooLate(delivery, alert) : { kind: "noted", delivery, review: false };
    case "contested":
      return taken ? { kind: "contradicts", delivery } : { kind: "noted", delivery, review: true };
    case "returned":
      return taken ? tooLate(delivery, alert) : finish(g, delivery);
  }
}

/** It has the lead. The book takes the evidence, or finds it contested: then nobody is charged, and its alert is the book's. */
async function yes(g: Gateway, delivery: Delivery, report: DeliveryReport): Promise<Reported> {
  const reply = await tell(g, delivery, report);
  await wake(g, delivery);
  const after = await now(g, delivery);
  return reply?.kind === "late" && after.state !== "accepted" && after.state !== "settling"
    ? { kind: "contradicts", delivery: after }
    : { kind: "noted", delivery: after, review: rests(after) };
}

/** It does not have it, as soon as nothing is on its way to it. A yes that is being booked cannot be unsaid: once it is sold it can fail. */
async function no(g: Gateway, delivery: Delivery, report: DeliveryReport): Promise<Reported> {
  if (delivery.state === "settling") return { kind: "contradicts", delivery };
  const reply = await tell(g, delivery, report);
  if (reply?.kind === "early") return { kind: "under_way", delivery };
  const lead = delivery.story?.lead;
  // Of a lead that has ended nobody holds a lease: its hold is nobody's but this buyer's.
  const ended = lead?.state === "sold" || lead?.state === "unsold" || lead?.state === "returned";
  if (ended && !delivery.test) await g.account(delivery.buyer_id).release(delivery.reservation_id, "report");
  await wake(g, delivery);
  const after = await now(g, delivery);
  return { kind: "noted", delivery: after, review: rests(after) };
}

/** Still with an operator: evidence against the buyer's own earlier word, say, moves nothing by itself. */
const rests = ({ story }: Delivery): boolean => story?.lead.state === "review" || story?.lead.state === "parked";

/** Accepted, and said so again: the same answer. Less than what was charged is another story. */
async function again(
  delivery: Delivery,
  report: DeliveryReport,
  alert: (alert: Alert) => Promise<void>,
): Promise<Reported> {
  const { price } = delivery;
  if (report.price === undefined || price === null || report.price >= price)
    return { kind: "noted", delivery, review: false };
  const { reservation_id, lead_id, contract_id } = delivery;
  const message = `Reservation ${reservation_id}: ${contract_id} was charged ${formatMoney(price)} and now says ${formatMoney(report.price)}.`;
  await alert({ id: `report_price:${reservation_id}`, kind: "contested", subject: `lead:${lead_id}`, message });
  return { kind: "contradicts", delivery };
}

/** A yes for what was given back or refused for certain: another buyer may have it by now. */
async function tooLate(delivery: Delivery, alert: (alert: Alert) => Promise<void>): Promise<Reported> {
  const { reservation_id, lead_id, contract_id } = delivery;
  const after = delivery.state === "returned" ? "after its charge was given back" : "after a definite no";
  const message = `Reservation ${reservation_id}: ${contract_id} says that it has the lead, ${after}. It is not charged; another buyer may have it.`;
  await alert({ id: `report_yes:${reservation_id}`, kind: "contested", subject: `lead:${lead_id}`, message });
  return { kind: "contradicts", delivery };
}

/** After the sale: by the contract's rules the charge goes back at once, or a person decides. */
async function failed(
  g: Gateway,
  delivery: Delivery,
  report: DeliveryReport,
  alert: (alert: Alert) => Promise<void>,
): Promise<Reported> {
  const { reservation_id, lead_id, contract_id } = delivery;
  const policy = await failurePolicy(g, delivery);
  await tell(g, delivery, report);
  let why: keyof typeof REASONS;
  if (policy.do === "refund") {
    // The buyer's own words may name the consumer: they are sealed with the evidence, the ledger gets these.
    const order = { reservation_id, reason: "reported as failed by its buyer", author: `buyer:${delivery.buyer_id}` };
    const returned = await giveBack(g, delivery, { ...order, re_auction: policy.re_auction });
    if (returned.kind === "returned") return { kind: "noted", delivery: await now(g, delivery), review: false };
    why = "refused";
  } else why = policy.why;
  const charged = delivery.price === null ? "" : ` It was charged ${formatMoney(delivery.price)}.`;
  const message = `Reservation ${reservation_id}: ${contract_id} says that the lead failed, and ${REASONS[why]}.${charged} Return it, or leave it.`;
  await alert({ id: `after_sale:${reservation_id}`, kind: "after_sale", subject: `lead:${lead_id}`, message });
  return { kind: "noted", delivery, review: true };
}

const REASONS = {
  by_contract: "its contract leaves that to an operator",
  too_late: "later than its contract allows",
  no_contract: "its contract is configured no more",
  refused: "the books do not agree that it was sold to it",
} as const;

/** The money is back; should the book not have heard of it, it does now. */
async function finish(g: Gateway, delivery: Delivery): Promise<Reported> {
  if (delivery.story === null) {
    const order = { reservation_id: delivery.reservation_id, reason: "reported as failed by its buyer" };
    await giveBack(g, delivery, { ...order, author: `buyer:${delivery.buyer_id}`, re_auction: false });
  }
  return { kind: "noted", delivery, review: false };
}

/** Evidence of kind `report`, once per result: the buyer's words sealed with the lead's key. null: the book keeps no attempts of it. */
async function tell(g: Gateway, delivery: Delivery, report: DeliveryReport): Promise<EvidenceReply | null> {
  const { story, bidder, reservation_id, contract_id, buyer_id } = delivery;
  if (!story || !bidder) return null;
  const taken = report.result === "accepted";
  const record: AttemptRecord = {
    attempt_id: `${reservation_id}_report_${report.result}`,
    kind: "report",
    index: bidder.index,
    round: bidder.round,
    attempt: bidder.attempts,
    contract_id,
    buyer_id,
    endpoint_id: bidder.endpoint_id,
    reservation_id,
    outcome: taken ? "accepted" : "rejected",
    class: taken ? "ok" : "rejected",
    held_for_review: false,
    http_status: null,
    ms: 0,
    price: report.price,
    sealed: await wordsOf(g, story.lead, report),
    takes: taken,
  };
  const evidence = () => g.book(delivery.shard).evidence(delivery.lead_id, record);
  // Written once per attempt id: a lost reply is asked for again.
  const reply = await evidence().catch(evidence);
  g.deps.crash("after-report");
  return reply;
}

/** The buyer's own words, sealed with the lead's key. Of an erased lead, whose key is gone, only the result itself is kept. */
async function wordsOf(g: Gateway, lead: LeadView, report: DeliveryReport): Promise<string | undefined> {
  if (lead.erased_at !== null) return undefined;
  const key = await openLeadKey(await g.ring(), lead.wrapped_key, lead.lead_id);
  const price = report.price === undefined ? undefined : toWire(report.price);
  const { reason, buyer_lead_id } = report;
  return sealForLead(key, g.deps.bytes(12), { report: { ...report, price }, reason, buyer_lead_id });
}

/** Only a wake-up: the book's alarm finds the lead without it. */
async function wake(g: Gateway, { lead_id }: Delivery): Promise<void> {
  await g.enqueue({ v: 1, kind: "lead", lead_id }, 0).catch(() => {});
}

const now = async (g: Gateway, before: Delivery): Promise<Delivery> =>
  (await deliveryOf(g, before.reservation_id)) ?? before;
