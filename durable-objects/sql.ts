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
