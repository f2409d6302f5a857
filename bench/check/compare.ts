import * as z from "zod";

const ratio = z.number().positive();
/** The committed floors: pings per processor second of the gateway, as a share of the bare Worker's with so many buyers. */
export const floorsSchema = z.strictObject({
  /** What was measured on a quiet machine, by number of buyers. */
  measured: z.record(z.string().regex(/^\d+$/), ratio),
  /** Part of it by which a run may fall short before it counts as worse: what noise does to a short run on a busy machine. */
  margin: z.number().min(0).max(0.9),
  about: z.string(),
});
export type Floors = z.output<typeof floorsSchema>;

export interface Found {
  n: number;
  /** Median of the rounds' ratios, and their upper quartile. */
  median: number;
  high: number;
}
export interface Verdict {
  n: number;
  found: number;
  floor: number;
  worse: boolean;
}

/**
 * A size is worse when even the upper quartile of its rounds lies below the floor: a change of the code moves all rounds, noise only some.
 * Every size with a floor must have been measured, and finitely. @throws where one was not
 */
export function compare(floors: Floors, found: readonly Found[]): Verdict[] {
  return Object.entries(floors.measured).map(([size, measured]) => {
    const n = Number(size);
    const at = found.find((one) => one.n === n);
    if (!at || !Number.isFinite(at.median) || !Number.isFinite(at.high))
      throw new Error(`${n} buyers have a floor, but were not measured`);
    const floor = measured * (1 - floors.margin);
    return { n, found: at.median, floor, worse: at.high < floor };
  });
}
