import type { Sql } from "../sql.ts";

const HALF_DAY = 43_200_000;
/** Seven days that are kept, the half day that is being written, the one that is being cleared, and some slack. */
const COUNT = 20;
/** The platform takes no more selections in a union, so the view is one of views. */
const UNION = 5;
const COLUMNS =
  "(first_n INTEGER PRIMARY KEY, last_n INTEGER NOT NULL, at INTEGER NOT NULL, upto INTEGER NOT NULL, ids TEXT NOT NULL, body TEXT NOT NULL)";
const TABLES = Array.from({ length: COUNT }, (_, k) => `pages_${k}`);

/** Where a page of this time (epoch ms) is. */
export const pageTable = (at: number): string => TABLES[Math.floor(at / HALF_DAY) % COUNT] ?? "";

/** Half a day of pages. */
export interface PageTable {
  name: string;
  /** The first number of its newest page. */
  newest_n: number;
}

const union = (names: string[]): string =>
  names.map((name) => `SELECT first_n, last_n, at, upto, ids, body FROM ${name}`).join(" UNION ALL ");
const PARTS = Array.from({ length: COUNT / UNION }, (_, i) => TABLES.slice(i * UNION, (i + 1) * UNION));

/**
 * Pages lie in tables of half a day each, which take turns; the view `pages` reads them as one, and an order by `first_n` is a merge as
 * long as that is among the columns read. What is old goes a table at a time: dropping one costs no billed row, deleting a page costs one.
 */
export const VERSION: string[] = [
  // `upto`: how many auctions there were up to this page's end. `body` last: who looks for an id reads no further.
  ...TABLES.map((name) => `CREATE TABLE ${name} ${COLUMNS}`),
  ...TABLES.map(
    (name, k) => `INSERT INTO ${name} SELECT * FROM pages WHERE at / ${HALF_DAY} % ${COUNT} = ${k} ORDER BY first_n`,
  ),
  "DROP TABLE pages",
  ...PARTS.map((tables, i) => `CREATE VIEW pages_part_${i} AS ${union(tables)}`),
  `CREATE VIEW pages AS ${union(PARTS.map((_, i) => `pages_part_${i}`))}`,
];

/** The oldest table whose newest page is from before `before`; null: none is. One that was not cleared in time holds two half days. */
export function oldTable(sql: Sql, before: number): PageTable | null {
  const old = TABLES.flatMap((name) => {
    const query = `SELECT first_n, at FROM ${name} ORDER BY first_n DESC LIMIT 1`;
    const newest = sql.all<{ first_n: number; at: number }>(query)[0];
    return newest && newest.at < before ? [{ name, newest_n: newest.first_n }] : [];
  });
  return old.sort((a, b) => a.newest_n - b.newest_n)[0] ?? null;
}

/** Its pages after this number, by their ids: hundreds of bodies are more than an object's memory. */
export function idsOf(sql: Sql, { name }: PageTable, after_n: number, limit: number) {
  const query = `SELECT first_n, ids FROM ${name} WHERE first_n > ? ORDER BY first_n LIMIT ?`;
  const rows = sql.all<{ first_n: number; ids: string }>(query, after_n, limit);
  return rows.map(({ first_n, ids }) => ({ first_n, ids: ids.split(" ") }));
}

/** All of its pages go at once. Inside a transaction. */
export function clearTable(sql: Sql, { name }: PageTable): void {
  sql.run(`DROP TABLE ${name}`);
  sql.run(`CREATE TABLE ${name} ${COLUMNS}`);
}
