import { GRAINS, type Rollup, SLOT_MS, SLOTS_A_DAY } from "./rollups.ts";

/** SQL of the rollups, made of their definitions: the triggers of the migration, what fills them from the ledger, a batch of auctions. */

const of = (sql: string, row: string): string => sql.replaceAll("@", row === "" ? "" : `${row}.`);

/** The three rows that one row of the source counts in. */
function grainsOf({ groups }: Rollup, row: string): string {
  const own = groups.map((g) => `${of(`@${g}`, row)} AS ${g}`).join(", ");
  const none = groups.map((g) => `'' AS ${g}`).join(", ");
  const slot = `${of("@at", row)} / ${SLOT_MS}`;
  return [
    `SELECT ${GRAINS.slot} AS grain, ${slot} AS slot, ${own}`,
    `SELECT ${GRAINS.day}, ${slot} / ${SLOTS_A_DAY} * ${SLOTS_A_DAY}, ${own}`,
    `SELECT ${GRAINS.all}, ${slot}, ${none}`,
  ].join(" UNION ALL ");
}

const keyOf = ({ groups }: Rollup): string => ["grain", "slot", ...groups].join(", ");
const columns = (rollup: Rollup): string[] => Object.keys(rollup.sums);
const added = (rollup: Rollup): string =>
  `ON CONFLICT (${keyOf(rollup)}) DO UPDATE SET ${columns(rollup)
    .map((c) => `${c} = ${c} + excluded.${c}`)
    .join(", ")}`;

/** Adds what `value` says of each column to the three rows of `row`. */
function add(rollup: Rollup, row: string, value: (sql: string) => string): string {
  const values = Object.entries(rollup.sums).map(([column, sql]) => `${value(sql)} AS ${column}`);
  return `INSERT INTO ${rollup.name} (${keyOf(rollup)}, ${columns(rollup).join(", ")}) SELECT g.*, v.* FROM (${grainsOf(rollup, row)}) AS g, (SELECT ${values.join(", ")}) AS v WHERE true ${added(rollup)};`;
}

/**
 * The triggers that keep a rollup equal to its source, in the transaction of the source's row. What an update leaves as it was costs
 * nothing; a row that moves to other groups is taken out where it was.
 */
export function triggersOf(rollup: Rollup): string[] {
  const { name, source, counts, groups } = rollup;
  const where = ["@at / 900000", ...groups.map((g) => `@${g}`), `(${counts})`].join(", ");
  const same = (sql: string) => `(${of(sql, "OLD")}) IS (${of(sql, "NEW")})`;
  const read = [...new Set(Object.values(rollup.sums).flatMap((sql) => [...sql.matchAll(/@\w+/g)].map(([c]) => c)))];
  const stays = same(where);
  const plus = add(rollup, "NEW", (sql) => of(sql, "NEW"));
  const minus = add(rollup, "OLD", (sql) => `-(${of(sql, "OLD")})`);
  const delta = add(rollup, "NEW", (sql) => (sql === "1" ? "0" : `${of(sql, "NEW")} - ${of(sql, "OLD")}`));
  const trigger = (what: string, event: string, when: string, body: string) =>
    `CREATE TRIGGER ${name}_${what} AFTER ${event} ON ${source} WHEN ${when} BEGIN ${body} END;`;
  return [
    trigger("add", "INSERT", of(counts, "NEW"), plus),
    trigger("move", "UPDATE", `${stays} AND ${of(counts, "NEW")} AND NOT (${same(read.join(", "))})`, delta),
    trigger("leave", "UPDATE", `NOT (${stays}) AND ${of(counts, "OLD")}`, minus),
    trigger("join", "UPDATE", `NOT (${stays}) AND ${of(counts, "NEW")}`, plus),
  ];
}

/** Sums `from` (SQL of a table, or of a selection under that name) into the rollup. */
function sumOf(rollup: Rollup, from: string): string {
  const sums = columns(rollup).map((c) => `sum(${c})`);
  const row = Object.entries(rollup.sums).map(([column, sql]) => `${of(sql, "s")} AS ${column}`);
  const parts = grainsOf(rollup, "s")
    .split(" UNION ALL ")
    .map((select) => `${select}, ${row.join(", ")} FROM ${from} AS s WHERE ${of(rollup.counts, "s")}`);
  return `INSERT INTO ${rollup.name} (${keyOf(rollup)}, ${columns(rollup).join(", ")}) SELECT ${keyOf(rollup)}, ${sums.join(", ")} FROM (${parts.join(" UNION ALL ")}) WHERE true GROUP BY ${keyOf(rollup)} ${added(rollup)}`;
}

/** Fills an empty rollup from what its source has already. */
export const fillOf = (rollup: Rollup): string => `${sumOf(rollup, rollup.source)};`;

/** The rows of a JSON array (`?1`) as `value`. Without the limit SQLite writes a row's text out anew for every column that is read of it. */
export const EACH_ROW = "(SELECT value FROM json_each(?1) LIMIT -1)";

/** Columns of an auction that its rollup reads. */
export const PING_COLUMNS = [
  "ping_id",
  "at",
  "publisher_id",
  "campaign_id",
  "test",
  "result",
  "code",
  "price",
  "took_ms",
];

/**
 * Counts auctions of a batch (`?1`, JSON) that have not been counted. Those with a row of their own: unless the ledger has it. The others
 * (`unlisted`): unless this object's mark (`?2`: its name) is past their number. Goes before the rows' insert and the mark.
 */
export function batchOf(rollup: Rollup): string {
  const values = PING_COLUMNS.map((column) => `json_extract(value, '$.${column}') AS ${column}`);
  const of = (column: string) => `json_extract(value, '$.${column}')`;
  const listed = `NOT EXISTS (SELECT 1 FROM auctions a WHERE a.ping_id = ${of("ping_id")})`;
  const unlisted = `${of("n")} > coalesce((SELECT last_n FROM outbox_marks WHERE object = ?2), 0)`;
  const fresh = `SELECT ${values.join(", ")} FROM ${EACH_ROW} WHERE CASE WHEN ${of("unlisted")} IS NULL THEN ${listed} ELSE ${unlisted} END`;
  return `WITH fresh AS (${fresh}) ${sumOf(rollup, "fresh")}`;
}
