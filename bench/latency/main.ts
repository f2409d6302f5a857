import { parseArgs } from "node:util";
import { contest } from "../pings/field.ts";
import { type Field, measure } from "../pings/measure.ts";
import type { Contender } from "../pings/plan.ts";
import { about, writeResult } from "../shared/results.ts";
import { median } from "../shared/stats.ts";
import { arrivals, type Level, levelOf, type Overload, overloadOf, type Pool, saturation } from "./levels.ts";

/**
 * What the gateway adds to the slowest bid, from an idle machine to saturation, beside the bare topology; and what becomes of twice as many
 * pings as it can answer. Arrivals come at random whatever the answers do. `npm run bench:latency [-- --buyers 10 --minutes 1.5]`.
 */
const { values } = parseArgs({
  options: {
    buyers: { type: "string", default: "10" },
    minutes: { type: "string", default: "1.5" },
    shares: { type: "string", default: "0.01,0.25,0.5,0.75,1" },
    warm: { type: "string", default: "1500" },
    /** Only twice the saturation: a look, without a result. */
    overload: { type: "boolean", default: false },
    out: { type: "string" },
  },
});
const run = about("npm run bench:latency --");
const n = Number(values.buyers);
const shares = values.overload ? [] : values.shares.split(",").map(Number);
/** Never refused, however late the isolate is. */
const AT_ONCE = 8;
/** Rounds of all levels, and of the overload. */
const [ROUNDS, ROUNDS_OVER] = [3, 4];
/** A round's turns: at each share for both contenders; the overload's take twice as long, with the maximum beside it. */
const weight = ROUNDS * 2 * shares.length + ROUNDS_OVER * 2 * 3;
const turn_ms = Math.min(6_000, (Number(values.minutes) * 60_000) / weight - 300);
let seed = 1;

const add = (pool: Pool, { result, added }: Awaited<ReturnType<typeof arrivals>>): void => {
  pool.answers.push(...result.answers);
  pool.added.push(...added);
  for (const [kind, times] of Object.entries(result.odd)) pool.odd[kind] = (pool.odd[kind] ?? 0) + times;
};
const noPool = (): Pool => ({ answers: [], added: [], odd: {} });

/** Good answers a second at their most: the median of three turns of a second or so. */
async function most(field: Field, one: Contender): Promise<number> {
  const first = await saturation(field, one, n, 300, AT_ONCE);
  const turns: number[] = [];
  for (let i = 0; i < 3; i++)
    turns.push((await saturation(field, one, n, Math.max(100, first.good_per_s), AT_ONCE)).good_per_s);
  return median(turns);
}

async function levels(
  field: Field,
  contenders: Contender[],
  mosts: Map<string, number>,
): Promise<Record<string, Level[]>> {
  const pools = contenders.map(() => shares.map(noPool));
  for (let round = 0; round < ROUNDS; round++)
    for (const [s, share] of shares.entries())
      for (const [c, one] of contenders.entries()) {
        const rate = share * (mosts.get(one.name) ?? 0);
        add(pools[c]?.[s] as Pool, await arrivals(field, one, n, { rate, ms: turn_ms, seed: seed++ }));
      }
  return Object.fromEntries(
    contenders.map(({ name }, c) => [
      name,
      shares.map((share, s) => levelOf(share, share * (mosts.get(name) ?? 0), pools[c]?.[s] ?? noPool())),
    ]),
  );
}

/** Turns at twice the maximum, each with a turn of the maximum right before it. */
async function overload(field: Field, one: Contender, most: number): Promise<Overload & { maximum: number }> {
  const pool = noPool();
  const maxima: number[] = [];
  const rates: number[] = [];
  let ms = 0;
  for (let round = 0; round < ROUNDS_OVER; round++) {
    const count = Math.max(100, (most * turn_ms) / 1_000);
    const beside = (await saturation(field, one, n, count, AT_ONCE)).good_per_s;
    // The better of the two: what a neighbour took from this turn must not pass for the contender's own limit.
    const maximum = Math.max(most, beside);
    maxima.push(maximum);
    rates.push(2 * maximum);
    const turn = await arrivals(field, one, n, { rate: 2 * maximum, ms: 2 * turn_ms, seed: seed++ });
    add(pool, turn);
    const due = turn.result.answers.map((answer) => answer.due);
    ms += Math.max(...due) - Math.min(...due);
  }
  const maximum = maxima.reduce((sum, m) => sum + m, 0) / maxima.length;
  return { ...overloadOf(median(rates), ms, maximum, pool.answers, pool.odd), maximum };
}

await contest(
  [n],
  async ({ field, gateway, bare }) => {
    // As the gateway's: one bid in time makes a good answer.
    const lenient = { ...bare, load: (size: number) => ({ ...bare.load(size), good: '"any":true' }) };
    const contenders = [gateway, lenient];
    for (const one of contenders) await measure(field, one, n, Math.round((Number(values.warm) * 5) / n), 4);
    const mosts = new Map<string, number>();
    for (const one of contenders) mosts.set(one.name, await most(field, one));
    const found = await levels(field, contenders, mosts);
    for (const [name, rows] of Object.entries(found)) for (const row of rows) printLevel(name, row);
    const over = await overload(field, gateway, mosts.get(gateway.name) ?? 0);
    const overBare = values.overload ? null : await overload(field, lenient, mosts.get(bare.name) ?? 0);
    printOverload("gateway", over);
    if (overBare) printOverload("bare", overBare);
    const saturations = Object.fromEntries(mosts);
    const result = {
      about: { ...run, buyers: n },
      saturations,
      levels: found,
      overload: { gateway: over, bare: overBare },
    };
    if (!values.overload || values.out) writeResult("latency", result, values.out);
  },
  { timeout_ms: 100 },
);

function printLevel(name: string, { share, rate, answers, bad, added_ms, took_ms }: Level): void {
  const text = (value: number | null) => (value === null ? "-" : value.toFixed(2)).padStart(8);
  console.log(
    `${name.padEnd(8)} ${(share * 100).toFixed(0).padStart(3)} % (${rate.toFixed(0)}/s)  added p50${text(added_ms.p50)} p99${text(added_ms.p99)} p99.9${text(added_ms.p999)} ms  whole p50${text(took_ms.p50)} p99${text(took_ms.p99)} ms  of ${answers}${Object.keys(bad).length > 0 ? `  not good: ${JSON.stringify(bad)}` : ""}`,
  );
}

function printOverload(name: string, over: Overload & { maximum: number }): void {
  console.log(
    `${name} at ${over.rate.toFixed(0)}/s: ${over.goodput.toFixed(0)} good answers a second in time, ${(over.goodput_share * 100).toFixed(0)} % of the maximum (${over.maximum.toFixed(0)}); of ${over.answers} answers ${over.refused} refused (with Retry-After ${over.refused_with_retry_after}, p50 ${over.refused_ms.p50.toFixed(1)} ms, p99 ${over.refused_ms.p99?.toFixed(1)} ms), ${over.late} after the deadline; odd: ${JSON.stringify(over.odd)}`,
  );
}
