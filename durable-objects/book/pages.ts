import type { AuctionRecord } from "../../schema/rpc/auction.ts";
import { fromBase62 } from "../../worker/crypto/encoding.ts";
import { inRows, type Sql } from "../sql.ts";
import { pageTable } from "./page-tables.ts";

/** One auction of a page. `listed`: the ledger gets its row; else it is only counted there. */
export interface Entry {
  record: AuctionRecord;
  listed: boolean;
}
export interface Page {
  /** Its auctions' events have the numbers from here on. */
  first_n: number;
  at: number;
  entries: Entry[];
}
export interface Placed extends Entry {
  page: Page;
  index: number;
}

/** A page is written so long (ms) after the second in a ping's id at the latest, whatever the deadline; or before it, by clocks that differ. */
const LATE_MS = 120_000;
const SKEW_MS = 30_000;
/** Pings whose place is known by heart (some 10 MB): at 1,000 a second still more than the half minute by which clocks may differ. */
const MOST_KNOWN = 50_000;
const WARM_PAGES = 5_000;

/**
 * Auctions as they came, a row for each batch: what storage costs is rows, and of ten pings nine are never posted. A page is found by memory;
 * after a restart by the time in the ping's id and a look through the ids of so much time. Its number is that of its first event: the outbox
 * reads pages where it would else have rows of its own.
 */
export class Pages {
  private readonly known = new Map<string, { first_n: number; at: number }>();
  /** Pages from here on are known by heart; undefined: nothing is yet. */
  private known_from: number | undefined;

  /** `warm`: pages that are learnt by heart at the start. */
  constructor(
    private readonly sql: Sql,
    private readonly warm_pages = WARM_PAGES,
  ) {}

  /** A batch: a page, or several where it is more than a row holds. */
  add(first_n: number, at: number, entries: Entry[]): void {
    let upto = this.end("DESC")?.upto ?? 0;
    let first = first_n;
    for (const { items, text } of inRows(entries)) {
      const ids = items.map(({ record }) => record.ping_id);
      upto += items.length;
      this.sql.run(
        `INSERT INTO ${pageTable(at)} (first_n, last_n, at, upto, ids, body) VALUES (?, ?, ?, ?, ?, ?)`,
        first,
        first + items.length - 1,
        at,
        upto,
        ids.join(" "),
        text,
      );
      for (const id of ids) this.remember(id, first, at);
      first += items.length;
    }
  }

  find(ping_id: string): Placed | null {
    this.warm();
    const known = this.known.get(ping_id);
    const placed = known ? this.placed(ping_id, known.first_n) : null;
    if (placed) return placed;
    const found = this.unknown(ping_id);
    return found === null ? null : this.placed(ping_id, found);
  }

  /** Is it here? Its page is not read for that. */
  has(ping_id: string): boolean {
    this.warm();
    const known = this.known.get(ping_id);
    if (known && this.sql.all("SELECT 1 AS one FROM pages WHERE first_n = ?", known.first_n).length > 0) return true;
    return this.unknown(ping_id) !== null;
  }

  /** Writes an auction in its place again. */
  replace({ page, index }: Placed, record: AuctionRecord): void {
    const entries = page.entries.map((entry, i) => (i === index ? { ...entry, record } : entry));
    this.sql.run(`UPDATE ${pageTable(page.at)} SET body = ? WHERE first_n = ?`, JSON.stringify(entries), page.first_n);
  }

  /** Those after this number, in order, and how long their rows are. One by one: an object's memory is small. */
  *after(n: number): Generator<{ page: Page; chars: number }> {
    for (let last = n; ; ) {
      const row = this.sql.all<Row>(
        "SELECT first_n, at, body FROM pages WHERE first_n > ? ORDER BY first_n LIMIT 1",
        last,
      )[0];
      if (!row) return;
      last = row.first_n;
      yield { page: parsed(row), chars: row.body.length };
    }
  }

  /** The newest number; 0: there are none. */
  last(): number {
    return this.end("DESC")?.last_n ?? 0;
  }

  pendingAfter(n: number): { events: number; oldest_at: number | null } {
    const row = this.sql.all<{ events: number | null; at: number | null }>(
      "SELECT sum(last_n - first_n + 1) AS events, min(at) AS at FROM pages WHERE first_n > ?",
      n,
    )[0];
    return { events: row?.events ?? 0, oldest_at: row?.at ?? null };
  }

