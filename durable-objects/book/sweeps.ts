import type { Look } from "../due-table.ts";
import type { Sql } from "../sql.ts";

/** The due kind `sweep`: when the alarm looks at each open lead, which is a column of its own row. Of a lead that is not open nothing is due. */
export const sweepLook = (sql: Sql): Look => ({
  kind: "sweep",
  next: () =>
    sql.all<{ at: number | null }>(
      "SELECT min(sweep_at) AS at FROM leads INDEXED BY leads_open WHERE state = 'open' AND sweep_at IS NOT NULL",
    )[0]?.at ?? null,
  ready: (now, limit) =>
    sql.all<{ key: string; at: number }>(
      "SELECT lead_id AS key, sweep_at AS at FROM leads INDEXED BY leads_open WHERE state = 'open' AND sweep_at <= ? ORDER BY sweep_at LIMIT ?",
      now,
      limit,
    ),
  put: (key, at, earlier) => {
    const later = earlier ? "AND coalesce(sweep_at > ?1, 1)" : "AND sweep_at IS NOT ?1";
    sql.run(`UPDATE leads SET sweep_at = ?1 WHERE lead_id = ?2 ${later}`, at, key);
    return true;
  },
  // It goes with the lead's state.
  drop: () => {},
});
