import type { LedgerEvent, NumberedEvent } from "../schema/events.ts";
import { batchOf, type Kept, refusedAlert, type Waiting } from "./outbox-batch.ts";
import { SendTime } from "./send-time.ts";
import { inRows, ROW_CHARS, type Sql } from "./sql.ts";

/** Writes a batch to D1: idempotent by (object, n). Resolves with the numbers that D1 refused for good, so that one bad row blocks nobody. */
export type Project = (object: string, events: NumberedEvent[]) => Promise<{ refused: number[] }>;

const BATCH_BYTES = 500_000;
const BATCH_ROWS = 100;
/** So often a batch reads on in what is kept elsewhere: a moment each, with others in between. */
const MOST_MOMENTS = 20;
/** A row that has so many characters, or events, grows no more: every event that joins it writes all of it again. */
const GROWN_CHARS = 100_000;
const GROWN_EVENTS = 60;

/**
 * Append-only events, numbered per object, written in the transaction of the state they tell of. They share a row that grows until a batch
 * takes it (rows are what storage costs). Trimmed only once D1 has them.
 */
export class Outbox {
  /**
   * Up to which number events may have reached D1: sent by an earlier life of the object, or on their way, or sent with a lost reply. A row
   * of these numbers grows no more, so that a batch is always of whole rows.
   */
  private tried: number;
  /** When the next batch goes. */
  readonly sending = new SendTime(() => this.pending().oldest_at);

  constructor(
    private readonly sql: Sql,
    private readonly object: () => string,
    private readonly kept?: Kept,
  ) {
    sql.run(
      "CREATE TABLE IF NOT EXISTS outbox (first_n INTEGER PRIMARY KEY, last_n INTEGER NOT NULL, at INTEGER NOT NULL, events TEXT NOT NULL)",
    );
    sql.run(
      "CREATE TABLE IF NOT EXISTS outbox_refused (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, event TEXT NOT NULL)",
    );
    sql.run("CREATE TABLE IF NOT EXISTS outbox_last (id INTEGER PRIMARY KEY CHECK (id = 1), n INTEGER NOT NULL)");
    sql.run("INSERT OR IGNORE INTO outbox_last (id, n) VALUES (1, 0)");
    const columns = sql.all<{ name: string }>("PRAGMA table_info(outbox_last)");
    // Up to which number everything has been sent: what is kept elsewhere is not deleted.
    if (!columns.some(({ name }) => name === "sent"))
      sql.run("ALTER TABLE outbox_last ADD COLUMN sent INTEGER NOT NULL DEFAULT 0");
    // How many events a row has: with pages' numbers between, its own do not say. Rows of before have no gaps.
    if (!sql.all<{ name: string }>("PRAGMA table_info(outbox)").some(({ name }) => name === "size"))
      sql.run("ALTER TABLE outbox ADD COLUMN size INTEGER");
    this.tried = this.last();
  }

  /** Call inside the transaction that changes the state. More than a row holds becomes several. */
  append(events: LedgerEvent[], at: number): void {
    if (events.length === 0) return;
    let last = this.last();
    const rows = inRows(events.map((event, i) => ({ ...event, n: last + 1 + i })));
    for (const { items, text } of rows) {
      const upto = last + items.length;
      if (rows.length > 1 || !this.grown(upto, items.length, text))
        this.sql.run(
          "INSERT INTO outbox (first_n, last_n, at, size, events) VALUES (?, ?, ?, ?, ?)",
          last + 1,
          upto,
          at,
          items.length,
          text,
        );
      last = upto;
    }
  }

  /**
   * Adds to the newest row, where no batch has taken it and there is room in it. Pages may have numbers between: rows go by their last,
   * so those pages are sent before it or with it.
   */
  private grown(upto: number, count: number, text: string): boolean {
    const newest = this.sql.all<{ first_n: number; size: number; chars: number }>(
      "SELECT first_n, size, length(events) AS chars FROM outbox WHERE last_n > ? ORDER BY first_n DESC LIMIT 1",
      this.tried,
    )[0];
    if (!newest || newest.size >= GROWN_EVENTS || newest.chars > GROWN_CHARS) return false;
    if (newest.chars + text.length > ROW_CHARS) return false;
    this.sql.run(
      "UPDATE outbox SET last_n = ?, size = size + ?, events = substr(events, 1, length(events) - 1) || ',' || substr(?, 2) WHERE first_n = ?",
      upto,
      count,
      text,
      newest.first_n,
    );
    return true;
  }

  /** The newest number: of what waits, else what was noted when that was sent (a row less with each event). */
  last(): number {
    const waiting = this.one("SELECT max(last_n) AS n FROM outbox");
    return Math.max(this.one("SELECT n FROM outbox_last"), waiting, this.kept?.last() ?? 0);
  }