  /** Auctions from the oldest page to the newest. */
  count(): number {
    const [first, last] = [this.end("ASC"), this.end("DESC")];
    return first && last ? last.upto - first.upto + first.last_n - first.first_n + 1 : 0;
  }

  /** The oldest page, or the newest: where it ends. */
  private end(order: "ASC" | "DESC") {
    return this.sql.all<{ first_n: number; last_n: number; upto: number }>(
      `SELECT first_n, last_n, upto FROM pages ORDER BY first_n ${order} LIMIT 1`,
    )[0];
  }

  private placed(ping_id: string, first_n: number): Placed | null {
    const row = this.sql.all<Row>("SELECT first_n, at, body FROM pages WHERE first_n = ?", first_n)[0];
    if (!row) return null;
    const page = parsed(row);
    const index = page.entries.findIndex(({ record }) => record.ping_id === ping_id);
    const entry = page.entries[index];
    return entry ? { ...entry, page, index } : null;
  }

  private remember(id: string, first_n: number, at: number): void {
    this.known.set(id, { first_n, at });
    if (this.known.size <= MOST_KNOWN) return;
    const [oldest] = this.known;
    if (!oldest) return;
    this.known.delete(oldest[0]);
    this.known_from = Math.max(this.known_from ?? 0, oldest[1].at + 1);
  }

  /** What an earlier life of the object wrote last: once, before the first look. */
  private warm(): void {
    if (this.known_from !== undefined) return;
    this.known_from = 0;
    const rows = this.sql.all<{ first_n: number; at: number; ids: string }>(
      "SELECT first_n, at, ids FROM pages ORDER BY first_n DESC LIMIT ?",
      this.warm_pages,
    );
    if (rows.length === this.warm_pages) this.known_from = (rows.at(-1)?.at ?? 0) + 1;
    for (const { first_n, at, ids } of rows.reverse()) for (const id of ids.split(" ")) this.remember(id, first_n, at);
  }

  /** The number of the page of an auction that is not known by heart; null: there is none. */
  private unknown(ping_id: string): number | null {
    const made_at = timeOf(ping_id);
    if (made_at !== null && made_at - SKEW_MS >= (this.known_from ?? 0)) return null;
    return this.searched(ping_id, made_at);
  }

  /** Its page's number, by the ids of the pages of its time; of an id without a time, of all of them. */
  private searched(ping_id: string, made_at: number | null): number | null {
    const from = made_at === null ? 0 : this.firstAt(made_at - SKEW_MS);
    const to = made_at === null ? Number.MAX_SAFE_INTEGER : this.firstAt(made_at + LATE_MS);
    const rows = this.sql.all<{ first_n: number }>(
      "SELECT first_n FROM pages WHERE first_n >= ? AND first_n <= ? AND instr(ids, ?) > 0 LIMIT 1",
      from,
      to,
      ping_id,
    );
    return rows[0]?.first_n ?? null;
  }

  /** The number of the first page that is not older than `at`, by halving: pages are in order of time. */
  private firstAt(at: number): number {
    const row = (query: string, ...of: number[]) => this.sql.all<{ first_n: number; at: number }>(query, ...of)[0];
    let low = row("SELECT first_n, at FROM pages ORDER BY first_n LIMIT 1")?.first_n ?? 0;
    let high = (row("SELECT first_n, at FROM pages ORDER BY first_n DESC LIMIT 1")?.first_n ?? 0) + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const found = row("SELECT first_n, at FROM pages WHERE first_n >= ? ORDER BY first_n LIMIT 1", middle);
      if (!found || found.at >= at) high = middle;
      else low = found.first_n + 1;
    }
    return low;
  }
}

type Row = { first_n: number; at: number; body: string };
const parsed = ({ body, ...row }: Row): Page => ({ ...row, entries: JSON.parse(body) as Entry[] });

/** Epoch ms, to the second, that an id of ours says; null of another text. Its MAC is the Worker's to look at. */
function timeOf(ping_id: string): number | null {
  if (!/^p[0-9A-Za-z]{27}$/.test(ping_id)) return null;
  const seconds = fromBase62(ping_id.slice(4, 10));
  return seconds === null ? null : seconds * 1_000;
}
