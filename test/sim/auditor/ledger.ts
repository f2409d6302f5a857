import type { NumberedEvent } from "../../../schema/events.ts";
import type { AuctionRecord } from "../../../schema/rpc/auction.ts";
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

  /** A lead's sales, past and present. */
  salesOf(lead_id: string): Row[] {
    const rows: Row[] = [];
    for (let nth = 1; ; nth++) {
      const row = this.row("sales", `${lead_id}:${nth}`);
      if (!row) return rows;
      rows.push(row);
    }
  }

  /** The buyers of a lead's first auction, best first. */
  rankedOf(lead_id: string): string[] {
    const record = this.row("auctions", String(this.row("leads", lead_id)?.ping_id))?.record;
    if (record === undefined) return [];
    return (JSON.parse(String(record)) as AuctionRecord).ranked.map(({ buyer_id }) => buyer_id);
  }

  private paid: Map<string, number> | null = null;

  /** All that publishers were paid for this lead. At the end of the world. */
  paidFor(lead_id: string): number {
    this.paid ??= this.payouts();
    return this.paid.get(lead_id) ?? 0;
  }

  private payouts(): Map<string, number> {
    const sums = new Map<string, number>();
    for (const { account, ref, amount } of this.rows("money_movements")) {
      if (!String(account).startsWith("publisher:")) continue;
      const lead_id = leadOf(String(ref));
      sums.set(lead_id, (sums.get(lead_id) ?? 0) + Number(amount));
    }
    return sums;
  }

  /** Double entry: the rows of one reference sum to zero, object by object. */
  checkMovements(): void {
    const sums = new Map<string, number>();
    for (const row of this.rows("money_movements")) {
      const ref = String(row.ref);
      sums.set(ref, (sums.get(ref) ?? 0) + Number(row.amount));
    }
    for (const [ref, sum] of sums) {
      const n = this.files.byLeadId(leadOf(ref))?.n ?? null;
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

/** The lead that a movement's reference is about: of a reservation, its refund, a risk that was paid for. */
const leadOf = (ref: string): string => /^(?:risk:|refund:)?([^_]*)/.exec(ref)?.[1] ?? "";

function leadNumber({ sub_ids }: Row): number {
  const { sub_id1 = "n-1" } = JSON.parse(String(sub_ids ?? "{}")) as { sub_id1?: string };
  return Number(sub_id1.slice(1));
}
