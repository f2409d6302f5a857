import { zipEntries } from "../../../schema/config/price.ts";
import type { Money } from "../../../schema/money.ts";

/** An entry as a stretch of ZIPs: 90210 is one, `902*` a hundred. */
interface Stretch {
  from: number;
  /** Exclusive. */
  to: number;
  amount: number;
}
interface Place {
  amount: Money;
  zips: string;
}
export interface Places {
  /** null: no entry fits. */
  priceAt(zip: string): Money | null;
  /** Numbers held in memory: twelve bytes each, at most two an entry, and one more. */
  size: number;
}

/**
 * ZIPs and prefixes as stretches of numbers that do not overlap, in typed arrays: 50,000 entries take 1.2 MB at most (stretches of
 * one price that touch are one), and a look-up is a search by halves. The most exact entry wins; of equal ones the first.
 */
export function compilePlaces(places: readonly Place[]): Places {
  const { starts, amounts } = flat(stretchesOf(places));
  return {
    size: starts.length,
    priceAt(zip) {
      if (!/^\d{5}$/.test(zip)) return null;
      const amount = amounts[lastNotAbove(starts, Number(zip))] ?? NONE;
      return amount === NONE ? null : (amount as Money);
    },
  };
}

const NONE = -1;

/** By where they begin, long ones before those that lie in them; of equal ones only the first of the list. */
function stretchesOf(places: readonly Place[]): Stretch[] {
  const all = places.flatMap(({ amount, zips }) => zipEntries(zips).map((entry) => stretchOf(entry, amount)));
  all.sort((a, b) => a.from - b.from || b.to - a.to);
  return all.filter(({ from, to }, at) => from !== all[at - 1]?.from || to !== all[at - 1]?.to);
}

function stretchOf(entry: string, amount: number): Stretch {
  const digits = entry.replace("*", "");
  const size = 10 ** (5 - digits.length);
  const from = Number(digits) * size;
  return { from, to: from + size, amount };
}

/** Where the price changes. Prefixes lie in each other or apart, never half over one another: a stack knows who holds when one ends. */
function flat(stretches: readonly Stretch[]): { starts: Uint32Array; amounts: Float64Array } {
  const cuts: { start: number; amount: number }[] = [{ start: 0, amount: NONE }];
  const cut = (start: number, amount: number) => {
    if (cuts[cuts.length - 1]?.start === start) cuts.pop();
    if (cuts[cuts.length - 1]?.amount !== amount) cuts.push({ start, amount });
  };
  const open: Stretch[] = [];
  const closeUpTo = (zip: number) => {
    for (let top = open.at(-1); top && top.to <= zip; top = open.at(-1)) {
      open.pop();
      cut(top.to, open.at(-1)?.amount ?? NONE);
    }
  };
  for (const stretch of stretches) {
    closeUpTo(stretch.from);
    open.push(stretch);
    cut(stretch.from, stretch.amount);
  }
  closeUpTo(Number.POSITIVE_INFINITY);
  return {
    starts: Uint32Array.from(cuts, ({ start }) => start),
    amounts: Float64Array.from(cuts, ({ amount }) => amount),
  };
}

/** The last place in an ascending list whose value is not above `value`; the first value is 0. */
function lastNotAbove(sorted: Uint32Array, value: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Entries that are there twice with different prices, of one row. */
export function contradictions(places: readonly Place[], most: number): { at: number; entry: string }[] {
  const seen = new Map<string, Money>();
  const found: { at: number; entry: string }[] = [];
  for (const [at, { amount, zips }] of places.entries())
    for (const entry of zipEntries(zips)) {
      const known = seen.get(entry);
      if (known === undefined) seen.set(entry, amount);
      else if (known !== amount && found.length < most) found.push({ at, entry });
    }
  return found;
}
