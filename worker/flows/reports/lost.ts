import { MONEY_SCALE } from "../../../schema/money.ts";
import { readSums } from "../../ledger/report-sums.ts";
import { piecesOf, stretchesOf } from "./range.ts";
import type { Group } from "./report.ts";

/** What one contract lost; money in the unit. */
export interface LostRow {
  contract: string;
  buyer: string;
  out_cap: number;
  out_breaker: number;
  took_part: number;
  revenue: number;
  /** Null: it took part in no auction of the range, so that nothing can be said. */
  revenue_per_auction: number | null;
  cap_lost_revenue: number | null;
  breaker_lost_revenue: number | null;
}

/** One contract's estimate: auctions it was left out of, times what it brought per auction in which it took part. */
export function lostOf(of: { out: number; took_part: number; revenue: number }): number | null {
  if (of.out === 0) return 0;
  return of.took_part === 0 ? null : (of.out * of.revenue) / of.took_part;
}
const BIDDING = {
  out_cap: "out_cap_reached",
  out_breaker: "out_breaker_open",
  took_part: "asked + closed_early + fixed",
};

/** By contract; those that nothing kept out are left out. */
export async function lost(
  db: D1Database,
  of: { from: number; to: number; zone: string; filters: Partial<Record<Group, string>> },
): Promise<LostRow[]> {
  const { buyer, contract } = of.filters;
  const filters = { ...(buyer ? { buyer_id: buyer } : {}), ...(contract ? { contract_id: contract } : {}) };
  const pieces = piecesOf(stretchesOf(of, undefined, of.zone), false);
  const groups = ["contract_id", "buyer_id"];
  const [bids, sales] = await readSums(db, [
    { rollup: "rollup_bidding", sums: BIDDING, groups, filters, pieces, limit: 5_000 },
    { rollup: "rollup_sales", sums: { revenue: "revenue" }, groups, filters, pieces, limit: 5_000 },
  ]);
  const revenues = new Map((sales ?? []).map(({ key, sums }) => [key[0], sums.revenue ?? 0]));
  return (bids ?? []).flatMap(({ key: [name = "", owner = ""], sums }) => {
    const { out_cap = 0, out_breaker = 0, took_part = 0 } = sums;
    if (out_cap + out_breaker === 0) return [];
    const revenue = revenues.get(name) ?? 0;
    const money = (value: number | null) => (value === null ? null : Math.round(value) / MONEY_SCALE);
    return [
      {
        contract: name,
        buyer: owner,
        out_cap,
        out_breaker,
        took_part,
        revenue: revenue / MONEY_SCALE,
        revenue_per_auction: took_part === 0 ? null : money(revenue / took_part),
        cap_lost_revenue: money(lostOf({ out: out_cap, took_part, revenue })),
        breaker_lost_revenue: money(lostOf({ out: out_breaker, took_part, revenue })),
      },
    ];
  });
}
