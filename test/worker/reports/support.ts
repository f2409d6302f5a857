import { ROLLUPS } from "../../../schema/rollups/rollups.ts";
import { db } from "../ledger/support.ts";

const TABLES = ["auctions", "leads", "sales", "deliveries", "bidding", "outbox_marks", ...ROLLUPS.map((r) => r.name)];

/** An empty ledger with empty sums. */
export async function emptied(): Promise<void> {
  await db.batch(TABLES.map((table) => db.prepare(`DELETE FROM ${table}`)));
}
