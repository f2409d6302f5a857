import type { LeadState } from "../../schema/lists.ts";
import type { Money } from "../../schema/money.ts";
import { ZERO } from "../../schema/money.ts";

/** What the ledger holds, to be compared with what was sold. Amounts are 1/10,000 of the unit; test leads are counted apart. */
export interface Totals {
  auctions: number;
  leads: Partial<Record<LeadState, number>>;
  test_leads: number;
  deliveries: number;
  sales: { count: number; price: Money; payout: Money; margin: Money };
  /** Sum of all movements, and how many `ref`s do not sum to zero: both are 0 in sound books. */
  movements: { count: number; sum: Money; unbalanced: number };
}

/** Reads whole tables: for the demo, checks and small databases, not for a page. `from`: epoch ms. */
export async function totals(db: D1Database, from = 0): Promise<Totals> {
  const prepared = [
    "SELECT count(*) AS count FROM auctions WHERE at >= ?1",
    "SELECT state, count(*) AS count FROM leads WHERE at >= ?1 AND test = 0 GROUP BY state",
    "SELECT count(*) AS count FROM leads WHERE at >= ?1 AND test = 1",
    "SELECT count(*) AS count FROM deliveries WHERE at >= ?1",
    "SELECT count(*) AS count, coalesce(sum(price), 0) AS price, coalesce(sum(payout), 0) AS payout, coalesce(sum(margin), 0) AS margin FROM sales WHERE at >= ?1",
    "SELECT count(*) AS count, coalesce(sum(amount), 0) AS sum FROM money_movements WHERE at >= ?1",
    "SELECT count(*) AS count FROM (SELECT ref FROM money_movements WHERE at >= ?1 GROUP BY ref HAVING sum(amount) <> 0)",
  ].map((sql) => db.prepare(sql).bind(from));
  const results = (await db.batch(prepared)).map((result) => result.results as Record<string, number | string>[]);
  const number = (at: number, name: string): number => Number(results[at]?.[0]?.[name] ?? 0);
  const money = (at: number, name: string): Money => (number(at, name) || ZERO) as Money;
  const states = (results[1] ?? []).map((row) => [row.state, Number(row.count)]);
  return {
    auctions: number(0, "count"),
    leads: Object.fromEntries(states) as Totals["leads"],
    test_leads: number(2, "count"),
    deliveries: number(3, "count"),
    sales: {
      count: number(4, "count"),
      price: money(4, "price"),
      payout: money(4, "payout"),
      margin: money(4, "margin"),
    },
    movements: { count: number(5, "count"), sum: money(5, "sum"), unbalanced: number(6, "count") },
  };
}

/** Which of these leads have a sale in the ledger. */
export async function soldLeads(
  db: D1Database,
  lead_ids: string[],
): Promise<{ lead_id: string; price: Money; payout: Money; buyer_id: string }[]> {
  const { results } = await db
    .prepare(
      "SELECT lead_id, price, payout, buyer_id FROM sales WHERE sale_id IN (SELECT value || ':1' FROM json_each(?1))",
    )
    .bind(JSON.stringify(lead_ids))
    .all<{ lead_id: string; price: Money; payout: Money; buyer_id: string }>();
  return results;
}
