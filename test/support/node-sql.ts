import { DatabaseSync } from "node:sqlite";
import type { Sql, SqlRow, SqlValue } from "../../durable-objects/sql.ts";

/** An object's SQLite outside workerd, for rule tests and the emulated platform. */
export function nodeSql(): Sql {
  const db = new DatabaseSync(":memory:");
  const statements = new Map<string, ReturnType<DatabaseSync["prepare"]>>();
  const prepare = (query: string) => {
    const known = statements.get(query);
    if (known) return known;
    const fresh = db.prepare(query);
    statements.set(query, fresh);
    return fresh;
  };
  let depth = 0;
  return {
    all: <T extends SqlRow>(query: string, ...bindings: SqlValue[]) =>
      prepare(query)
        .all(...bindings)
        .map((row) => ({ ...row })) as T[],
    run: (query, ...bindings) => {
      prepare(query).run(...bindings);
    },
    transaction: (fn) => {
      const name = `t${depth++}`;
      db.exec(`SAVEPOINT ${name}`);
      try {
        const result = fn();
        db.exec(`RELEASE ${name}`);
        return result;
      } catch (error) {
        db.exec(`ROLLBACK TO ${name}; RELEASE ${name}`);
        throw error;
      } finally {
        depth--;
      }
    },
  };
}
