import type { JobKind } from "../schema/lists.ts";
import type { Job, JobStep } from "../schema/rpc/keeper.ts";

/** A job as the keeper stores it. Times are epoch ms. */
export interface StoredJob extends Job {
  /** Where the next step begins; null = at the beginning. */
  cursor: string | null;
  /** The next step is not begun before. */
  next_at: number;
  /** Steps in a row that were begun and did not come to their end. */
  tries: number;
}

const SECOND = 1_000;
const DAY = 86_400_000;
/** A step that fails so often in a row ends its job: with the longest pauses that is after an hour and a half. */
export const MOST_TRIES = 20;
const MOST_FAILURES = 20;
const MOST_PAUSE = 300 * SECOND;
/** Ended jobs are shown for so long. */
export const KEEP_JOBS_MS = 30 * DAY;
/** How often the keeper starts each daily chore, and how long after its first sight it begins. */
export const CHORE_EVERY_MS = DAY;
export const CHORE_FIRST_MS = 3_600_000;
export const CHORES = ["retention", "reconcile"] as const satisfies JobKind[];

export const pauseAfter = (tries: number): number => Math.min(MOST_PAUSE, 5 * SECOND * 2 ** Math.min(tries, 10));

/** Written before a step is begun: a step that takes the whole object down with it is counted too. */
export function begun(job: StoredJob, now: number): StoredJob {
  return { ...job, tries: job.tries + 1, next_at: now + pauseAfter(job.tries) };
}

/** The step came to its end: its cursor and counts are the job's now. */
export function stepped(job: StoredJob, step: JobStep, now: number): StoredJob {
  const counts = { ...job.counts };
  for (const [name, count] of Object.entries(step.counts)) counts[name] = (counts[name] ?? 0) + count;
  const over = step.cursor === null;
  return {
    ...job,
    state: over ? "done" : "running",
    cursor: step.cursor,
    done: job.done + step.done,
    failed: job.failed + step.failed,
    total: step.total ?? job.total,
    counts,
    failures: [...job.failures, ...step.failures].slice(-MOST_FAILURES),
    tries: 0,
    next_at: now + (step.in_ms ?? 0),
    updated_at: now,
    ended_at: over ? now : null,
  };
}

/** The step threw: it is repeated from the same cursor after a growing pause, {@link MOST_TRIES} times in all. */
export function threw(job: StoredJob, reason: string, now: number): StoredJob {
  const over = job.tries >= MOST_TRIES;
  return {
    ...job,
    state: over ? "failed" : "running",
    failures: [...job.failures, { item: "step", reason }].slice(-MOST_FAILURES),
    updated_at: now,
    ended_at: over ? now : null,
  };
}

/** An error's words as far as they can be shown: a query's own error quotes its values, its cause does not. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? `${cause.name}: ${cause.message}`.slice(0, 200) : "unknown failure";
}
