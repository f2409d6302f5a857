import type { Sql } from "./sql.ts";

/** One thing that is due: `kind` says what to do, `key` to which. A pair is due at most once at a time. */
export interface Due {
  kind: string;
  key: string;
  at: number;
}

/**
 * An object has one alarm; this table says what it is for. Whoever changes the table sets the alarm to {@link DueTable.next};
 * the alarm handler re-arms first, then takes what is due, drops a row only after its work is done, and counts anew ({@link DueTable.recount}).
 *
 * No index by time: it would be one or two more billed rows with every change, and what is due at an object is little.
 */
export class DueTable {
  /** Nothing is due before; undefined: not known. Never too late: a change that is rolled back leaves it too early, which the alarm finds. */
  private least: number | null | undefined;

  constructor(private readonly sql: Sql) {
    sql.run(
      "CREATE TABLE IF NOT EXISTS due (kind TEXT NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID",
    );
    sql.run("DROP INDEX IF EXISTS due_at");
  }

  /** Sets or moves. */
  put(kind: string, key: string, at: number): void {
    this.sql.run(
      "INSERT INTO due (kind, key, at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at WHERE excluded.at <> at",
      kind,
      key,
      at,
    );
    this.earlier(at);
  }

  /** Sets, or moves only to an earlier time. */
  putEarlier(kind: string, key: string, at: number): void {
    this.sql.run(
      "INSERT INTO due (kind, key, at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at WHERE excluded.at < at",
      kind,
      key,
      at,
    );
    this.earlier(at);
  }

  private earlier(at: number): void {
    if (this.least === null || (this.least !== undefined && at < this.least)) this.least = at;
  }

  drop(kind: string, key: string): void {
    this.sql.run("DELETE FROM due WHERE kind = ? AND key = ?", kind, key);
  }

  /** Drops only if nobody has moved it meanwhile. */
  dropTaken(due: Due): void {
    this.sql.run("DELETE FROM due WHERE kind = ? AND key = ? AND at = ?", due.kind, due.key, due.at);
  }

  /** When something may be due; null = nothing is. What was dropped or put off since the last {@link recount} may still count. */
  next(): number | null {
    if (this.least === undefined) this.recount();
    return this.least ?? null;
  }

  /** Call at the end of an alarm, outside of transactions. */
  recount(): void {
    this.least = this.sql.all<{ at: number | null }>("SELECT min(at) AS at FROM due")[0]?.at ?? null;
  }

  ready(now: number, limit: number): Due[] {
    return this.sql.all<{ kind: string; key: string; at: number }>(
      "SELECT kind, key, at FROM due WHERE at <= ? ORDER BY at LIMIT ?",
      now,
      limit,
    );
  }
}
