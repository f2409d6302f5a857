import type { Seen } from "./audit.ts";
import type { Dealing } from "./buyer-book.ts";
import type { LedgerLead } from "./ledger.ts";

/** Units to 1/10,000: sums of them are exact. */
export const units = (amount: number): number => Math.round(amount * 10_000);
export const sum = (amounts: number[]): number => amounts.reduce((total, one) => total + units(one), 0);

/** States in which a lead waits for an operator. */
export const RESTS: readonly string[] = ["review", "parked"];

const capturesOf = ({ ledger }: Seen, buyer_id: string) =>
  (ledger.movements.get(`buyer:${buyer_id}`) ?? []).filter(({ kind }) => kind === "capture");

export function chargesWithoutAccept(seen: Seen, kept: Dealing[]): string[] {
  const keys = new Map(kept.flatMap((one) => [...one.requests.keys()].map((key) => [`${one.buyer_id} ${key}`, one])));
  return seen.ledger.accounts.flatMap(({ buyer_id }) => {
    const charged = new Map<string, string>();
    return capturesOf(seen, buyer_id).flatMap(({ ref, amount }) => {
      const dealing = keys.get(`${buyer_id} ${ref}`);
      if (!dealing) return [`${buyer_id} was charged ${-amount} for ${ref} and does not have it`];
      const before = charged.get(dealing.lead_id);
      charged.set(dealing.lead_id, ref);
      if (before) return [`${buyer_id} was charged for lead ${dealing.lead_id} twice: ${before}, ${ref}`];
      return units(-amount) > units(dealing.price)
        ? [`${buyer_id} was charged ${-amount} for ${ref}, not ${dealing.price}`]
        : [];
    });
  });
}

export function acceptsWithoutCharge(seen: Seen, kept: Dealing[], leads: Map<string, LedgerLead>): string[] {
  const charged = new Set(
    seen.ledger.accounts.flatMap(({ buyer_id }) => capturesOf(seen, buyer_id).map(({ ref }) => `${buyer_id} ${ref}`)),
  );
  return kept
    .filter((one) => ![...one.requests.keys()].some((key) => charged.has(`${one.buyer_id} ${key}`)))
    .filter(({ lead_id }) => !RESTS.includes(leads.get(lead_id)?.state ?? ""))
    .map((one) => `${one.buyer_id} has lead ${one.lead_id} (${leads.get(one.lead_id)?.state}) and was not charged`);
}

/** Balance, captured reservations and sales of a buyer, in its object and in the ledger. */
export function booksDiffer({ ledger }: Seen): string[] {
  return ledger.accounts.flatMap(({ buyer_id, balance, reservations }) => {
    const booked = ledger.movements.get(`buyer:${buyer_id}`) ?? [];
    const captures = booked.filter(({ kind }) => kind === "capture").length;
    const sales = ledger.sales.filter((sale) => sale.buyer_id === buyer_id).length;
    const money = sum(booked.map(({ amount }) => amount));
    return [
      ...(money === units(balance) ? [] : [`${buyer_id}'s balance is ${balance}, its movements say ${money / 10_000}`]),
      ...(captures === reservations.captured
        ? []
        : [`${buyer_id}: ${reservations.captured} captured, ${captures} charges`]),
      ...(captures === sales ? [] : [`${buyer_id}: ${captures} charges, ${sales} sales`]),
    ];
  });
}
