import type { JobKind } from "../../schema/lists.ts";
import type { Job } from "../../schema/rpc/keeper.ts";
import type { StoredJob } from "../keeper-rules.ts";
import type { Sql } from "../sql.ts";

/** The keeper's jobs as rows, and a few words that it remembers beside them. No rules here. */
export class JobTable {
  constructor(readonly sql: Sql) {
    sql.run("CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID");
    // `body` is the StoredJob as JSON; the columns beside it only find it.
    sql.run(
      "CREATE TABLE IF NOT EXISTS jobs (id TEXT PRIMARY KEY, state TEXT NOT NULL, started_at INTEGER NOT NULL, next_at INTEGER NOT NULL, ended_at INTEGER, body TEXT NOT NULL) WITHOUT ROWID",
    );
    sql.run("CREATE INDEX IF NOT EXISTS jobs_next ON jobs (next_at) WHERE state = 'running'");
    sql.run("CREATE INDEX IF NOT EXISTS jobs_started ON jobs (started_at)");
  }

  get(id: string): StoredJob | null {
    return this.read("WHERE id = ?", id)[0] ?? null;
  }

  save(job: StoredJob): StoredJob {
    this.sql.run(
      "INSERT INTO jobs (id, state, started_at, next_at, ended_at, body) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state, next_at = excluded.next_at, ended_at = excluded.ended_at, body = excluded.body",
      job.id,
      job.state,
      job.started_at,
      job.next_at,
      job.ended_at,
      JSON.stringify(job),
    );
    return job;
  }

  /** Newest first. */
  newest(limit: number): StoredJob[] {
    return this.read("ORDER BY started_at DESC, id LIMIT ?", limit);
  }

  /** The running job whose next step has waited longest. */
  next(): StoredJob | null {
    return this.read("WHERE state = 'running' ORDER BY next_at LIMIT 1")[0] ?? null;
  }

  running(kind: JobKind): boolean {
    return this.read("WHERE state = 'running'").some((job) => job.kind === kind);
  }

  forget(ended_before: number): void {
    this.sql.run("DELETE FROM jobs WHERE ended_at < ?", ended_before);
  }

  meta(key: string): number | null {
    const row = this.sql.all<{ value: string }>("SELECT value FROM meta WHERE key = ?", key)[0];
    return row ? Number(row.value) : null;
  }

  setMeta(key: string, value: number): void {
    this.sql.run(
      "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      key,
      String(value),
    );
  }

  private read(where: string, ...bindings: (string | number)[]): StoredJob[] {
    return this.sql
      .all<{ body: string }>(`SELECT body FROM jobs ${where}`, ...bindings)
      .map((row) => JSON.parse(row.body) as StoredJob);
  }
}

/** As an operator sees it. */
export function shown({ cursor: _c, next_at: _n, tries: _t, ...job }: StoredJob): Job {
  return job;
}
