import type { ChildProcess } from "node:child_process";
import type { BuyersSaw, Contender, Load, LoadResult } from "./plan.ts";
import { ask } from "./processes.ts";

/** One turn of one contender. */
export interface Turn {
  pings_per_s: number;
  /** Of the contender's process, ms of processor time for a ping. */
  cpu_ms: number;
  /** Answers that were not good. */
  bad: number;
  /** From the last bid's departure to the answer at the publisher, ms; p50, p99, p99.9. */
  added_ms: [number, number, number];
}

export interface Field {
  load: ChildProcess;
  buyers: ChildProcess;
}

let turn = 0;

/** `count` pings to `n` buyers, `at_once` at a time. */
export async function measure(field: Field, one: Contender, n: number, count: number, at_once: number): Promise<Turn> {
  await ask<BuyersSaw>(field.buyers, "take");
  const load: Load = { ...one.load(n), name: `t${turn++}`, count, at_once };
  const before = one.cpuMs();
  const result = await ask<LoadResult>(field.load, load);
  const cpu = one.cpuMs() - before;
  const saw = await ask<BuyersSaw>(field.buyers, "take");
  return {
    pings_per_s: (count / result.ms) * 1_000,
    cpu_ms: cpu / count,
    bad: count - result.accepted,
    added_ms: quantiles(addedOf(result, saw)),
  };
}

function addedOf(result: LoadResult, saw: BuyersSaw): number[] {
  const last = new Map(saw.last.map(([mark, at]) => [mark, BigInt(at)]));
  return result.ended.flatMap(([mark, at]) => {
    const bid = last.get(mark);
    return bid === undefined ? [] : [Number(BigInt(at) - bid) / 1e6];
  });
}

function quantiles(values: number[]): [number, number, number] {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return [at(0.5), at(0.99), at(0.999)];
}

export const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
