import type { Buckets } from "../../../schema/rollups/buckets.ts";

/** A percentile read from a histogram: within `low` and `high` (null = above the last bound); `value` by a straight line between. */
export interface Read {
  value: number;
  low: number;
  high: number | null;
}

/** `counts` in the order of the buckets; null where nothing was counted. */
export function percentile({ bounds }: Pick<Buckets, "bounds">, counts: readonly number[], p: number): Read | null {
  const all = counts.reduce((sum, n) => sum + n, 0);
  if (all <= 0) return null;
  const rank = (all * p) / 100;
  let below = 0;
  for (const [i, count] of counts.entries()) {
    if (count > 0 && below + count >= rank) {
      const low = i === 0 ? 0 : (bounds[i - 1] ?? 0);
      const high = bounds[i] ?? null;
      const value = high === null ? low : low + ((high - low) * (rank - below)) / count;
      return { value, low, high };
    }
    below += count;
  }
  return null;
}
