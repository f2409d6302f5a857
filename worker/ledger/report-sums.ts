import { indexOf, ROLLUPS, type Rollup } from "../../schema/rollups/rollups.ts";

/** One group's sums of one stretch; `key`: values of the columns by which it is grouped. */
export interface SumRow {
  stretch: number;
  key: string[];
  sums: Record<string, number>;
}
export interface SumsOf {
  rollup: Rollup["name"];
  /** SQL over the rollup's columns, by name. */
  sums: Record<string, string>;
  /** Columns. */
  groups: readonly string[];
  /** Equal to; by column. */
  filters: Record<string, string>;
  pieces: readonly { stretch: number; grain: number; from: number; to: number }[];
  limit: number;
}

/**
 * Sums over pieces of a rollup. Each piece is a range of its key (or of the index of a publisher or buyer that is filtered by): never a
 * scan without a bound.
 */
export function sumsStatement(db: D1Database, of: SumsOf): D1PreparedStatement {
  const filters = Object.entries(of.filters);
  const keys = of.groups.map((g) => `r.${g}`);
  const sums = Object.entries(of.sums).map(([name, sql]) => `sum(${sql}) AS s_${name}`);
  const where = [
    "r.grain = p.value ->> '$.grain'",
    "r.slot >= p.value ->> '$.from'",
    "r.slot < p.value ->> '$.to'",
    ...filters.map(([column], i) => `r.${column} = ?${i + 2}`),
  ];
  const group = ["p.value ->> '$.stretch'", ...keys].join(", ");
  // Left to itself, SQLite reads everybody's rows of the range.
  const party = ROLLUPS.find(({ name }) => name === of.rollup)?.indexed.find(
    (column) => of.filters[column] !== undefined,
  );
  const by = party === undefined ? "" : ` INDEXED BY ${indexOf(of.rollup, party)}`;
  const key = of.groups.length === 0 ? "json_array()" : `json_array(${keys.join(", ")})`;
  return db
    .prepare(
      `SELECT p.value ->> '$.stretch' AS stretch, ${key} AS key, ${sums.join(", ")} FROM json_each(?1) p CROSS JOIN ${of.rollup} r${by} WHERE ${where.join(" AND ")} GROUP BY ${group} LIMIT ${of.limit}`,
    )
    .bind(JSON.stringify(of.pieces), ...filters.map(([, value]) => value));
}

/** Several at once: one call to D1. */
export async function readSums(db: D1Database, wanted: SumsOf[]): Promise<SumRow[][]> {
  if (wanted.length === 0) return [];
  const results = await db.batch<Record<string, number | string>>(wanted.map((of) => sumsStatement(db, of)));
  return results.map(({ results: found }) =>
    found.map(({ stretch, key, ...sums }) => ({
      stretch: Number(stretch),
      key: JSON.parse(String(key)) as string[],
      sums: Object.fromEntries(Object.entries(sums).map(([name, value]) => [name.slice(2), Number(value)])),
    })),
  );
}
