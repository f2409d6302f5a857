import type { DeliveryRow } from "./reads.ts";

/** Contracts that one question may be about: each is a look-up of its own. */
export const MOST_CONTRACTS = 12;

/** The newest attempts of these contracts together, tests too: a few rows of each, along the index of contract and time. */
export async function recentAttempts(
  db: D1Database,
  of: { contracts: readonly string[]; limit: number; endpoint_id?: string },
): Promise<DeliveryRow[]> {
  const contracts = of.contracts.slice(0, MOST_CONTRACTS);
  if (contracts.length === 0) return [];
  const one = (i: number) =>
    `SELECT * FROM (SELECT * FROM deliveries WHERE contract_id = ?${i + 3} ORDER BY at DESC LIMIT ?1)`;
  const { results } = await db
    .prepare(
      `SELECT * FROM (${contracts.map((_, i) => one(i)).join(" UNION ALL ")}) WHERE ?2 = '' OR endpoint_id = ?2 ORDER BY at DESC, attempt_id DESC LIMIT ?1`,
    )
    .bind(of.limit, of.endpoint_id ?? "", ...contracts)
    .all<DeliveryRow>();
  return results;
}
