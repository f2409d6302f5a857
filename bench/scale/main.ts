import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeMarked } from "../shared/marked.ts";
import { LEASE_CASES, leaseRow } from "./leases.ts";
import { breakingTable, leaseTable, scaleTable, sizesTable } from "./report.ts";
import { sizesOf } from "./sizes.ts";

/** What a ping and a sale leave behind (emulated), what follows from it on paper, and caps by leases. `npm run bench:scale`: writes docs/scale.md. */
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const sizes = [];
for (const buyers of [10, 50, 100]) sizes.push(await sizesOf(buyers));
const [, fifty] = sizes;
if (!fifty) throw new Error("fifty buyers are what the tables are about");
const leases = LEASE_CASES.map(leaseRow);
writeFileSync(join(ROOT, "bench/results/scale.json"), `${JSON.stringify({ sizes, leases }, null, 2)}\n`);
const page = join(ROOT, "docs/scale.md");
for (const [name, rows] of [
  ["sizes", sizesTable(sizes)],
  ["breaking", breakingTable(fifty)],
  ["scales", scaleTable(fifty)],
  ["leases", leaseTable(leases)],
] as const) {
  writeMarked(page, name, rows);
  console.log(`${name}\n${rows}\n`);
}
