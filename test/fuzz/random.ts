import { seededRandom } from "../support/random.ts";

/** Chance with a seed. */
export interface Chance {
  /** Whole numbers from 0 to below `limit`. */
  below(limit: number): number;
  /** True once in `of`. */
  once(of: number): boolean;
  one<T>(list: readonly [T, ...T[]]): T;
  of<T>(list: readonly T[]): T | undefined;
}

export function chance(seed: number): Chance {
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  return {
    below,
    once: (of) => below(of) === 0,
    one: (list) => list[below(list.length)] ?? list[0],
    of: (list) => list[below(list.length)],
  };
}
