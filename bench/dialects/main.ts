import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { versionOf } from "../shared/results.ts";
import { type Bench, ROOT, startBench } from "./workerd.ts";

/**
 * What one typical buyer costs: building its request and reading its answer, by its dialect and by hand-written code that comes to the
 * same. Dialect and hand take turns; user time of workerd, medians. `npm run bench:dialects [-- --rounds 9 --ms 500]`.
 */

interface Row {
  what: string;
  dialect_us: number;
  hand_us: number;
  ratio: number;
  dialect_runs_us: number[];
  hand_runs_us: number[];
}

const GOAL_US = 50;
const option = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};

/** Microseconds of user time for one operation. */
async function measure(bench: Bench, work: string, count: number): Promise<number> {
  const before = bench.userMs();
  await bench.get(`work=${encodeURIComponent(work)}&count=${count}`);
  return ((bench.userMs() - before) * 1_000) / count;
}

/** How many operations take about that long; the compiler has warmed up by then. */
async function countFor(bench: Bench, work: string, ms: number): Promise<number> {
  let count = 2_000;
  for (;;) {
    const each = await measure(bench, work, count);
    if (each * count >= 200_000) return Math.ceil((ms * 1_000) / each);
    count *= 2;
  }
}

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const short = (value: number): number => Number(value.toFixed(2));

async function compare(bench: Bench, what: string, rounds: number, ms: number): Promise<Row> {
  const counts = [await countFor(bench, `${what} dialect`, ms), await countFor(bench, `${what} hand`, ms)] as const;
  const [dialect, hand]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    dialect.push(short(await measure(bench, `${what} dialect`, counts[0])));
    hand.push(short(await measure(bench, `${what} hand`, counts[1])));
  }
  const [dialect_us, hand_us] = [median(dialect), median(hand)];
  return {
    what,
    dialect_us,
    hand_us,
    ratio: short(dialect_us / hand_us),
    dialect_runs_us: dialect,
    hand_runs_us: hand,
  };
}

const [rounds, ms] = [option("rounds", 9), option("ms", 500)];
const bench = await startBench();
try {
  const differences = await bench.get("check=1");
  if (!Array.isArray(differences) || differences.length > 0)
    throw new Error(`not the same work: ${JSON.stringify(differences)}`);
  const cold = short(await measure(bench, "compile", 100));
  const rows: Row[] = [];
  for (const what of ["json build", "json read", "xml build", "xml read"]) {
    const row = await compare(bench, what, rounds, ms);
    rows.push(row);
    console.log(`${what.padEnd(12)} dialect ${row.dialect_us} µs, by hand ${row.hand_us} µs, ratio ${row.ratio}`);
  }
  const compiled: number[] = [];
  for (let round = 0; round < 5; round++) compiled.push(await measure(bench, "compile", 1_000));
  console.log(`compiling    the first hundred ${cold} µs each, later ${short(median(compiled))} µs`);
  const report = {
    at: new Date().toISOString(),
    machine: `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} shared cores`,
    versions: { node: process.version, workerd: versionOf("workerd"), miniflare: versionOf("miniflare") },
    rounds,
    ms_of_each_run: ms,
    compile_us: { first_100: cold, later: short(median(compiled)) },
    rows,
  };
  mkdirSync(join(ROOT, "bench/results"), { recursive: true });
  writeFileSync(join(ROOT, "bench/results/dialects.json"), `${JSON.stringify(report, null, 2)}\n`);
  const slow = rows.filter((row) => row.dialect_us > GOAL_US);
  for (const { what, dialect_us } of slow) console.log(`${what}: ${dialect_us} µs is over the goal of ${GOAL_US} µs`);
  process.exitCode = slow.length > 0 ? 1 : 0;
} finally {
  await bench.stop();
}
