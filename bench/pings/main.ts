import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { versionOf } from "../dialects/workerd.ts";
import { startBare, startNode } from "./contenders.ts";
import { startGateway } from "./gateway.ts";
import { type Field, measure, median, type Turn } from "./measure.ts";
import type { Contender } from "./plan.ts";
import { end, startScript } from "./processes.ts";

/**
 * Pings to N buyers: the gateway beside a bare Worker of the same topology and a Fastify server, taking turns in one run on the same machine
 * against the same buyers. `npm run bench [-- --rounds 5 --sizes 1,5,10,20,50,100]`.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    sizes: { type: "string", default: "1,5,10,20,50,100" },
    /** Pings of a turn: as many as buyers' answers divided by N. */
    answers: { type: "string", default: "8000" },
    at_once: { type: "string", default: "16" },
    out: { type: "string" },
  },
});
const sizes = values.sizes.split(",").map(Number);
const rounds = Number(values.rounds);

interface Row {
  n: number;
  turns: Record<string, Turn[]>;
  medians: Record<
    string,
    { pings_per_s: number; pings_per_cpu_s: number; bad: number; added_p50_ms: number; added_p99_ms: number }
  >;
  /** The gateway's pings per processor second beside the others', the median of the rounds' ratios. */
  ratios: Record<string, number>;
}

async function row(field: Field, contenders: Contender[], n: number): Promise<Row> {
  const count = Math.max(100, Math.min(3_000, Math.round(Number(values.answers) / n)));
  const turns: Record<string, Turn[]> = Object.fromEntries(contenders.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round++)
    for (const one of contenders) {
      const turn = await measure(field, one, n, count, Number(values.at_once));
      // The first round warms up.
      if (round >= 0) turns[one.name]?.push(turn);
    }
  const of = (name: string, figure: (turn: Turn) => number) => median((turns[name] ?? []).map(figure));
  const medians = Object.fromEntries(
    contenders.map(({ name }) => [
      name,
      {
        pings_per_s: of(name, (t) => t.pings_per_s),
        pings_per_cpu_s: of(name, (t) => 1_000 / t.cpu_ms),
        bad: (turns[name] ?? []).reduce((sum, t) => sum + t.bad, 0),
        added_p50_ms: of(name, (t) => t.added_ms[0]),
        added_p99_ms: of(name, (t) => t.added_ms[1]),
      },
    ]),
  );
  const others = contenders.filter(({ name }) => name !== "gateway").map(({ name }) => name);
  const ratio = (other: string) =>
    median((turns.gateway ?? []).map((ours, i) => (turns[other]?.[i]?.cpu_ms ?? Number.NaN) / ours.cpu_ms));
  return { n, turns, medians, ratios: Object.fromEntries(others.map((other) => [other, ratio(other)])) };
}

const buyers = await startScript("./buyers.ts");
const load = await startScript("./load.ts");
const site = `http://127.0.0.1:${buyers.port}`;
const stops: (() => Promise<void>)[] = [() => end(load.child), () => end(buyers.child)];
try {
  const [bare, direct] = await startBare(site);
  stops.push(bare.stop);
  const node = await startNode(site);
  stops.push(node.stop);
  const gateway = await startGateway(site, sizes);
  stops.push(gateway.stop);
  const rows: Row[] = [];
  for (const n of sizes) {
    const found = await row(
      { load: load.child, buyers: buyers.child },
      n > 6 ? [gateway, bare, direct, node] : [gateway, bare, node],
      n,
    );
    rows.push(found);
    print(found);
  }
  const about = {
    date: new Date().toISOString(),
    cpu: `${cpus().length} x ${cpus()[0]?.model}`,
    versions: Object.fromEntries(["workerd", "miniflare", "fastify", "undici"].map((name) => [name, versionOf(name)])),
    node: process.version,
    ...{ rounds, at_once: Number(values.at_once) },
  };
  const file = values.out ?? fileURLToPath(new URL("../results/pings.json", import.meta.url));
  mkdirSync(new URL("../results/", import.meta.url), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ about, rows }, null, 1)}\n`);
} finally {
  for (const stop of stops.reverse()) await stop();
}

function print({ n, medians, ratios }: Row): void {
  console.log(`\n${n} buyers`);
  for (const [name, m] of Object.entries(medians))
    console.log(
      `  ${name.padEnd(12)} ${m.pings_per_s.toFixed(0).padStart(6)} pings/s  ${m.pings_per_cpu_s.toFixed(0).padStart(6)} per processor second  added p50 ${m.added_p50_ms.toFixed(2)} p99 ${m.added_p99_ms.toFixed(2)} ms${m.bad > 0 ? `  BAD ${m.bad}` : ""}${name in ratios ? `  gateway/${name} ${(ratios[name] ?? 0).toFixed(2)}` : ""}`,
    );
}
