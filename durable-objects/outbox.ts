import type { LedgerEvent, NumberedEvent } from "../schema/events.ts";
import type { Sql } from "./sql.ts";

/** Writes a batch to D1: idempotent by (object, n). Resolves with the numbers that D1 refused for good, so that one bad row blocks nobody. */
export type Project = (object: string, events: NumberedEvent[]) => Promise<{ refused: number[] }>;

const BATCH_BYTES = 500_000;

/**
 * Append-only events, numbered per object, written in the transaction of the state they tell of. Several events of one
 * transaction share one row (rows are what storage costs). Trimmed only once D1 has them.
 */
export class Outbox {
  constructor(
    private readonly sql: Sql,
    private readonly object: () => string,
  ) {
    sql.run(
      "CREATE TABLE IF NOT EXISTS outbox (first_n INTEGER PRIMARY KEY, last_n INTEGER NOT NULL, at INTEGER NOT NULL, events TEXT NOT NULL)",
    );
    sql.run(
      "CREATE TABLE IF NOT EXISTS outbox_refused (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, event TEXT NOT NULL)",
    );
    sql.run("CREATE TABLE IF NOT EXISTS outbox_last (id INTEGER PRIMARY KEY CHECK (id = 1), n INTEGER NOT NULL)");
    sql.run("INSERT OR IGNORE INTO outbox_last (id, n) VALUES (1, 0)");
  }

  /** Call inside the transaction that changes the state. Returns the first number. */
  append(events: LedgerEvent[], at: number): void {
    if (events.length === 0) return;
    const last = this.sql.all<{ n: number }>("SELECT n FROM outbox_last")[0]?.n ?? 0;
    const numbered = events.map((event, i) => ({ ...event, n: last + 1 + i }));
    const newLast = last + events.length;
    this.sql.run(
      "INSERT INTO outbox (first_n, last_n, at, events) VALUES (?, ?, ?, ?)",
      last + 1,
      newLast,
      at,
      JSON.stringify(numbered),
    );
    this.sql.run("UPDATE outbox_last SET n = ? WHERE id = 1", newLast);
  }

  pending(): { events: number; oldest_at: number | null } {
    const row = this.sql.all<{ events: number | null; at: number | null }>(
      "SELECT sum(last_n - first_n + 1) AS events, min(at) AS at FROM outbox",
    )[0];
    return { events: row?.events ?? 0, oldest_at: row?.at ?? null };
  }

  /** Sends the oldest batch; true when there is more. Throws what `project` throws: then nothing is trimmed. */
  async drain(project: Project, now: number): Promise<boolean> {
    const batch = this.oldest();
    if (batch.length === 0) return false;
    const events = batch.flatMap((row) => JSON.parse(row.events) as NumberedEvent[]);
    const { refused } = await project(this.object(), events);
    this.sql.transaction(() => {
      for (const n of refused) {
        const event = events.find((e) => e.n === n);
        this.sql.run(
          "INSERT OR IGNORE INTO outbox_refused (n, at, event) VALUES (?, ?, ?)",
          n,
          now,
          JSON.stringify(event ?? null),
        );
      }
      if (refused.length > 0) this.append([this.refusedAlert(refused, now)], now);
      this.sql.run("DELETE FROM outbox WHERE last_n <= ?", batch[batch.length - 1]?.last_n ?? 0);
    });
    return this.pending().events > 0;
  }

  /** Erasure: what D1 refused and speaks of these ids (a lead's, its auctions') has its key and its content. In the caller's transaction. */
  forget(ids: string[]): void {
    for (const id of ids)
      this.sql.run(
        "DELETE FROM outbox_refused WHERE json_extract(event, '$.table') IN ('leads', 'deliveries', 'auctions') AND instr(event, ?) > 0",
        `"${id}"`,
      );
  }

  /** D1 will never take these rows: they stay in `outbox_refused`, and the operator must hear of it. */
  private refusedAlert(refused: number[], now: number): LedgerEvent {
    const object = this.object();
    const message = `D1 refused ${refused.length} of this object's events (from number ${refused[0]}); they are kept in its outbox_refused.`;
    return {
      table: "alerts",
      row: {
        id: `refused:${object}:${refused[0]}`,
        at: now,
        kind: "ledger_refused",
        subject: `object:${object}`,
        message,
      },
    };
  }

  private oldest(): { last_n: number; events: string }[] {
    const rows = this.sql.all<{ last_n: number; events: string }>(
      "SELECT last_n, events FROM outbox ORDER BY first_n LIMIT 100",
    );
    let bytes = 0;
    const fits = rows.filter((row, i) => {
      bytes += row.events.length;
      return i === 0 || bytes <= BATCH_BYTES;
    });
    return fits;
  }
}