  private one(query: string): number {
    return this.sql.all<{ n: number | null }>(query)[0]?.n ?? 0;
  }

  private sent(): number {
    return this.one("SELECT sent AS n FROM outbox_last");
  }

  /** It has not been sent. */
  waits(n: number): boolean {
    return n > this.sent();
  }

  /** D1 cannot have it: whatever it says by then is what will be sent. */
  untold(n: number): boolean {
    return n > this.tried;
  }

  /** Everything that waits, in order. */
  waiting(): NumberedEvent[] {
    const [all, kept] = [Number.MAX_SAFE_INTEGER, [] as Waiting[]];
    for (let read = this.sent(); ; read = kept.at(-1)?.last_n ?? read) {
      const more = this.kept?.after(read, all, all) ?? [];
      if (more.length === 0) return this.oldest(kept, all, all).flatMap(({ events }) => events);
      kept.push(...more);
    }
  }

  pending(): { events: number; oldest_at: number | null } {
    const row = this.sql.all<{ events: number | null; at: number | null }>(
      "SELECT sum(coalesce(size, last_n - first_n + 1)) AS events, min(at) AS at FROM outbox",
    )[0];
    const own = { events: row?.events ?? 0, oldest_at: row?.at ?? null };
    const kept = this.kept?.pendingAfter(this.sent()) ?? { events: 0, oldest_at: null };
    const times = [own.oldest_at, kept.oldest_at].filter((at) => at !== null);
    return { events: own.events + kept.events, oldest_at: times.length === 0 ? null : Math.min(...times) };
  }

  /**
   * Sends the oldest batch; true when more waits of what waited as it began. Throws what `project` throws: then nothing is trimmed.
   * `pause`: lets others at the object while much is read.
   */
  async drain(project: Project, now: number, pause?: () => Promise<void>): Promise<boolean> {
    const kept = await this.readKept(pause);
    const batch = this.oldest(kept, BATCH_ROWS, BATCH_BYTES);
    if (batch.length === 0) return false;
    const newest = this.last();
    const events = batch.flatMap((row) => row.events);
    this.tried = Math.max(this.tried, batch[batch.length - 1]?.last_n ?? 0);
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
      if (refused.length > 0) this.append([refusedAlert(this.object(), refused, now)], now);
      const sent = Math.max(batch[batch.length - 1]?.last_n ?? 0, this.sent());
      this.sql.run("UPDATE outbox_last SET n = ?, sent = ? WHERE id = 1", this.last(), sent);
      this.sql.run("DELETE FROM outbox WHERE last_n <= ?", batch[batch.length - 1]?.last_n ?? 0);
    });
    this.sending.drained(now);
    return this.sent() < newest;
  }

  /** Erasure: what D1 refused and speaks of these ids (a lead's, its auctions') has its key and its content. In the caller's transaction. */
  forget(ids: string[]): void {
    for (const id of ids)
      this.sql.run(
        "DELETE FROM outbox_refused WHERE json_extract(event, '$.table') IN ('leads', 'deliveries', 'auctions') AND instr(event, ?) > 0",
        `"${id}"`,
      );
  }

  /** What is kept elsewhere, for a batch. What others change of it from here on is told by events of its own: it may have been sent. */
  private async readKept(pause?: () => Promise<void>): Promise<Waiting[]> {
    const found: Waiting[] = [];
    let chars = 0;
    for (let moment = 0; moment < MOST_MOMENTS && found.length < BATCH_ROWS && chars < BATCH_BYTES; moment++) {
      if (moment > 0) await pause?.();
      const read = found.at(-1)?.last_n ?? this.sent();
      const more = this.kept?.after(read, BATCH_ROWS - found.length, BATCH_BYTES - chars) ?? [];
      if (more.length === 0) break;
      found.push(...more);
      chars += more.reduce((sum, one) => sum + one.chars, 0);
      this.tried = Math.max(this.tried, found.at(-1)?.last_n ?? 0);
    }
    return found;
  }

  private oldest(kept: Waiting[], limit: number, most_bytes: number): Waiting[] {
    const own = this.sql.all<{ last_n: number; events: string }>(
      "SELECT last_n, events FROM outbox ORDER BY first_n LIMIT ?",
      limit,
    );
    const rows = own.map(({ last_n, events }) => ({
      last_n,
      events: JSON.parse(events) as NumberedEvent[],
      chars: events.length,
    }));
    const read = kept[kept.length - 1]?.last_n ?? this.sent();
    return batchOf(rows, kept, { all_read: (this.kept?.last() ?? 0) <= read, read, limit, most_bytes });
  }
}
