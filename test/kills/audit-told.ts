import type { Seen } from "./audit.ts";
import { RESTS, sum, units } from "./audit-charges.ts";
import type { LedgerLead } from "./ledger.ts";
import type { Errand } from "./publishers.ts";

/** "pending" may become an end; an end never changes. */
export function changed({ told, publisher }: Errand): string[] {
  const ends = told.filter(({ result }) => result !== "pending");
  const words = ends.map(({ result, price, lead_id, code }) => `${result} ${price} ${lead_id} ${code ?? ""}`);
  const ids = new Set(told.map(({ lead_id }) => lead_id));
  const first = told.findIndex(({ result }) => result !== "pending");
  const backwards = first >= 0 && told.slice(first).some(({ result }) => result === "pending");
  return new Set(words).size > 1 || ids.size > 1 || backwards
    ? [`${publisher} was told ${told.map((one) => `${one.result} ${one.price} (${one.lead_id})`).join(", then ")}`]
    : [];
}

/** Leads whose publisher was told "pending", which ended, and whose end it has not heard. A postback may take another minute. */
export function unheard({ errands, postbacks, ledger }: Pick<Seen, "errands" | "postbacks" | "ledger">): string[] {
  const heard = new Set(postbacks.map(({ lead_id }) => lead_id));
  const waiting = new Set(
    errands.map(({ told }) => told.at(-1)).flatMap((last) => (last?.result === "pending" ? [last.lead_id] : [])),
  );
  return ledger.leads
    .filter(({ lead_id, state }) => waiting.has(lead_id) && !heard.has(lead_id) && !RESTS.includes(state))
    .map(({ lead_id }) => lead_id);
}

export function paidNotTold({ errands, postbacks, ledger }: Seen, leads: Map<string, LedgerLead>): string[] {
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
    // What was told at our risk is booked when the lead ends; one that rests has not.
    if (!RESTS.includes(lead.state)) owed.set(publisher, (owed.get(publisher) ?? 0) + units(said));
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
