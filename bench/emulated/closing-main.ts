import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeMarked } from "../shared/marked.ts";
import { type ClosingCell, type ClosingFigures, runClosing } from "./closing.ts";
import { closingTable } from "./report.ts";

/**
 * Early close off and on, with the same buyers and pings, in virtual time: `npm run bench:closing` (about three minutes; `-- --show`
 * only writes the page again from the kept result).
 */
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FILE = join(ROOT, "bench/results/closing.json");

const cells = [6, 20, 50].flatMap((buyers): ClosingCell[] => {
  const like = { buyers, bounded: 1, pings: 600, seed: 70 + buyers };
  const all = [null, 0, 2, 5].map((fallback_bids): ClosingCell => ({ ...like, fallback_bids }));
  return [...all, { ...like, bounded: 0.5, fallback_bids: 2 }];
});
if (!process.argv.includes("--show")) {
  const rows: ClosingFigures[] = [];
  for (const cell of cells) {
    const row = await runClosing(cell);
    rows.push(row);
    console.log(JSON.stringify(row));
  }
  writeFileSync(FILE, `${JSON.stringify({ virtual_time: true, rows }, null, 2)}\n`);
}
const { rows } = JSON.parse(readFileSync(FILE, "utf8")) as { rows: ClosingFigures[] };
writeMarked(join(ROOT, "docs/performance.md"), "early close", closingTable(rows));
