import * as z from "zod";
import type { ReservationFact } from "../../../schema/rpc/account.ts";
import type { LeadFact } from "../../../schema/rpc/book.ts";
import { readId } from "../../crypto/ids.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { ledgerLeads, ledgerReservations, movementsInLedger } from "../../ledger/compare.ts";
import type { Difference } from "../../ledger/differences.ts";
import type { JobContext } from "./job.ts";
import { leadDifferences, reservationDifferences } from "./reconcile-rules.ts";

/** What each book says, side by side. Objects are read first: what they told the ledger before is there by then, or waits in an outbox. */

export async function lookAtLeads({ g, db }: JobContext, facts: LeadFact[]): Promise<Difference[]> {
  const sold = facts.flatMap(({ sale, test }) => (sale && !test ? [sale] : []));
  const charges = new Map<string, ReservationFact>();
  for (const [buyer_id, sales] of grouped(sold, (sale) => sale.buyer_id))
    for (const charge of await g.account(buyer_id).reservationsById(sales.map((sale) => sale.reservation_id)))
      charges.set(charge.reservation_id, charge);
  const rows = await ledgerLeads(
    db,
    facts.map((fact) => fact.lead_id),
  );
  return facts.flatMap((fact) =>
    leadDifferences(fact, rows.get(fact.lead_id), charges.get(fact.sale?.reservation_id ?? ""), g.deps.now()),
  );
}

export async function lookAtReservations(
  { g, db }: JobContext,
  buyer_id: string,
  found: ReservationFact[],
): Promise<Difference[]> {
  const lead_ids = [...new Set(found.map((r) => r.lead_id))];
  const leads = new Map((await factsOf(g, lead_ids)).map((fact) => [fact.lead_id, fact]));
  const [rows, ledger] = await Promise.all([
    ledgerReservations(
      db,
      found.map((r) => r.reservation_id),
    ),
    ledgerLeads(
      db,
      lead_ids.filter((id) => !leads.has(id)),
    ),
  ]);
  return found.flatMap((r) =>
    reservationDifferences(
      buyer_id,
      r,
      { lead: leads.get(r.lead_id), ledger: ledger.get(r.lead_id), row: rows.get(r.reservation_id) },
      g.deps.now(),
    ),
  );
}

/** A balance as it was `until` then, and what its movements come to as far as they have been added up. */
export const summingSchema = z.object({
  balance: z.number(),
  until: z.number(),
  sum: z.number(),
  after: z.object({ at: z.number(), id: z.string() }),
});
export type Summing = z.output<typeof summingSchema>;

/**
 * The balance against its movements, a page of them; `more`: to go on with. `busy`: events of this account were on their way, nothing can be
 * said. With none on their way, whatever moves the balance later is of later than the look, so that sales meanwhile do not matter.
 */
export async function lookAtBalance(
  { g, db }: JobContext,
  buyer_id: string,
  known: Summing | null,
): Promise<{ more: Summing } | { found: Difference[] | "busy" }> {
  const summing = known ?? (await summingOf(g, buyer_id));
  if (summing === "busy") return { found: "busy" };
  const page = await movementsInLedger(db, `buyer:${buyer_id}`, summing);
  const sum = summing.sum + page.sum;
  if (page.next) return { more: { ...summing, sum, after: page.next } };
  if (sum === summing.balance) return { found: [] };
  const detail = { account: summing.balance, ledger: sum };
  return { found: [{ kind: "balance_differs_in_ledger", subject: `buyer:${buyer_id}`, detail }] };
}

async function summingOf(g: Gateway, buyer_id: string): Promise<Summing | "busy"> {
  const { balance, outbox, at } = await g.account(buyer_id).glance();
  return outbox > 0 ? "busy" : { balance, until: at, sum: 0, after: { at: 0, id: "" } };
}

/** Of the few accounts that differed: to the end at once. */
async function wholeBalance(c: JobContext, buyer_id: string): Promise<Difference[] | "busy"> {
  let look = await lookAtBalance(c, buyer_id, null);
  while ("more" in look) look = await lookAtBalance(c, buyer_id, look.more);
  return look.found;
}

/** The same looks by the subjects of differences. A balance that is busy is named in `busy`. */
export async function lookAgain(c: JobContext, subjects: string[]): Promise<{ found: Difference[]; busy: string[] }> {
  const of = (kind: string) => subjects.filter((s) => s.startsWith(`${kind}:`)).map((s) => s.slice(kind.length + 1));
  const found = await lookAtLeads(c, await factsOf(c.g, of("lead")));
  const pairs = of("reservation").map((text) => [text.slice(0, text.indexOf(":")), text.slice(text.indexOf(":") + 1)]);
  for (const [buyer_id, own] of grouped(pairs, ([buyer]) => buyer ?? "")) {
    const facts = await c.g.account(buyer_id).reservationsById(own.map(([, id]) => id ?? ""));
    found.push(...(await lookAtReservations(c, buyer_id, facts)));
  }
  const busy: string[] = [];
  for (const buyer_id of of("buyer")) {
    const balance = await wholeBalance(c, buyer_id);
    if (balance === "busy") busy.push(`buyer:${buyer_id}`);
    else found.push(...balance);
  }
  return { found, busy };
}

/** Facts of these leads, each from its book; those that a book has let go are missing. */
async function factsOf(g: Gateway, lead_ids: string[]): Promise<LeadFact[]> {
  const known = lead_ids.flatMap((lead_id) => {
    const id = readId(g.settings.HASH_SECRET, lead_id, "l");
    return id ? [{ lead_id, shard: id.shard }] : [];
  });
  const facts: LeadFact[] = [];
  for (const [shard, ids] of grouped(known, (one) => one.shard))
    facts.push(...(await g.book(shard).factsById(ids.map((one) => one.lead_id))));
  return facts;
}

function grouped<T>(items: T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
