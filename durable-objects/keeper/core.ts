import type { JobKind } from "../../schema/lists.ts";
import type { Job, JobStep, KeeperPort } from "../../schema/rpc/keeper.ts";
import {
  begun,
  CHORE_EVERY_MS,
  CHORE_FIRST_MS,
  CHORES,
  KEEP_JOBS_MS,
  reasonOf,
  type StoredJob,
  stepped,
  threw,
} from "../keeper-rules.ts";
import type { Sql } from "../sql.ts";
import { JobTable, shown } from "./job-table.ts";

/** Does one bounded step of a job, from the cursor on. A step may be repeated after a crash: it must be idempotent. */
export type RunStep = (job: Job, cursor: string | null) => Promise<JobStep>;
type NewJob = Parameters<KeeperPort["start"]>[0];

/** Of one alarm run: so many steps, or so many ms; then the alarm rings anew, with fresh limits of the platform. */
const STEPS = 3;
const RUN_MS = 10_000;

const dueKey = (kind: JobKind): string => `due:${kind}`;
/** When the last complete job of this kind began: the next one need only look at what changed since. */
const sinceKey = (kind: JobKind): string => `since:${kind}`;
const isChore = (kind: JobKind): boolean => CHORES.some((chore) => chore === kind);

/** Jobs and chores on any {@link Sql}; the Durable Object is a shell around it. */
export class KeeperCore {
  readonly table: JobTable;

  constructor(
    private readonly sql: Sql,
    private readonly now: () => number,
  ) {
    this.table = new JobTable(sql);
    sql.transaction(() => {
      for (const kind of CHORES)
        if (this.table.meta(dueKey(kind)) === null) this.table.setMeta(dueKey(kind), now() + CHORE_FIRST_MS);
    });
  }

  /** The same id again is the same job, whatever it asks for. */
  start(wanted: NewJob): Job {
    return this.sql.transaction(() => shown(this.table.get(wanted.id) ?? this.create(wanted)));
  }

  job(id: string): Job | null {
    const known = this.table.get(id);
    return known && shown(known);
  }

  jobs(limit: number): Job[] {
    return this.table.newest(limit).map(shown);
  }

  /** Ends after the step that is being done. One that is over stays as it ended. */
  cancel(id: string, author: string): Job | null {
    return this.sql.transaction(() => {
      const known = this.table.get(id);
      if (known?.state !== "running") return known && shown(known);
      const now = this.now();
      const failures = [...known.failures, { item: "cancelled", reason: `by ${author}` }].slice(-20);
      return shown(this.table.save({ ...known, state: "cancelled", failures, updated_at: now, ended_at: now }));
    });
  }

  /** Epoch ms of the next thing to do; a chore is always to come. */
  next(): number {
    const chores = CHORES.map((kind) => this.table.meta(dueKey(kind)) ?? 0);
    return Math.min(...chores, this.table.next()?.next_at ?? Number.MAX_SAFE_INTEGER);
  }

  /** Does what is due, within bounds. Never throws: what fails is tried again later. */
  async work(run: RunStep): Promise<void> {
    this.sql.transaction(() => this.chores());
    const until = this.now() + RUN_MS;
    for (let n = 0; n < STEPS && this.now() < until; n++) {
      const job = this.begin();
      if (!job) return;
      await this.step(job, run);
    }
  }

  private begin(): StoredJob | null {
    return this.sql.transaction(() => {
      const job = this.table.next();
      return job && job.next_at <= this.now() ? this.table.save(begun(job, this.now())) : null;
    });
  }

  private async step(job: StoredJob, run: RunStep): Promise<void> {
    try {
      const step = await run(shown(job), job.cursor);
      this.settle(job.id, (now) => stepped(job, step, now));
    } catch (error) {
      this.settle(job.id, (now) => threw(job, reasonOf(error), now));
    }
  }

  /** A job that was cancelled during its step stays cancelled; what the step did counts all the same. */
  private settle(id: string, after: (now: number) => StoredJob): void {
    this.sql.transaction(() => {
      const known = this.table.get(id);
      if (!known) return;
      const now = this.now();
      const next = after(now);
      if (known.state !== "running") {
        const { done, failed, counts } = next;
        this.table.save({ ...known, done, failed, counts });
        return;
      }
      this.table.save(next);
      if (next.state === "done" && isChore(next.kind)) this.table.setMeta(sinceKey(next.kind), next.started_at);
    });
  }

  private chores(): void {
    const now = this.now();
    this.table.forget(now - KEEP_JOBS_MS);
    for (const kind of CHORES) {
      const due = this.table.meta(dueKey(kind)) ?? 0;
      if (due > now) continue;
      this.table.setMeta(dueKey(kind), now + CHORE_EVERY_MS);
      if (!this.table.running(kind)) this.create({ id: `${kind}-${due}`, kind, author: "keeper", params: {} });
    }
  }

  private create({ id, kind, author, params }: NewJob): StoredJob {
    const now = this.now();
    const since = isChore(kind) ? { since: this.table.meta(sinceKey(kind)) } : {};
    return this.table.save({
      id,
      kind,
      author,
      params: { ...since, ...params },
      state: "running",
      done: 0,
      total: null,
      failed: 0,
      counts: {},
      failures: [],
      started_at: now,
      updated_at: now,
      ended_at: null,
      cursor: null,
      next_at: now,
      tries: 0,
    });
  }
}
