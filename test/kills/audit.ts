import type { BuyerBook, Dealing } from "./buyer-book.ts";
import type { Postback } from "./buyers.ts";
import type { Account, Ledger, LedgerLead } from "./ledger.ts";
import type { Errand } from "./publishers.ts";

export interface Seen {
  errands: Errand[];
  book: BuyerBook;
  postbacks: Postback[];
  ledger: Ledger;
  /** Units that were paid in, by buyer; a buyer that is not here has no limit. */
  deposits: ReadonlyMap<string, number>;
  /** Violations that were seen while it ran. */
  live: { balances: string[]; caps: string[] };
}
/** Sentences by what they break. All of them must be empty. */
export type Findings = Record<keyof typeof CHECKS, string[]>;

/** Everything that must be zero, in the order in which it is printed. */
export const CHECKS = {
  lost: "leads lost",
  unanswered: "publishers without any answer",
  double_sales: "exclusive double sales",
  cap_overshoot: "cap overshoot",
  balance_overshoot: "balance overshoot",
  charge_without_accept: "charges without an accepted post",
  accept_without_charge: "accepted posts without a charge, not in review",
  changed_answers: "answers that changed",
  paid_not_told: "publisher paid ≠ told",
  books_differ: "object and ledger differ",
} as const;

const units = (amount: number): number => Math.round(amount * 10_000);
const sum = (amounts: number[]): number => amounts.reduce((total, one) => total + units(one), 0);

/** Holds three independent records against each other: what publishers were told, what buyers have, what the gateway's books say. */
export function audit(seen: Seen): Findings {
  const leads = new Map(seen.ledger.leads.map((lead) => [lead.lead_id, lead]));
  const kept = seen.book.all().filter((dealing) => dealing.kept);
  return {
    lost: lost(seen, leads, kept),
    unanswered: seen.errands
      .filter((errand) => errand.gave_up === "no answer at all")
      .map((errand) => `publisher ${errand.publisher} gave up lead ${errand.n} after ${errand.broken} requests`),
    double_sales: doubles(kept, leads),
    cap_overshoot: [...seen.book.overshoots, ...seen.live.caps, ...seen.ledger.accounts.flatMap((a) => overCap(a))],
    balance_overshoot: [
      ...seen.live.balances,
      ...seen.ledger.accounts.flatMap((a) => overspent(a)),
      ...spent(seen, kept),
    ],
    charge_without_accept: chargesWithoutAccept(seen, kept),
    accept_without_charge: acceptsWithoutCharge(seen, kept, leads),
    changed_answers: seen.errands.flatMap(changed),
    paid_not_told: paidNotTold(seen, leads),
    books_differ: booksDiffer(seen),
  };
}

const RESTS = ["review", "parked"];

function lost({ errands, ledger }: Seen, leads: Map<string, LedgerLead>, kept: Dealing[]): string[] {
  const told = errands.flatMap(({ told, publisher }) => told.map(({ lead_id }) => ({ lead_id, publisher })));
  return [
    ...told
      .filter(({ lead_id }) => lead_id !== null && !leads.has(lead_id))
      .map(({ lead_id, publisher }) => `${publisher} was told of lead ${lead_id}, which no book has`),
    ...kept
      .filter(({ lead_id }) => !leads.has(lead_id))
      .map(({ lead_id, buyer_id }) => `${buyer_id} has lead ${lead_id}, which no book has`),
    ...ledger.leads
      .filter(({ state }) => state === "open")
      .map(({ lead_id, created_at }) => `lead ${lead_id} of ${created_at} never ended`),
  ];
}

function doubles(kept: Dealing[], leads: Map<string, LedgerLead>): string[] {
  const byConsumer = Map.groupBy(kept, ({ phone }) => phone);
  return [...byConsumer.values()]
    .filter((owners) => owners.length > 1 && !owners.some(({ lead_id }) => flagged(leads.get(lead_id))))
    .map((owners) => `lead ${owners[0]?.lead_id} is with ${owners.map(({ buyer_id }) => buyer_id).join(" and ")}`);
}

const flagged = (lead: LedgerLead | undefined): boolean => lead?.risk === true;

