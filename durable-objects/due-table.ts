import type { Sql } from "./sql.ts";

/** One thing that is due: `kind` says what to do, `key` to which. A pair is due at most once at a time. */
export interface Due {
  kind: string;
  key: string;
  at: number;
}

/**
 * A kind whose times are found in what the object keeps anyway (by an index, in a row that is written at the same time, in memory): a row
 * here would be one more to set and one more to drop, each billed. Rows of the kind may exist all the same: of an earlier version, and what
 * the look has no room for.
 */
export interface Look {
  kind: string;
  /** When the first is due; null: none is. */
  next(): number | null;
  /** In order of time. */
  ready(now: number, limit: number): { key: string; at: number }[];
  /** Sets or moves; `earlier`: only to an earlier time. False: it cannot, the row has to. */
  put(key: string, at: number, earlier: boolean): boolean;
  /** `at`: only if it is due then. */
  drop(key: string, at?: number): void;
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
  private readonly looks = new Map<string, Look>();

  constructor(private readonly sql: Sql) {
    sql.run(
      "CREATE TABLE IF NOT EXISTS due (kind TEXT NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID",
    );
    sql.run("DROP INDEX IF EXISTS due_at");
  }

  /** Before anything is asked. */
  watch(look: Look): void {
    this.looks.set(look.kind, look);
  }

  /** Sets or moves. */
  put(kind: string, key: string, at: number): void {
    if (this.looks.get(kind)?.put(key, at, false)) this.dropRow(kind, key);
    else
      this.sql.run(
        "INSERT INTO due (kind, key, at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at WHERE excluded.at <> at",
        kind,
        key,
        at,
      );
    this.soon(at);
  }

  /** Sets, or moves only to an earlier time. */
  putEarlier(kind: string, key: string, at: number): void {
    if (!this.looks.get(kind)?.put(key, at, true))
      this.sql.run(
        "INSERT INTO due (kind, key, at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at WHERE excluded.at < at",
        kind,
        key,
        at,
      );
    this.soon(at);
  }

  /** Something of a look is due then, by what was written elsewhere. */
  soon(at: number): void {
    if (this.least === null || (this.least !== undefined && at < this.least)) this.least = at;
  }

  drop(kind: string, key: string): void {
    this.looks.get(kind)?.drop(key);
    this.dropRow(kind, key);
  }

  private dropRow(kind: string, key: string): void {
    this.sql.run("DELETE FROM due WHERE kind = ? AND key = ?", kind, key);
  }

  /** Drops only if nobody has moved it meanwhile. */
  dropTaken(due: Due): void {
    this.looks.get(due.kind)?.drop(due.key, due.at);
    this.sql.run("DELETE FROM due WHERE kind = ? AND key = ? AND at = ?", due.kind, due.key, due.at);
  }

  /** When something may be due; null = nothing is. What was dropped or put off since the last {@link recount} may still count. */
  next(): number | null {
    if (this.least === undefined) this.recount();
    return this.least ?? null;
  }

  /** Call at the end of an alarm, outside of transactions. */
  recount(): void {
    const row = this.sql.all<{ at: number | null }>("SELECT min(at) AS at FROM due")[0]?.at ?? null;
    const times = [row, ...[...this.looks.values()].map((look) => look.next())].filter((at) => at !== null);
    this.least = times.length === 0 ? null : Math.min(...times);
  }

  ready(now: number, limit: number): Due[] {
    const rows = this.sql.all<{ kind: string; key: string; at: number }>(
      "SELECT kind, key, at FROM due WHERE at <= ? ORDER BY at LIMIT ?",
      now,
      limit,
    );
    const found = [...this.looks.values()].flatMap((look) =>
      look.ready(now, limit).map((due) => ({ kind: look.kind, ...due })),
    );
    if (found.length === 0) return rows;
    return [...rows, ...found].sort((a, b) => a.at - b.at).slice(0, limit);
  }
}
