import type { NumberedEvent } from "../../../schema/events.ts";
import type { Files } from "./files.ts";

type Row = Record<string, string | number | null | undefined>;

const KEYS: Record<string, string[]> = {
  auctions: ["ping_id"],
  leads: ["lead_id"],
  deliveries: ["attempt_id"],
  sales: ["sale_id"],
  reservations: ["reservation_id"],
  status: ["kind", "id"],
};

/** The ledger as D1 has it: rows by primary key, the newest number of their object wins. */
export class Ledger {
  private readonly tables = new Map<string, Map<string, { n: number; row: Row }>>();

  constructor(private readonly files: Files) {}

  store(events: NumberedEvent[]): void {
    for (const { table, row, n } of events) {
      const key = (KEYS[table] ?? ["id"]).map((column) => String((row as Row)[column])).join("/");
      const rows = this.tables.get(table) ?? new Map<string, { n: number; row: Row }>();
      this.tables.set(table, rows);
      const known = rows.get(key);
      if (known && known.n >= n) continue;
      rows.set(key, { n, row: row as Row });
      if (table === "leads") this.files.name(leadNumber(row as Row), key);
    }
  }

  row(table: string, key: string): Row | undefined {
    return this.tables.get(table)?.get(key)?.row;
  }

  rows(table: string): Row[] {
    return [...(this.tables.get(table)?.values() ?? [])].map(({ row }) => row);
  }

  /** Double entry: the rows of one reference sum to zero, object by object. */
  checkMovements(): void {
    const sums = new Map<string, number>();
    for (const row of this.rows("money_movements")) {
      const ref = String(row.ref);
      sums.set(ref, (sums.get(ref) ?? 0) + Number(row.amount));
    }
    for (const [ref, sum] of sums) {
      const n = this.files.byLeadId(ref.split("_")[0]?.replace("risk:", "") ?? "")?.n ?? null;
      if (sum !== 0) this.files.broken(n, `the movements of ${ref} sum to ${sum}`);
    }
  }

  /** What an account of the ledger moved in all. */
  moved(account: string, kinds?: readonly string[]): number {
    return this.rows("money_movements")
      .filter((row) => row.account === account && (!kinds || kinds.includes(String(row.kind))))
      .reduce((sum, row) => sum + Number(row.amount), 0);
  }
}

function leadNumber({ sub_ids }: Row): number {
  const { sub_id1 = "n-1" } = JSON.parse(String(sub_ids ?? "{}")) as { sub_id1?: string };
  return Number(sub_id1.slice(1));
}
