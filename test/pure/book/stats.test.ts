import { expect, it } from "vitest";
import { BookCore } from "../../../durable-objects/auction-book-store.ts";
import type { Sql, SqlRow } from "../../../durable-objects/sql.ts";
import { nodeSql } from "../../support/node-sql.ts";
import { SHARD, T0 } from "./fixtures.ts";

it("gauges are read from indexes alone, however many leads there are", () => {
  const sql = nodeSql();
  const asked: string[] = [];
  const watched: Sql = {
    ...sql,
    all: <T extends SqlRow>(query: string, ...bindings: (string | number | null)[]) => {
      asked.push(query);
      return sql.all<T>(query, ...bindings);
    },
  };
  const core = new BookCore({ sql: watched, now: () => T0, shard: SHARD });
  sql.run(
    "WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < 999) INSERT INTO leads (lead_id, state, slim, rest_at, body) SELECT printf('l%03d', i), CASE WHEN i < 3 THEN 'open' WHEN i < 5 THEN 'review' WHEN i < 9 THEN 'parked' ELSE 'sold' END, 0, CASE WHEN i BETWEEN 3 AND 8 THEN 1 END, '{}' FROM c",
  );
  asked.length = 0;
  expect(core.stats()).toMatchObject({ open_leads: 3, resting_leads: 6 });
  const plans = asked.flatMap((query) => {
    const blanks = (query.match(/\?/g) ?? []).map(() => 1);
    return sql.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${query}`, ...blanks).map(({ detail }) => detail);
  });
  expect(plans.filter((line) => line.includes("leads")).length).toBeGreaterThan(2);
  // Of open, resting and doubtful leads there are indexes that hold only them.
  expect(plans.filter((line) => /^SCAN leads\b(?! USING COVERING INDEX)/.test(line))).toEqual([]);
});
