import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { replaceDeps } from "../../../worker/deps.ts";
import { ringAlarms, waiting } from "../../support/objects.ts";
import { admin } from "../../support/world.ts";

/** A clock that runs ahead of the real one; long guards of timers stay as they are. */
export class Ahead {
  ms = 0;
  private readonly restore: () => void;
  constructor() {
    this.restore = replaceDeps({ now: () => Date.now() + this.ms });
  }
  end(): void {
    this.restore();
  }
}

const keeper = () => env.KEEPER.get(env.KEEPER.idFromName("main"));

export interface JobAnswer {
  id: string;
  state: string;
  done: number;
  failed: number;
  counts: Record<string, number>;
  failures: { item: string; reason: string }[];
  params: Record<string, unknown>;
}

/** Rings the keeper's alarm, `step_ms` of its time apart, until the job is over. */
export async function finished(clock: Ahead, id: string, step_ms = 1_000, rings = 400): Promise<JobAnswer> {
  for (let n = 0; n < rings; n++) {
    const job = (await admin("GET", `/jobs/${id}`)) as unknown as JobAnswer;
    if (job.state !== "running") return job;
    clock.ms += step_ms;
    await runDurableObjectAlarm(keeper());
  }
  throw new Error("the job does not end");
}

/** Starts a job by its call and sees it through. */
export async function run(clock: Ahead, path: string, body: unknown, step_ms?: number): Promise<JobAnswer> {
  const { id } = (await admin("POST", path, body)) as { id: string };
  return finished(clock, id, step_ms);
}

/** Until nothing waits for D1. */
export async function settle(clock: Ahead): Promise<void> {
  for (let n = 0; n < 30; n++) {
    clock.ms += 2_000;
    await ringAlarms();
    if ((await waiting()).length === 0) return;
  }
  throw new Error("the outboxes do not empty");
}

export async function rows<T = Record<string, unknown>>(sql: string, ...bindings: (string | number)[]): Promise<T[]> {
  const done = await env.DB.prepare(sql)
    .bind(...bindings)
    .all<T>();
  return done.results;
}

/** Every text that an object keeps, to look for what must be gone. */
export async function keeperText(): Promise<string> {
  return runInDurableObject(keeper(), (_, { storage }) =>
    JSON.stringify(storage.sql.exec("SELECT * FROM jobs").toArray()),
  );
}

/** One run of the keeper's alarm, so many ms of its time later. */
export async function ring(clock: Ahead, ms: number): Promise<void> {
  clock.ms += ms;
  await runDurableObjectAlarm(keeper());
}
