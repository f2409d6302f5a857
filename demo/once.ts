import type { Admin } from "./api.ts";
import { DemoError, dollars, type Paint, say, until } from "./output.ts";
import type { LeadTrace } from "./trace.ts";

interface SaleRow {
  sale_id: string;
  lead_id: string;
  reservation_id: string;
  buyer_id: string;
  publisher_id: string;
  price: number;
  payout: number;
  margin: number;
}
interface Movement {
  account: string;
  kind: string;
  amount: number;
  ref: string;
}
export interface Comparison {
  lead_id: string;
  /** Empty: everything agrees. */
  differences: string[];
  movements: Movement[];
}

const exact = (amount: number): number => Math.round(amount * 10_000);

/** Net of each account over a sale's movements, in 1/10,000; accounts that come out at 0 are left out. */
export function netByAccount(movements: Movement[]): Map<string, number> {
  const net = new Map<string, number>();
  for (const { account, amount } of movements) net.set(account, (net.get(account) ?? 0) + exact(amount));
  return new Map([...net].filter(([, amount]) => amount !== 0));
}

/** Pure: does the ledger say of this sale what was printed, and does its money go from the buyer to publisher and house, exactly? */
export function compare(printed: LeadTrace, row: SaleRow | undefined, movements: Movement[]): Comparison {
  const { lead, sale } = printed;
  const differences: string[] = [];
  if (!sale) differences.push("no sale was printed");
  if (!row) differences.push("no row in the ledger");
  if (sale && row) {
    for (const part of ["price", "payout", "margin"] as const) {
      if (exact(sale[part]) !== exact(row[part]))
        differences.push(`${part}: printed ${sale[part]}, ledger ${row[part]}`);
    }
    const sum = movements.reduce((total, one) => total + exact(one.amount), 0);
    if (sum !== 0) differences.push(`movements sum to ${sum / 10_000}, not to 0`);
    const wanted = {
      [`buyer:${row.buyer_id}`]: -sale.price,
      [`publisher:${row.publisher_id}`]: sale.payout,
      house: sale.margin,
    };
    const net = netByAccount(movements);
    for (const account of new Set([...Object.keys(wanted), ...net.keys()])) {
      const [is, should] = [net.get(account) ?? 0, exact(wanted[account] ?? 0)];
      if (is !== should) differences.push(`${account} moved by ${is / 10_000}, not by ${should / 10_000}`);
    }
  }
  return { lead_id: lead.lead_id, differences, movements };
}

/**
 * Compares every printed sale with the ledger; its outboxes need a moment, so it asks until all agree or the time is up.
 * @returns whether every sale is there, and nothing beyond them.
 */
export async function checkLedger(admin: Admin, traces: LeadTrace[], from: number, paint: Paint): Promise<boolean> {
  const sold = traces.filter(({ lead, sale }) => sale !== null && !lead.test);
  const others = new Set(traces.filter((trace) => !sold.includes(trace)).map((trace) => trace.lead.lead_id));
  const look = async () => {
    const { items: sales } = await admin.get<{ items: SaleRow[] }>(`sales?from=${from}&limit=500`);
    const compared: Comparison[] = [];
    for (const trace of sold) {
      const row = sales.find((one) => one.lead_id === trace.lead.lead_id);
      const found = row
        ? await admin.get<{ items: Movement[] }>(`movements?ref=${encodeURIComponent(row.reservation_id)}`)
        : null;
      compared.push(compare(trace, row, found?.items ?? []));
    }
    const extra = sales.filter((row) => others.has(row.lead_id)).map((row) => row.lead_id);
    last = { compared, extra };
    return compared.every((one) => one.differences.length === 0) ? last : null;
  };
  let last: { compared: Comparison[]; extra: string[] } = { compared: [], extra: [] };
  const { compared, extra } = await until("the ledger", 30_000, look, 500).catch((error: unknown) => {
    if (error instanceof DemoError && last.compared.length > 0) return last;
    throw error;
  });
  for (const [i, one] of compared.entries()) print(sold[i], one, paint);
  for (const lead_id of extra) say(paint.red(`  ${lead_id}  is in the ledger although it was not sold`));
  return sold.length > 0 && extra.length === 0 && compared.every((one) => one.differences.length === 0);
}

function print(trace: LeadTrace | undefined, { lead_id, differences, movements }: Comparison, paint: Paint): void {
  const price = dollars(trace?.sale?.price ?? 0).padStart(8);
  const flow = [...netByAccount(movements)]
    .map(([account, amount]) => `${account} ${dollars(amount / 10_000)}`)
    .join("  ");
  if (differences.length === 0) say(`  ${paint.green("ok")}  ${lead_id}  ${price}  ${paint.dim(flow)}`);
  else say(`  ${paint.red("NO")}  ${lead_id}  ${price}  ${differences.join("; ")}`);
}
