import type { ChildProcess } from "node:child_process";
import { settledTimes, timesOf } from "../shared/processes.ts";
import type { BuyersSaw, Contender, Load, LoadResult } from "./plan.ts";
import { ask } from "./processes.ts";

/** One turn of one contender. Processor times are of its process, ms for a good answer, what follows the answers at once included. */
export interface Turn {
  good: number;
  pings_per_s: number;
  cpu_ms: number;
  user_ms: number;
  /** Answers that were not good, by status and code. */
  odd: Record<string, number>;
  /** Buyers' calls that arrived, beside those that should have. */
  asked: number;
}

export interface Field {
  load: ChildProcess;
  buyers: ChildProcess;
}

/** How a turn is driven: {@link Load} says what each means. */
export type Drive = Pick<Load, "count" | "at_once" | "rate" | "seed" | "people" | "keep">;

let turn = 0;

/** A contender's turns. */
export class Course {
  readonly turns: Turn[] = [];
  readonly one: Contender;
  /** Ms of processor time for a good answer that are in no turn: alarms and batches that came later. */
  tail_ms = 0;

  constructor(one: Contender) {
    this.one = one;
  }
}

/** Courses that run from now on, by what follows: resolves once nothing more comes of their turns, and their tails are known. */
export async function runCourses(courses: Course[], run: () => Promise<void>): Promise<void> {
  const began = new Map(courses.map(({ one }) => [one.pid, timesOf(one.pid)]));
  await run();
  for (const [pid, { all }] of began) {
    // Two of them may live in one process.
    const here = courses.filter(({ one }) => one.pid === pid);
    const turns = here.flatMap((course) => course.turns);
    const counted = turns.reduce((sum, turn) => sum + turn.cpu_ms * turn.good, 0);
    const good = turns.reduce((sum, turn) => sum + turn.good, 0);
    const ended = await settledTimes(pid, 20);
    for (const course of here) course.tail_ms = Math.max(0, ended.all - all - counted) / good;
  }
}

/**
 * Sends a turn's requests; what came back, what the buyers saw, and the processor time until the contender stood still for `looks` times
 * 50 ms.
 */
export async function drive(field: Field, one: Pick<Contender, "load" | "pid">, n: number, by: Drive, looks = 2) {
  await ask<BuyersSaw>(field.buyers, "take");
  const load: Load = { ...one.load(n), ...by, name: `t${turn++}` };
  const before = timesOf(one.pid);
  const result = await ask<LoadResult>(field.load, load);
  const after = await settledTimes(one.pid, looks);
  const saw = await ask<BuyersSaw>(field.buyers, "take");
  const cpu = { all: after.all - before.all, user: after.user - before.user, system: after.system - before.system };
  return { result, saw, cpu };
}

/** `count` pings to `n` buyers, `at_once` at a time. */
export async function measure(field: Field, one: Contender, n: number, count: number, at_once: number): Promise<Turn> {
  const { result, saw, cpu } = await drive(field, one, n, { count, at_once });
  const good = result.accepted;
  return {
    good,
    pings_per_s: (good / result.ms) * 1_000,
    cpu_ms: cpu.all / good,
    // The two come in ticks; their sum does not.
    user_ms: ((cpu.all / good) * cpu.user) / (cpu.user + cpu.system),
    odd: result.odd,
    asked: saw.asked / (n * count),
  };
}
