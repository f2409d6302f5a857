import { LATENCIES } from "../../test/support/emulated-platform.ts";
import { GROUP_SIZE, REDIALS } from "../../worker/buyers/dialer-pool.ts";
import type { Cell } from "./cell.ts";
import { SHORT_GOAL } from "./cell.ts";
import { dialersFor } from "./pool-rule.ts";

/** `DIALERS` in wrangler.toml. */
export const DEFAULT_DIALERS = 600;
/** Ms for which six log-normal buyers of this benchmark keep a dialer; measured by each run again. */
const HOLD_MS = 73;

/** Pings a second of one isolate: nobody outside of the platform knows. */
const PINGS_AN_ISOLATE = 10;

const cell = (rate: number, buyers: number, dialers: number, changes: Partial<Cell> = {}): Cell => ({
  rate,
  buyers,
  dialers,
  group_size: GROUP_SIZE,
  redials: REDIALS,
  hop: LATENCIES.hop,
  pings: 2_000,
  seed: 0,
  isolates: 0,
  ...changes,
});

const byRule = (pings_per_s: number, buyers: number): number =>
  dialersFor({ pings_per_s, buyers, own: 6, group_size: GROUP_SIZE, redials: REDIALS, hold_ms: HOLD_MS }, SHORT_GOAL);

const LOADS = [5, 25, 100, 250].flatMap((rate) => [50, 100].map((buyers) => ({ rate, buyers })));

/** Everything that is measured, each with a seed of its own. */
export function grid(): { loads: Cell[]; pools: Cell[]; others: Cell[]; warm: Cell[] } {
  const loads = LOADS.flatMap(({ rate, buyers }) => [
    cell(rate, buyers, DEFAULT_DIALERS),
    cell(rate, buyers, byRule(rate, buyers)),
  ]);
  const pools = [
    ...pool(100, 50, [150, 300, 600, 1_200]),
    ...pool(250, 100, [600, 1_200, 2_400, 4_800]),
    ...[150, 300, 600, 1_200].map((dialers) => cell(100, 50, dialers, { group_size: 3, pings: 1_000 })),
  ];
  const others = [
    cell(100, 50, DEFAULT_DIALERS, { hop: 2 * LATENCIES.hop }),
    cell(25, 6, DEFAULT_DIALERS),
    cell(25, 20, 0),
    cell(25, 50, 0),
  ];
  const warm = [1, 5, 25, 100, 250].flatMap((rate) =>
    [0, Math.ceil(rate / PINGS_AN_ISOLATE)].map((isolates) =>
      cell(rate, 50, DEFAULT_DIALERS, { isolates, pings: 1_000 }),
    ),
  );
  return seeded({ loads, pools, others, warm });
}

const pool = (rate: number, buyers: number, sizes: number[]): Cell[] =>
  [2, 3].flatMap((redials) => sizes.map((dialers) => cell(rate, buyers, dialers, { redials, pings: 1_000 })));

function seeded<T extends Record<string, Cell[]>>(all: T): T {
  let seed = 100;
  for (const each of Object.values(all).flat()) each.seed = seed++;
  return all;
}
