import { ofLead } from "./of-lead.ts";

/** The ledger's side of a reconcile: what it says of some leads, reservations or an account. */

export interface LedgerSale {
  reservation_id: string;
  price: number;
  payout: number;
}
export interface LedgerLead {
  lead_id: string;
  state: string;
  price: number;
  erased: boolean;
  deliveries: number;
  /** Those that were not given back. */
  sales: LedgerSale[];
}
export interface LedgerReservation {
  reservation_id: string;
  state: string;
  amount: number;
}

interface Row {
  lead_id: string;
  state: string;
  price: number;
  erased_at: number | null;
  deliveries: number;
}

/** By lead id; those that the ledger does not have are missing. Every look-up goes by an index. */
export async function ledgerLeads(db: D1Database, lead_ids: string[]): Promise<Map<string, LedgerLead>> {
  if (lead_ids.length === 0) return new Map();
  const ids = JSON.stringify(lead_ids);
  const [leads, sales] = await db.batch<Row | (LedgerSale & { lead_id: string })>([
    db
      .prepare(
        `SELECT l.lead_id, l.state, l.price, l.erased_at, (SELECT count(*) FROM deliveries d WHERE ${ofLead("d.attempt_id", "l.lead_id")}) AS deliveries FROM json_each(?1) j JOIN leads l ON l.lead_id = j.value`,
      )
      .bind(ids),
    // A sale's id is `<lead id>:<number>` (`;` follows `:`).
    db
      .prepare(
        "SELECT s.lead_id, s.reservation_id, s.price, s.payout FROM json_each(?1) j JOIN sales s ON s.sale_id >= j.value || ':' AND s.sale_id < j.value || ';' WHERE s.returned_at IS NULL",
      )
      .bind(ids),
  ]);
  const found = new Map<string, LedgerLead>();
  for (const { erased_at, ...row } of (leads?.results ?? []) as Row[])
    found.set(row.lead_id, { ...row, erased: erased_at !== null, sales: [] });
  for (const { lead_id, ...sale } of (sales?.results ?? []) as (LedgerSale & { lead_id: string })[])
    found.get(lead_id)?.sales.push(sale);
  return found;
}

export async function ledgerReservations(db: D1Database, ids: string[]): Promise<Map<string, LedgerReservation>> {
  if (ids.length === 0) return new Map();
  const { results } = await db
    .prepare(
      "SELECT r.reservation_id, r.state, r.amount FROM json_each(?1) j JOIN reservations r ON r.reservation_id = j.value",
    )
    .bind(JSON.stringify(ids))
    .all<LedgerReservation>();
  return new Map(results.map((row) => [row.reservation_id, row]));
}

/**
 * SQL that says what the index of accounts holds: those of buyers and publishers. Our own two have three of five movements of each sale, and
 * no statement is read of them often enough to pay for a row each.
 */
export const partyAccount = (account: string): string =>
  account === "clearing" || account === "house" ? "true" : "account <> 'clearing' AND account <> 'house'";

/** Where a sum of movements goes on: behind this one. */
export interface MovementCursor {
  at: number;
  id: string;
}
/** Movements that one statement adds up: an account has as many as it ever had sales, and a statement of D1 may take 30 seconds. */
const MOVEMENTS = 20_000;

/** Sum of an account's movements before `until` (epoch ms), a page of them, in 1/10,000 of the unit; `next` null: that was the last. */
export async function movementsInLedger(
  db: D1Database,
  account: string,
  { until, after }: { until: number; after: MovementCursor },
  most = MOVEMENTS,
): Promise<{ sum: number; next: MovementCursor | null }> {
  const where = `account = ?1 AND ${partyAccount(account)} AND at < ?2 AND at >= ?3 AND (at > ?3 OR id > ?4) ORDER BY at, id`;
  const values = [account, until, after.at, after.id];
  const [sum, last] = await db.batch<{ sum: number } & MovementCursor>([
    db
      .prepare(
        `SELECT coalesce(sum(amount), 0) AS sum FROM (SELECT amount FROM money_movements WHERE ${where} LIMIT ${most})`,
      )
      .bind(...values),
    db.prepare(`SELECT at, id FROM money_movements WHERE ${where} LIMIT 1 OFFSET ${most - 1}`).bind(...values),
  ]);
  const end = last?.results[0];
  return { sum: sum?.results[0]?.sum ?? 0, next: end ? { at: end.at, id: end.id } : null };
}
