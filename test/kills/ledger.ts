import type { Admin } from "../../demo/api.ts";
import type { LeadState } from "../../schema/lists.ts";

/** What the operator's calls say, as far as the comparison needs it. Money: units. */
export interface LedgerLead {
  lead_id: string;
  publisher_id: string;
  state: LeadState;
  result: string | null;
  payout: number;
  price: number;
  buyer_id: string | null;
  code: string | null;
  risk: boolean;
  recovered: boolean;
  rest_why: string | null;
  /** ISO 8601. */
  created_at: string;
  closed_at: string | null;
}
export interface Movement {
  id: string;
  account: string;
  kind: string;
  amount: number;
  ref: string;
  at: string;
}
export interface Account {
  buyer_id: string;
  balance: number;
  held: number;
  available: number | null;
  outbox: number;
  reservations: Record<string, number>;
  caps: { contract_id: string; cap: { count?: number }; used_count: number }[];
  breakers: { endpoint_id: string; phase: string; state: string; until: string | null; pauses: number }[];
}
export interface Ledger {
  leads: LedgerLead[];
  sales: { sale_id: string; lead_id: string; buyer_id: string; reservation_id: string; price: number; at: string }[];
  /** By account: `buyer:x`, `publisher:y`. */
  movements: Map<string, Movement[]>;
  accounts: Account[];
}

interface Gauges {
  books: { shard: string; open_leads?: number; outbox?: number; outbox_refused?: number }[];
  accounts: { outbox_lag_ms?: number }[];
}

/** Is anything still to do? null: nothing is open, and D1 has everything that the objects know. */
export async function unfinished(admin: Admin): Promise<string | null> {
  const { books, accounts } = await admin.get<Gauges>("gauges");
  const open = books.reduce((sum, book) => sum + (book.open_leads ?? 1), 0);
  const outbox = books.reduce((sum, book) => sum + (book.outbox ?? 1), 0);
  const lag = Math.max(0, ...accounts.map((account) => account.outbox_lag_ms ?? 1));
  return open + outbox + lag === 0 ? null : `${open} leads open, ${outbox} events and ${lag} ms of accounts' outboxes`;
}

export async function readLedger(admin: Admin, buyers: string[], publishers: string[]): Promise<Ledger> {
  const movements = new Map<string, Movement[]>();
  for (const account of [...buyers.map((id) => `buyer:${id}`), ...publishers.map((id) => `publisher:${id}`)])
    movements.set(account, await everything<Movement>(admin, `movements?account=${account}`, (one) => one.id));
  return {
    leads: await allLeads(admin),
    sales: await everything(admin, "sales?", (one: Ledger["sales"][number]) => one.sale_id),
    movements,
    accounts: await Promise.all(buyers.map((id) => admin.get<Account>(`buyers/${id}/account`))),
  };
}

async function allLeads(admin: Admin): Promise<LedgerLead[]> {
  const leads: LedgerLead[] = [];
  for (let after = ""; ; ) {
    const page = await admin.get<{ items: LedgerLead[]; next: string | null }>(`leads?limit=500${after}`);
    leads.push(...page.items);
    if (page.next === null) return leads;
    after = `&after=${page.next}`;
  }
}

/** Lists that are paged by time alone: pages overlap by their last millisecond. */
async function everything<T extends { at: string }>(admin: Admin, path: string, id: (one: T) => string): Promise<T[]> {
  const found = new Map<string, T>();
  for (let to = Date.now() + 1_000; ; ) {
    const { items } = await admin.get<{ items: T[] }>(`${path}&limit=500&to=${to}`);
    const before = found.size;
    for (const one of items) found.set(id(one), one);
    const last = items.at(-1);
    if (items.length < 500 || !last || found.size === before) return [...found.values()];
    to = Date.parse(last.at) + 1;
  }
}