function overCap({ buyer_id, caps }: Account): string[] {
  return caps
    .filter(({ cap, used_count }) => cap.count !== undefined && used_count > cap.count)
    .map(({ cap, used_count }) => `${buyer_id} counts ${used_count} of ${cap.count}`);
}

function overspent({ buyer_id, available }: Account): string[] {
  return available !== null && available < 0 ? [`${buyer_id} has ${available} left`] : [];
}

export const checkAccount = (account: Account): { caps: string[]; balances: string[] } => ({
  caps: overCap(account),
  balances: overspent(account),
});

/** The leads that a prepaid buyer has may not cost more than it paid in. */
function spent({ deposits }: Seen, kept: Dealing[]): string[] {
  return [...deposits].flatMap(([buyer_id, paid]) => {
    const cost = sum(kept.filter((one) => one.buyer_id === buyer_id).map(({ price }) => price));
    return cost > units(paid) ? [`${buyer_id} has leads for ${cost / 10_000}, paid in ${paid}`] : [];
  });
}

const capturesOf = ({ ledger }: Seen, buyer_id: string) =>
  (ledger.movements.get(`buyer:${buyer_id}`) ?? []).filter(({ kind }) => kind === "capture");

function chargesWithoutAccept(seen: Seen, kept: Dealing[]): string[] {
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

function acceptsWithoutCharge(seen: Seen, kept: Dealing[], leads: Map<string, LedgerLead>): string[] {
  const charged = new Set(
    seen.ledger.accounts.flatMap(({ buyer_id }) => capturesOf(seen, buyer_id).map(({ ref }) => `${buyer_id} ${ref}`)),
  );
  return kept
    .filter((one) => ![...one.requests.keys()].some((key) => charged.has(`${one.buyer_id} ${key}`)))
    .filter(({ lead_id }) => !RESTS.includes(leads.get(lead_id)?.state ?? ""))
    .map((one) => `${one.buyer_id} has lead ${one.lead_id} (${leads.get(one.lead_id)?.state}) and was not charged`);
}

/** "pending" may become an end; an end never changes. */
function changed({ told, publisher }: Errand): string[] {
  const ends = told.filter(({ result }) => result !== "pending");
  const words = ends.map(({ result, price, lead_id, code }) => `${result} ${price} ${lead_id} ${code ?? ""}`);
  const ids = new Set(told.map(({ lead_id }) => lead_id));
  const first = told.findIndex(({ result }) => result !== "pending");
  const backwards = first >= 0 && told.slice(first).some(({ result }) => result === "pending");
  return new Set(words).size > 1 || ids.size > 1 || backwards
    ? [`${publisher} was told ${told.map((one) => `${one.result} ${one.price} (${one.lead_id})`).join(", then ")}`]
    : [];
}

function paidNotTold({ errands, postbacks, ledger }: Seen, leads: Map<string, LedgerLead>): string[] {
  const later = new Map(postbacks.map((one) => [one.lead_id, one]));
  const owed = new Map<string, number>();
  const single = errands.flatMap(({ told, publisher }) => {
    const last = told.at(-1);
    const lead = last?.lead_id ? leads.get(last.lead_id) : undefined;
    if (!last || !lead) return [];
    const rests = last.result === "pending" && RESTS.includes(lead.state);
    const end = last.result === "pending" ? later.get(lead.lead_id) : last;
    if (!end) return rests ? [] : [`${publisher} never heard the end of lead ${lead.lead_id} (${lead.state})`];
    const said = end.result === "accepted" ? end.price : 0;
    owed.set(publisher, (owed.get(publisher) ?? 0) + units(said));
    return units(lead.payout) === units(said)
      ? []
      : [`${publisher} was told ${end.result} ${end.price} of lead ${lead.lead_id}; the ledger pays ${lead.payout}`];
  });
  const total = [...new Set(errands.map(({ publisher }) => publisher))].flatMap((publisher) => {
    const paid = sum((ledger.movements.get(`publisher:${publisher}`) ?? []).map(({ amount }) => amount));
    const should = owed.get(publisher) ?? 0;
    return paid === should ? [] : [`${publisher} has ${paid / 10_000}, was told ${should / 10_000}`];
  });
  return [...single, ...total];
}

/** Balance, captured reservations and sales of a buyer, in its object and in the ledger. */
function booksDiffer({ ledger }: Seen): string[] {
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
