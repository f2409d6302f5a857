import { acceptsWithoutCharge, booksDiffer, chargesWithoutAccept, sum, units } from "./audit-charges.ts";
import { changed, paidNotTold } from "./audit-told.ts";
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
