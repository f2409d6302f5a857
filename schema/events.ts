import type { BiddingCounts } from "./rollups/bidding.ts";
import type * as tables from "./tables.ts";

interface BiddingKey {
  slot: number;
  contract_id: string;
  buyer_id: string;
  at: number;
  month: number;
  tenant?: string;
  n: number;
}
type Bidding = BiddingKey & BiddingCounts;

type UnlistedColumn =
  | "ping_id"
  | "at"
  | "publisher_id"
  | "campaign_id"
  | "test"
  | "result"
  | "code"
  | "price"
  | "took_ms";

/** Tables that the objects' outboxes fill. The row is the table's row without what the projection adds (`n`, `seq`, `summed`, `tenant`). */
export interface LedgerRows {
  /** `counted`: the sums have it already, as an unlisted one. */
  auctions: typeof tables.auctions.$inferInsert & { counted?: 1 };
  /** No table: an auction without a row, for the sums alone. */
  unlisted: Pick<typeof tables.auctions.$inferInsert, UnlistedColumn | "n" | "month">;
  leads: typeof tables.leads.$inferInsert;
  deliveries: typeof tables.deliveries.$inferInsert;
  sales: typeof tables.sales.$inferInsert;
  money_movements: typeof tables.money_movements.$inferInsert;
  reservations: typeof tables.reservations.$inferInsert;
  breaker_events: typeof tables.breaker_events.$inferInsert;
  alerts: typeof tables.alerts.$inferInsert;
  status: typeof tables.status.$inferInsert;
  bidding: Bidding;
}
export type LedgerTable = keyof LedgerRows;

/**
 * One append-only event of an object's outbox. `n` counts per object. Applying it is an upsert of the whole row by its primary
 * key, only when `n` is newer than the row's: so order, repeats and gaps do no harm.
 */
export type LedgerEvent = {
  [T in LedgerTable]: { table: T; row: Omit<LedgerRows[T], "n" | "seq" | "summed" | "tenant" | "month"> };
}[LedgerTable];
export type NumberedEvent = LedgerEvent & { n: number };

/** YYYYMM in UTC of an epoch ms: half of the ledger's shard key. */
export function monthOf(at: number): number {
  const date = new Date(at);
  return date.getUTCFullYear() * 100 + date.getUTCMonth() + 1;
}
