import type { LedgerEvent } from "../../schema/events.ts";
import { toWire } from "../../schema/money.ts";
import type { AttemptRecord } from "../../schema/rpc/book.ts";
import { alertEvent } from "./events.ts";
import type { Lead } from "./lead.ts";

/** Charged before its answer was known (at our risk, or by a worker that was lost), and that names less: an operator settles the difference. */
export function chargedMore(lead: Lead, record: AttemptRecord, now: number): LedgerEvent[] {
  const { sale } = lead;
  if (!sale || sale.reservation_id !== record.reservation_id || !record.takes) return [];
  if (record.price === undefined || record.price >= sale.price) return [];
  const message = `Reservation ${record.reservation_id}: charged ${toWire(sale.price)} before the buyer's answer was known, which names ${toWire(record.price)}.`;
  return [alertEvent("price_differs", lead, record.reservation_id, message, now)];
}

/** Charged at an operator's word (or at our risk), and the buyer had said for certain that it does not have the lead: as after any sale that failed, an operator decides. */
export function deniedBefore(before: Lead, after: Lead, now: number): LedgerEvent[] {
  const { sale } = after;
  const taker = before.plan.find(({ contract_id }) => contract_id === sale?.contract_id);
  if (!sale || taker?.definite_no === undefined) return [];
  const message = `Reservation ${sale.reservation_id}: ${sale.contract_id} was charged ${toWire(sale.price)}, and had said that it does not have the lead. Return it, or leave it.`;
  return [alertEvent("after_sale", after, sale.reservation_id, message, now)];
}
