/** Lists of a large table: an index leads, other conditions are looked at in its rows, and a page looks at no more than so many. */

/** A condition and its value; `sql` has one `?`. */
export interface Term {
  sql: string;
  value: string | number;
}
export interface Scan {
  table: string;
  /** The primary key: tells rows of one moment apart. */
  key: string;
  /** What is asked for; of the page's own making, never a caller's text. */
  columns: string;
  /** Of the index that leads, beside `at`; empty: the index on `at` alone. */
  led_by: Term[];
  /** Terms without a value that a partial index needs to be found. */
  partial?: string;
  /** Looked at in each row. */
  rest: Term[];
  /** Epoch ms: [from, to). */
  from: number;
  to: number;
  after?: Cursor;
  limit: number;
  /** Rows of the index that one page looks at. */
  most: number;
}
export interface Cursor {
  at: number;
  key: string;
}

/** Rows newest first. `next` is set too where the page looked at all that it may and found fewer than it was to. */
export async function scan<Row>(db: D1Database, input: Scan): Promise<{ rows: Row[]; next: Cursor | null }> {
  const { page, end } = statementsOf(input);
  const statements = [page, ...(end ? [end] : [])].map(({ sql, values }) => db.prepare(sql).bind(...values));
  const [found, last] = await db.batch<Record<string, unknown>>(statements);
  const rows = (found?.results ?? []).slice(0, input.limit);
  const more = (found?.results.length ?? 0) > input.limit;
  const from = more ? rows[rows.length - 1] : last?.results[0];
  return { rows: rows as Row[], next: from ? { at: Number(from.at), key: String(from[input.key]) } : null };
}

interface Statement {
  sql: string;
  values: (string | number)[];
}

/** The page, and where one ends that looks at all that it may; null: it looks at nothing that it does not show. */
export function statementsOf(input: Scan): { page: Statement; end: Statement | null } {
  const { table, key, columns, led_by, rest, from, to, after, limit, most, partial } = input;
  const where = [
    ...led_by.map(({ sql }) => sql),
    ...(partial === undefined ? [] : [partial]),
    "at >= ?",
    "at < ?",
    ...(after ? [`at <= ? AND (at < ? OR ${key} < ?)`] : []),
  ].join(" AND ");
  const values = [...led_by.map(({ value }) => value), from, to, ...(after ? [after.at, after.at, after.key] : [])];
  const order = `ORDER BY at DESC, ${key} DESC`;
  const inner = `SELECT ${columns} FROM ${table} WHERE ${where} ${order} LIMIT`;
  if (rest.length === 0) return { page: { sql: `${inner} ${limit + 1}`, values }, end: null };
  const conditions = rest.map(({ sql }) => sql).join(" AND ");
  return {
    // The inner rows come in order, and no more of them are made than the outer ones need: a sort here would make them all.
    page: {
      sql: `SELECT * FROM (${inner} ${most}) WHERE ${conditions} LIMIT ${limit + 1}`,
      values: [...values, ...rest.map(({ value }) => value)],
    },
    end: { sql: `SELECT at, ${key} FROM ${table} WHERE ${where} ${order} LIMIT 1 OFFSET ${most - 1}`, values },
  };
}
