import { MONEY_SCALE } from "../../../schema/money.ts";
import { BID, type Buckets, columnsOf, POSTED, REFUSED, WON } from "../../../schema/rollups/buckets.ts";
import { readSums, type SumRow } from "../../ledger/report-sums.ts";
import { piecesOf, stretchesOf } from "./range.ts";
import type { Group } from "./report.ts";

/** A range of bids, in the unit: above `above`, at most `up_to` (null = no bound). Rates in percent, null where nothing was counted. */
export interface BidRange {
  above: number;
  up_to: number | null;
  bids: number;
  won: number;
  win_rate: number | null;
  posts: number;
  rejected: number;
  reject_rate: number | null;
}

const rate = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.round((part * 10_000) / whole) / 100;
const same = (...of: Buckets[]): Record<string, string> =>
  Object.fromEntries(of.flatMap(columnsOf).map((column) => [column, column]));

/** The bid landscape: what was bid, what of it won, and how often the post of such a bid was rejected. */
export async function landscape(
  db: D1Database,
  of: { from: number; to: number; zone: string; filters: Partial<Record<Group, string>> },
): Promise<BidRange[]> {
  const { buyer, contract } = of.filters;
  const filters = { ...(buyer ? { buyer_id: buyer } : {}), ...(contract ? { contract_id: contract } : {}) };
  const pieces = piecesOf(stretchesOf(of, undefined, of.zone), Object.keys(filters).length === 0);
  const common = { groups: [], filters, pieces, limit: 1 };
  const [bids, posts] = await readSums(db, [
    { rollup: "rollup_bidding", sums: same(BID, WON), ...common },
    { rollup: "rollup_deliveries", sums: same(POSTED, REFUSED), ...common },
  ]);
  const counts = (rows: SumRow[] | undefined, of: Buckets) =>
    columnsOf(of).map((column) => rows?.[0]?.sums[column] ?? 0);
  const [bid, won, posted, refused] = [
    counts(bids, BID),
    counts(bids, WON),
    counts(posts, POSTED),
    counts(posts, REFUSED),
  ];
  return bid.map((count, i) => {
    const [wins = 0, sent = 0, no = 0] = [won[i], posted[i], refused[i]];
    const bound = BID.bounds[i];
    return {
      above: (BID.bounds[i - 1] ?? 0) / MONEY_SCALE,
      up_to: bound === undefined ? null : bound / MONEY_SCALE,
      bids: count,
      won: wins,
      win_rate: rate(wins, count),
      posts: sent,
      rejected: no,
      reject_rate: rate(no, sent),
    };
  });
}
