import { LATENCIES } from "../../test/support/emulated-platform.ts";
import { LATE, MEDIAN_MS, TIMEOUT_MS } from "./buyers.ts";
import { type Cell, type Figures, runCell, SHORT_GOAL } from "./cell.ts";
import { runFlows } from "./flows.ts";
import { DEFAULT_DIALERS, grid } from "./grid.ts";
import { keep, show } from "./result.ts";

/**
 * The emulated platform as a benchmark: production's limits and hops in virtual time, so the figures are those of any machine and any
 * day. `npm run bench:emulated [-- --pings 0.1]`: with so many times the pings (a tenth is a quick look, and is not kept).
 */
const at = process.argv.indexOf("--pings");
const factor = at < 0 ? 1 : Number(process.argv[at + 1]);

async function measured(what: string, cells: Cell[]): Promise<Figures[]> {
  console.log(`\n${what}\n${HEADING}`);
  const rows: Figures[] = [];
  for (const cell of cells) {
    const row = await runCell({ ...cell, pings: Math.ceil(cell.pings * factor) });
    rows.push(row);
    console.log(lineOf(row));
  }
  return rows;
}

const COLUMNS = ["rate", "buyers", "dialers", "group", "redials", "p50", "p99", "p99.9", "added p99"];
const HEADING = [...COLUMNS, "asked %", "short %", "by rule %", "busy %", "cold %", "calls", "slot p99", "rule's pool"]
  .map((name) => name.padStart(10))
  .join("");
const lineOf = (row: Figures): string =>
  [
    ...[row.rate, row.buyers, row.dialers, row.group_size, row.redials],
    ...[row.answer_ms.p50, row.answer_ms.p99, row.answer_ms.p999, row.added_ms.p99],
    ...[row.asked, row.short, row.rule_short, row.busy, row.cold].map((share) => (100 * share).toFixed(2)),
    ...[row.object_calls, row.slot_wait_ms.p99, row.rule_dialers],
  ]
    .map((value) => String(value).padStart(10))
    .join("");

const { loads, pools, others, warm } = grid();
const rows = {
  loads: await measured("by load: the default pool, and the rule's", loads),
  pools: await measured("by pool", pools),
  others: await measured("others: twice the hop, six buyers, no dialers", others),
  warm: await measured("dialers drawn anew, and kept by their isolates", warm),
};
const flows = [];
for (const cell of [
  { rate: 100, buyers: 50, dialers: DEFAULT_DIALERS, pings: 1_000, seed: 51 },
  { rate: 100, buyers: 100, dialers: 2 * DEFAULT_DIALERS, pings: 1_000, seed: 52 },
]) {
  const row = await runFlows({ ...cell, pings: Math.ceil(cell.pings * factor) });
  flows.push(row);
  console.log(JSON.stringify(row));
}
const report = {
  virtual_time: true,
  buyers: { median_ms: MEDIAN_MS, late: LATE, timeout_ms: TIMEOUT_MS, shape: "log-normal" },
  platform: { ...LATENCIES, connections: 6 },
  goal_short: SHORT_GOAL,
  ...rows,
  flows,
};
if (factor === 1) {
  keep(report);
  show();
}
