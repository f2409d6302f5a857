import { MONEY_SCALE } from "../money.ts";

/**
 * Buckets of the rollups' histograms: a value lies in the first whose bound it does not exceed, else in `more`. A percentile read from
 * them is off by less than its bucket's width, which the answers name as `between`.
 */
export interface Buckets {
  /** Begins the names of its columns: `ms_250`. */
  prefix: string;
  /** Inclusive upper bounds, ascending, in the column's unit. */
  bounds: readonly number[];
  /** What a bound is called in a column's name: the bound divided by this. */
  scale: number;
}

/** Answers of the gateway and of buyers, in ms. */
const LATENCY = [10, 25, 50, 75, 100, 150, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000];
/** From a lead's arrival to its sale, in ms: from a quarter of a second to a day. */
const DELIVERY = [
  250, 500, 1_000, 2_000, 3_000, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000, 21_600_000, 86_400_000,
];
/** Bids, in units of the currency. */
const BIDS = [1, 2, 5, 10, 15, 20, 30, 40, 50, 75, 100, 150];

export const TOOK: Buckets = { prefix: "took", bounds: LATENCY, scale: 1 };
export const MS: Buckets = { prefix: "ms", bounds: LATENCY, scale: 1 };
export const TO_SALE: Buckets = { prefix: "to_sale", bounds: DELIVERY, scale: 1 };
const money = (prefix: string): Buckets => ({ prefix, bounds: BIDS.map((b) => b * MONEY_SCALE), scale: MONEY_SCALE });
/** Bids; bids that won their auction; posts and refused posts by the bid that was held for them. */
export const BID = money("bid");
export const WON = money("won");
export const POSTED = money("posted");
export const REFUSED = money("refused");

export const columnsOf = ({ prefix, bounds, scale }: Buckets): string[] => [
  ...bounds.map((bound) => `${prefix}_${bound / scale}`),
  `${prefix}_more`,
];

/** Place of a value among {@link columnsOf}. */
export const bucketOf = ({ bounds }: Buckets, value: number): number => {
  const found = bounds.findIndex((bound) => value <= bound);
  return found < 0 ? bounds.length : found;
};

/** SQL of each column: 1 where `value` lies in its bucket. A value that is NULL lies in none. */
export function bucketSql(buckets: Buckets, value: string, when = ""): Record<string, string> {
  const { bounds } = buckets;
  const also = when === "" ? "" : ` AND ${when}`;
  return Object.fromEntries(
    columnsOf(buckets).map((column, i) => {
      const above = i === 0 ? [] : [`${value} > ${bounds[i - 1]}`];
      const below = i === bounds.length ? [] : [`${value} <= ${bounds[i]}`];
      return [column, `coalesce(${[...above, ...below].join(" AND ")}${also}, 0)`];
    }),
  );
}
