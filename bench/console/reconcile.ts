import type { Admin } from "../../demo/api.ts";
import { cpuMs, workerdsBelow } from "../shared/processes.ts";

/** What the steps of one phase came to. */
export interface PhaseCost {
  phase: string;
  steps: number;
  items: number;
  ms: number;
  most_ms: number;
  ledger_calls: number;
  ledger_rows: number;
  object_rows: number;
  most_ledger_rows: number;
  most_object_rows: number;
  /** The statement that read most rows in one step. */
  worst: { sql: string; rows: number };
}
export interface Reconciled {
  state: string;
  done: number;
  failed: number;
  counts: Record<string, number>;
  wall_s: number;
  cpu_s: number;
  cpu_ms_a_step: number;
  phases: PhaseCost[];
}
interface Job {
  id: string;
  state: string;
  done: number;
  failed: number;
  counts: Record<string, number>;
}
const LOOK_MS = 2_000;

/** Starts the job as an operator would, asks until it is over, and says what it took. */
export async function reconciled(url: string, admin: Admin): Promise<Reconciled> {
  const workerds = workerdsBelow(process.pid);
  const [began, before] = [performance.now(), cpuMs(workerds)];
  let job = await admin.post<Job>("reconcile", { full: true });
  for (let look = 1; job.state === "running"; look++) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    job = await admin.get<Job>(`jobs/${job.id}`);
    if (look % 30 === 0) console.log(`${job.done} done after ${Math.round((performance.now() - began) / 1_000)} s`);
  }
  const phases = (await (await fetch(`${url}/bench/steps`)).json()) as PhaseCost[];
  const cpu_s = (cpuMs(workerds) - before) / 1_000;
  const steps = phases.reduce((sum, phase) => sum + phase.steps, 0);
  const { state, done, failed, counts } = job;
  const wall_s = (performance.now() - began) / 1_000;
  return { state, done, failed, counts, wall_s, cpu_s, cpu_ms_a_step: (cpu_s * 1_000) / steps, phases };
}

export function say(of: Reconciled): void {
  console.log(
    `\nreconcile: ${of.state}, ${JSON.stringify(of.counts)}; ${of.wall_s.toFixed(0)} s, ${of.cpu_s.toFixed(0)} s of processor time, ${of.cpu_ms_a_step.toFixed(1)} ms a step\n`,
  );
  for (const phase of of.phases) {
    const each = (phase.ms / phase.steps).toFixed(1);
    console.log(
      `${phase.phase}: ${phase.steps} steps, ${phase.items} items, ${each} ms each, at most ${phase.most_ms}; most rows a step: ledger ${phase.most_ledger_rows}, objects ${phase.most_object_rows}; worst ${phase.worst.rows}: ${phase.worst.sql}`,
    );
  }
}
