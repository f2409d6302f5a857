import type { JobKind, JobState } from "../lists.ts";
import type { AlertsPort } from "./alerts.ts";

/** A piece of long work, as an operator sees it. Times are epoch ms. */
export interface Job {
  id: string;
  kind: JobKind;
  author: string;
  state: JobState;
  /** What was asked: ids, filters; nothing personal (an erasure's phone is there as keyed hashes). */
  params: Record<string, unknown>;
  /** Items done, of `total` when that is known. */
  done: number;
  total: number | null;
  failed: number;
  /** By name: `reopened`, `differences`, `erased`, … */
  counts: Record<string, number>;
  /** The last failures, at most 20: item and reason. */
  failures: { item: string; reason: string }[];
  started_at: number;
  updated_at: number;
  ended_at: number | null;
}

/** One step of a job: from `cursor` on. Pure data, so that any alarm run can go on with it. */
export interface JobStep {
  done: number;
  failed: number;
  counts: Record<string, number>;
  failures: { item: string; reason: string }[];
  total?: number;
  /** null = the job is done. */
  cursor: string | null;
  /** Ms before the next step makes sense; absent = at once. */
  in_ms?: number;
}

/** The one object that drives long work and daily chores, by its alarm. */
export interface KeeperPort extends AlertsPort {
  /** The same id again is the same job. */
  start(job: { id: string; kind: JobKind; author: string; params: Record<string, unknown> }): Promise<Job>;
  job(id: string): Promise<Job | null>;
  jobs(limit: number): Promise<Job[]>;
  cancel(id: string, author: string): Promise<Job | null>;
  /** Sees to it that the alarm is set; cheap. */
  tick(): Promise<void>;
}
