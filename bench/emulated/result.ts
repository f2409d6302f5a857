import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeMarked } from "../shared/marked.ts";
import type { Figures } from "./cell.ts";
import { drawPools } from "./chart.ts";
import type { FlowFigures } from "./flows.ts";
import { flowTable, loadTable, otherTable, poolTable, warmTable } from "./report.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FILE = join(ROOT, "bench/results/emulated.json");

/** bench/results/emulated.json. */
export interface Kept {
  loads: Figures[];
  pools: Figures[];
  others: Figures[];
  warm: Figures[];
  flows: FlowFigures[];
}

export const keep = (report: Kept): void => writeFileSync(FILE, `${JSON.stringify(report, null, 2)}\n`);

/** Brings tables and chart up to the kept result. */
export function show(): void {
  const kept = JSON.parse(readFileSync(FILE, "utf8")) as Kept;
  const page = join(ROOT, "docs/performance.md");
  writeMarked(page, "emulated loads", loadTable(kept.loads));
  writeMarked(page, "emulated pools", poolTable(kept.pools));
  writeMarked(page, "emulated others", otherTable(kept.others));
  writeMarked(page, "emulated warm", warmTable(kept.warm));
  writeMarked(page, "emulated flows", flowTable(kept.flows));
  writeFileSync(join(ROOT, "docs/images/dialers.svg"), drawPools(kept.pools));
}
