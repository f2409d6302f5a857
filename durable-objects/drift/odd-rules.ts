/** Something unexpected that is counted until it is sure: how often it was so, and how often as before. */
export interface Odd {
  misses: number;
  hits: number;
  since: number;
}
const MOST_ODD = 100;
/** So often as before, and the exception is forgotten. */
const FORGET = 20;

/**
 * Counts an oddity; true once it has been seen often enough, and more often than its contrary. The first answers in which everything is
 * as it was start no count.
 */
export function oddity(
  odd: Record<string, Odd>,
  id: string,
  seen: { hits: number; misses: number },
  often: number,
  now: number,
): boolean {
  const known = odd[id];
  if (!known && seen.misses === 0) return false;
  if (!known && Object.keys(odd).length >= MOST_ODD) return false;
  const next = {
    misses: (known?.misses ?? 0) + seen.misses,
    hits: (known?.hits ?? 0) + seen.hits,
    since: known?.since ?? now,
  };
  if (next.hits >= FORGET && next.hits > next.misses) {
    delete odd[id];
    return false;
  }
  odd[id] = next;
  return next.misses >= often && next.misses > next.hits;
}
