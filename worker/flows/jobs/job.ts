import type * as z from "zod";
import type { Job, JobStep } from "../../../schema/rpc/keeper.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { nameOf } from "../live.ts";

/** What a job's step may use: the gateway, and the ledger itself. */
export interface JobContext {
  g: Gateway;
  db: D1Database;
}

/** One bounded step from the cursor on (null = the beginning). It may be repeated after a crash: everything in it is idempotent. */
export type RunJob = (c: JobContext, job: Job, cursor: string | null) => Promise<JobStep>;

/** What a step did, for the operator. */
export class Tally {
  private readonly counts: Record<string, number> = {};
  private readonly failures: JobStep["failures"] = [];
  private done = 0;
  private failed = 0;

  /** So many items are behind us; `name` says what became of them. */
  did(name: string, by = 1): void {
    this.done += by;
    this.count(name, by);
  }

  count(name: string, by = 1): void {
    if (by !== 0) this.counts[name] = (this.counts[name] ?? 0) + by;
  }

  fail(item: string, reason: string): void {
    this.failed++;
    this.failures.push({ item, reason });
  }

  /** Ids and an error's own name: its words may quote a value. */
  threw(item: string, error: unknown): void {
    this.fail(item, nameOf(error));
  }

  step(cursor: object | null, in_ms?: number): JobStep {
    const { done, failed, counts, failures } = this;
    return { done, failed, counts, failures: failures.slice(-20), cursor: cursor && JSON.stringify(cursor), in_ms };
  }
}

/** A job's own cursor as it was written, or its beginning. */
export function cursorOf<T extends z.ZodType>(schema: T, cursor: string | null, start: z.output<T>): z.output<T> {
  return cursor === null ? start : schema.parse(JSON.parse(cursor));
}
