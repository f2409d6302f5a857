import type { Look } from "../due-table.ts";
import type { Sql } from "../sql.ts";

/** When holds end that nobody has settled yet (epoch ms), by reservation. */
export type Holds = Record<string, number>;

/** They are noted in the account's row, which a reservation and its end write anyway; so many at most, for all of them are written each time. The rest have rows in `due`. */
const MOST = 100;

function holdsOf(sql: Sql): Holds {
  const row = sql.all<{ holds: string }>("SELECT holds FROM account")[0];
  return JSON.parse(row?.holds ?? "{}") as Holds;
}

/** With this one, to be written; undefined: there is no room for it. */
export function withHold(sql: Sql, reservation_id: string, until: number): Holds | undefined {
  const holds = holdsOf(sql);
  if (holds[reservation_id] === undefined && Object.keys(holds).length >= MOST) return undefined;
  return { ...holds, [reservation_id]: until };
}

/** Without this one; undefined: it is not among them. */
export function withoutHold(sql: Sql, reservation_id: string): Holds | undefined {
  const { [reservation_id]: until, ...others } = holdsOf(sql);
  return until === undefined ? undefined : others;
}

export const holdCount = (sql: Sql): number => Object.keys(holdsOf(sql)).length;

function write(sql: Sql, holds: Holds | undefined): boolean {
  if (holds) sql.run("UPDATE account SET holds = ? WHERE id = 1", JSON.stringify(holds));
  return holds !== undefined;
}

/** The due kind `hold`. */
export const holdLook = (sql: Sql): Look => ({
  kind: "hold",
  next() {
    const times = Object.values(holdsOf(sql));
    return times.length === 0 ? null : Math.min(...times);
  },
  ready(now, limit) {
    return Object.entries(holdsOf(sql))
      .filter(([, at]) => at <= now)
      .map(([key, at]) => ({ key, at }))
      .sort((a, b) => a.at - b.at)
      .slice(0, limit);
  },
  put(key, at, earlier) {
    const known = holdsOf(sql)[key];
    return (earlier && known !== undefined && known <= at) || write(sql, withHold(sql, key, at));
  },
  drop(key, at) {
    if (at === undefined || holdsOf(sql)[key] === at) write(sql, withoutHold(sql, key));
  },
});
