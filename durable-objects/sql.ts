/**
 * The little of an object's SQLite that the stores use. Synchronous: writes with no `await` between them are one transaction.
 * `SqlStorage` of a Durable Object fits; tests and the emulated platform bring `node:sqlite`.
 */
export type SqlValue = string | number | null;
export type SqlRow = Record<string, SqlValue>;

export interface Sql {
  all<T extends SqlRow>(query: string, ...bindings: SqlValue[]): T[];
  run(query: string, ...bindings: SqlValue[]): void;
  /** All or nothing, also when `fn` throws. */
  transaction<T>(fn: () => T): T;
}

/** A row ends at 2 MB of UTF-8, in which a character of a text takes three bytes at most. */
export const ROW_CHARS = 500_000;

/** A list as JSON texts that a row holds each: halved until they fit. What is too large by itself stays alone. */
export function inRows<T>(items: T[]): { items: T[]; text: string }[] {
  const text = JSON.stringify(items);
  if (text.length <= ROW_CHARS || items.length < 2) return [{ items, text }];
  const middle = Math.ceil(items.length / 2);
  return [...inRows(items.slice(0, middle)), ...inRows(items.slice(middle))];
}

/** Adapts a Durable Object's storage. */
export function objectSql(storage: DurableObjectStorage): Sql {
  return {
    all: <T extends SqlRow>(query: string, ...bindings: SqlValue[]) =>
      storage.sql.exec(query, ...bindings).toArray() as T[],
    run: (query, ...bindings) => {
      storage.sql.exec(query, ...bindings);
    },
    transaction: (fn) => storage.transactionSync(fn),
  };
}
