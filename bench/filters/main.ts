import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Filters in an isolate's memory: 1,000 contracts with 5,000 ZIPs each, every list another. The heap of V8 is limited from above until a
 * load, a refresh of everything or the copy no longer fits; beside it stands what typed arrays take, which that limit does not count.
 * `npm run bench:filters [-- --contracts 1000 --zips 5000]`. Heap of Node: its pointers are twice as long as workerd's.
 */
const HERE = import.meta.dirname;
const option = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const [contracts, zips] = [option("contracts", 1_000), option("zips", 5_000)];
/** MB: an isolate has 128 for everything. */
const ISOLATE_MB = 128;
const LIMITS = [32, 40, 48, 56, 64, 80, 96, 112, 128, 256, 384, 512, 640, 768];

interface Run {
  matched: number;
  most_arrays_mb: number;
  memory: Record<string, { heap_mb: number; arrays_mb: number }>;
}

const FLAGS = ["--experimental-transform-types", "--no-warnings", "--expose-gc"];
function child<T>(file: string, args: (string | number)[], flags: string[] = []): T | null {
  const ran = spawnSync(process.execPath, [...FLAGS, ...flags, join(HERE, file), ...args.map(String)], {
    ...{ encoding: "utf8", timeout: 180_000, maxBuffer: 10_000_000 },
  });
  return ran.status === 0 ? (JSON.parse(ran.stdout.trim().split("\n").at(-1) ?? "null") as T) : null;
}

/** The smallest of the limits with which the work comes to its end, by halves. */
function smallest(how: string, ...more: string[]): { limit_mb: number | null; run: Run | null } {
  let [low, high] = [0, LIMITS.length];
  let run: Run | null = null;
  while (low < high) {
    const middle = (low + high) >> 1;
    const tried = child<Run>("run.ts", [how, contracts, zips, ...more], [`--max-old-space-size=${LIMITS[middle]}`]);
    if (tried) [high, run] = [middle, tried];
    else low = middle + 1;
  }
  return { limit_mb: LIMITS[low] ?? null, run };
}

const folder = mkdtempSync(join(tmpdir(), "filters-"));
const copy = join(folder, "copy.json");
child("run.ts", ["cold", contracts, zips, copy]);
const ways = { compact: smallest("compact"), cold: smallest("cold", copy), naive: smallest("naive") };
rmSync(folder, { recursive: true });
const time = child<{ bidders: number[]; few_us: number; many_us: number; ratio: number }>("time.ts", [contracts, zips]);

const result = {
  ...{ at: new Date().toISOString().slice(0, 10), cpu: cpus()[0]?.model, node: process.version, contracts, zips },
  ways,
  time,
};
mkdirSync(join(HERE, "../results"), { recursive: true });
writeFileSync(join(HERE, "../results/filters.json"), `${JSON.stringify(result, null, 2)}\n`);
for (const [way, { limit_mb, run }] of Object.entries(ways)) {
  const total = limit_mb === null || !run ? null : limit_mb + run.most_arrays_mb;
  const words =
    total === null ? "does not fit in any" : `${limit_mb} MB of heap and ${run?.most_arrays_mb} MB of arrays`;
  console.log(`${way.padEnd(8)} ${words}${total !== null && total <= ISOLATE_MB ? `: within ${ISOLATE_MB} MB` : ""}`);
}
console.log(`eligibility of a ping with ${time?.bidders.join(" and ")} bidders:`);
console.log(`  of 10 contracts ${time?.few_us} µs, of ${contracts} ${time?.many_us} µs (${time?.ratio} times)`);
