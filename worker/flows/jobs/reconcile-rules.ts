import type { ReservationFact } from "../../../schema/rpc/account.ts";
import type { LeadFact } from "../../../schema/rpc/book.ts";
import type { LedgerLead, LedgerReservation } from "../../ledger/compare.ts";
import type { Difference } from "../../ledger/differences.ts";

/** What changed less than so many ms ago may still be on its way from one book to another. */
export const SETTLED_MS = 300_000;

/** A lead as its book has it, against the ledger and the account of the buyer that it was sold to. */
export function leadDifferences(
  fact: LeadFact,
  ledger: LedgerLead | undefined,
  charge: ReservationFact | undefined,
  now: number,
): Difference[] {
  if (now - fact.updated_at < SETTLED_MS) return [];
  const subject = `lead:${fact.lead_id}`;
  const found = fact.test || fact.state !== "sold" ? [] : chargeDifferences(fact, charge, subject);
  if (!ledger) return [...found, { kind: "lead_missing_in_ledger", subject, detail: { book: fact.state } }];
  return [...found, ...rowDifferences(fact, ledger, subject), ...saleDifferences(fact, ledger, subject)];
}

function chargeDifferences({ sale }: LeadFact, charge: ReservationFact | undefined, subject: string): Difference[] {
  if (!sale) return [];
  const detail = {
    reservation_id: sale.reservation_id,
    book: sale.price,
    account: charge?.amount ?? null,
    state: charge?.state ?? "none",
    refunded: charge?.refunded ?? 0,
  };
  // Given back although the book knows of no return: the call that was to tell it was lost.
  if (charge?.state !== "captured" || charge.refunded > 0) return [{ kind: "sale_without_charge", subject, detail }];
  return charge.amount === sale.price ? [] : [{ kind: "price_differs", subject, detail }];
}

function rowDifferences(fact: LeadFact, ledger: LedgerLead, subject: string): Difference[] {
  const found: Difference[] = [];
  const price = fact.sale?.price ?? 0;
  const erased = fact.erased_at !== null;
  // An erasure reaches the ledger by itself, also where the book has let the lead go.
  if (ledger.state !== fact.state || ledger.price !== price || (erased && !ledger.erased))
    found.push({
      kind: "lead_differs_in_ledger",
      subject,
      detail: { book: fact.state, ledger: ledger.state, book_price: price, ledger_price: ledger.price, erased },
    });
  if (!fact.slim && ledger.deliveries < fact.attempts)
    found.push({
      kind: "delivery_missing_in_ledger",
      subject,
      detail: { book: fact.attempts, ledger: ledger.deliveries },
    });
  return found;
}

function saleDifferences(fact: LeadFact, ledger: LedgerLead, subject: string): Difference[] {
  const { sale } = fact;
  if (!sale || fact.test || fact.state !== "sold") return [];
  const row = ledger.sales.find((one) => one.reservation_id === sale.reservation_id);
  const detail = { reservation_id: sale.reservation_id, book: sale.price, ledger: row?.price ?? null };
  if (!row) return [{ kind: "sale_missing_in_ledger", subject, detail }];
  return row.price === sale.price && row.payout === sale.payout
    ? []
    : [
        {
          kind: "lead_differs_in_ledger",
          subject,
          detail: { ...detail, payout: sale.payout, ledger_payout: row.payout },
        },
      ];
}

/** A reservation as its account has it, against the lead's book (or, where that has let the lead go, the ledger) and the ledger's copy. */
export function reservationDifferences(
  buyer_id: string,
  r: ReservationFact,
  others: { lead: LeadFact | undefined; ledger: LedgerLead | undefined; row: LedgerReservation | undefined },
  now: number,
): Difference[] {
  if (now - r.at < SETTLED_MS) return [];
  const { lead, ledger, row } = others;
  if (lead && now - lead.updated_at < SETTLED_MS) return [];
  const subject = `reservation:${buyer_id}:${r.reservation_id}`;
  const found: Difference[] = [];
  const detail = {
    account: r.state,
    amount: r.amount,
    refunded: r.refunded,
    lead: lead?.state ?? ledger?.state ?? "none",
  };
  if (r.state === "captured" && r.refunded < r.amount && !accountsFor(r, lead, ledger))
    found.push({ kind: "charge_without_sale", subject, detail });
  if ((r.state === "held" || r.state === "in_doubt") && !waitsFor(r, lead))
    found.push({ kind: "hold_without_lead", subject, detail });
  // A hold is told only once it is settled or in doubt.
  if (r.state !== "held" && (row?.state !== r.state || row.amount !== r.amount))
    found.push({
      kind: "reservation_differs_in_ledger",
      subject,
      detail: { ...detail, ledger: row?.state ?? null, ledger_amount: row?.amount ?? null },
    });
  return found;
}

/** Is this charge a sale, or of a lead that an operator sees already? Contested alone is no excuse: what is contested is not charged. */
function accountsFor(r: ReservationFact, lead: LeadFact | undefined, ledger: LedgerLead | undefined): boolean {
  if (!lead) return ledger?.sales.some((sale) => sale.reservation_id === r.reservation_id) ?? false;
  return lead.state === "review" || (lead.state === "sold" && lead.sale?.reservation_id === r.reservation_id);
}

function waitsFor(r: ReservationFact, lead: LeadFact | undefined): boolean {
  if (!lead) return false;
  const moves = lead.state === "open" || lead.state === "review" || lead.state === "parked";
  return moves || lead.open_reservations.some((open) => open.reservation_id === r.reservation_id);
}
