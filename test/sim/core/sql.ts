import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Sql, SqlRow, SqlValue } from "../../../durable-objects/sql.ts";

export interface MemorySql extends Sql {
  close(): void;
}

/** An object's storage: SQLite in memory, every statement prepared once. What it holds outlives the object's instances. */
export function memorySql(): MemorySql {
  const db = new DatabaseSync(":memory:");
  db.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY");
  const statements = new Map<string, StatementSync>();
  const prepared = (query: string): StatementSync => {
    let statement = statements.get(query);
    if (!statement) {
      statement = db.prepare(query);
      statements.set(query, statement);
    }
    return statement;
  };
  let depth = 0;
  return {
    all: <T extends SqlRow>(query: string, ...bindings: SqlValue[]) => prepared(query).all(...bindings) as T[],
    run: (query, ...bindings) => {
      prepared(query).run(...bindings);
    },
    transaction: (fn) => {
      const name = `t${depth}`;
      prepared(`SAVEPOINT ${name}`).run();
      depth++;
      try {
        const result = fn();
        prepared(`RELEASE ${name}`).run();
        return result;
      } catch (error) {
        prepared(`ROLLBACK TO ${name}`).run();
        prepared(`RELEASE ${name}`).run();
        throw error;
      } finally {
        depth--;
      }
    },
    close: () => db.close(),
  };
}
