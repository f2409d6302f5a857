import { line, median, quantile } from "../shared/stats.ts";
import { Course, type Field, measure, runCourses, type Turn } from "./measure.ts";
import type { Contender } from "./plan.ts";

/** Medians of the turns. Processor times are per ping, with what follows the answers. */
export interface Figures {
  pings_per_s: number;
  pings_per_cpu_s: number;
  cpu_ms: number;
  user_ms: number;
  /** Part of `cpu_ms` that came later than the turns. */
  tail_ms: number;
}
export interface Row {
  n: number;
  /** Pings of a turn. */
  count: number;
  rounds: number;
  turns: Record<string, Turn[]>;
  medians: Record<string, Figures>;
  /** Of the first of them beside each of the others. */
  ratios: Record<string, Ratio>;
}
export interface Ratio {
  median: number;
  low: number;
  high: number;
}

export interface RowPlan {
  n: number;
  at_once: number;
  /** Ms of processor time that a turn of the gateway takes; the others do as many pings. */
  turn_ms: number;
  rounds: number;
  /** `performance.now()` after which no further round begins, but for the first three. */
  until: number;
}

/** Contenders take turns; the first of them is compared with the others. */
export async function measureRow(field: Field, contenders: Contender[], plan: RowPlan): Promise<Row> {
  const { n, at_once } = plan;
  const few = Math.max(40, Math.round(600 / n));
  const warm: Turn[] = [];
  for (const one of contenders) warm.push(await measure(field, one, n, few, at_once));
  const count = Math.max(at_once, Math.round(plan.turn_ms / (warm[0]?.cpu_ms ?? 1)));
  const courses = contenders.map((one) => new Course(one));
  let rounds = 0;
  await runCourses(courses, async () => {
    for (; rounds < plan.rounds && (rounds < 3 || performance.now() < plan.until); rounds++)
      // Forth and back: whoever comes first does so as often as whoever comes last.
      for (const { one, turns } of rounds % 2 === 0 ? courses : courses.toReversed())
        turns.push(await measure(field, one, n, count, at_once));
  });
  const found = {
    ...{ n, count, rounds },
    turns: Object.fromEntries(courses.map(({ one, turns }) => [one.name, turns])),
    medians: Object.fromEntries(courses.map((course) => [course.one.name, figures(course)])),
  };
  const [first = "", ...others] = contenders.map(({ name }) => name);
  return { ...found, ratios: Object.fromEntries(others.map((other) => [other, ratioOf(found, first, other)])) };
}

function figures({ turns, tail_ms }: Course): Figures {
  const of = (figure: (turn: Turn) => number) => median(turns.map(figure));
  const cpu_ms = of((t) => t.cpu_ms) + tail_ms;
  return {
    pings_per_s: of((t) => t.pings_per_s),
    pings_per_cpu_s: 1_000 / cpu_ms,
    cpu_ms,
    user_ms: of((t) => t.user_ms),
    tail_ms,
  };
}

/** Pings per processor second of one beside another: of the rounds' ratios the median and the quartiles. */
export function ratioOf(row: Pick<Row, "turns" | "medians">, ours: string, other: string): Ratio {
  const cost = (name: string): number[] =>
    (row.turns[name] ?? []).map(({ cpu_ms }) => cpu_ms + (row.medians[name]?.tail_ms ?? 0));
  const theirs = cost(other);
  const all = cost(ours).map((ms, i) => (theirs[i] ?? Number.NaN) / ms);
  return { median: median(all), low: quantile(all, 0.25), high: quantile(all, 0.75) };
}

/** What a ping costs by itself, and what each buyer adds, µs: a line through the rows above six buyers, where the topology is one. */
export function slopes(rows: Row[]): Record<string, { ping_us: number; buyer_us: number }> {
  const wide = rows.filter(({ n }) => n > 6);
  if (wide.length < 2) return {};
  const names = Object.keys(wide[0]?.medians ?? {});
  return Object.fromEntries(
    names.map((name) => {
      const { at_zero, slope } = line(wide.map(({ n, medians }) => [n, medians[name]?.cpu_ms ?? Number.NaN]));
      return [name, { ping_us: at_zero * 1_000, buyer_us: slope * 1_000 }];
    }),
  );
}

export function printRow({ n, count, rounds, medians, ratios, turns }: Row): void {
  const first = Object.keys(medians)[0];
  console.log(`\n${n} buyers, ${rounds} rounds of ${count} pings`);
  for (const [name, m] of Object.entries(medians)) {
    const beside = ratios[name];
    const odd: Record<string, number> = {};
    for (const turn of turns[name] ?? [])
      for (const [kind, times] of Object.entries(turn.odd)) odd[kind] = (odd[kind] ?? 0) + times;
    const short = (turns[name] ?? []).some(({ asked }) => asked < 1);
    console.log(
      [
        `  ${name.padEnd(16)} ${m.pings_per_s.toFixed(0).padStart(6)} pings/s ${m.pings_per_cpu_s.toFixed(0).padStart(6)} per processor second`,
        `${m.cpu_ms.toFixed(2)} ms (user ${m.user_ms.toFixed(2)}, later ${m.tail_ms.toFixed(2)})`,
        ...(beside
          ? [`${first}/${name} ${beside.median.toFixed(2)} (${beside.low.toFixed(2)} to ${beside.high.toFixed(2)})`]
          : []),
        ...Object.entries(odd).map(([kind, times]) => `BAD ${times} x ${kind}`),
        ...(short ? ["BAD: not every buyer was asked"] : []),
      ].join("  "),
    );
  }
}
