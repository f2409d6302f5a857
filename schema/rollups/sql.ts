import { BY_BATCH, GRAINS, type Rollup, SLOT_MS, SLOTS_A_DAY } from "./rollups.ts";

/** SQL of the rollups, made of their definitions: the triggers of the migrations, what fills them from the ledger, what a batch adds. */

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
/** Columns of a source that some SQL reads. */
const named = (sql: readonly string[]): string[] => [
  ...new Set(sql.flatMap((one) => [...one.matchAll(/@(\w+)/g)].map(([, column = ""]) => column))),
];
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
 * nothing; a row that moves to other groups is taken out where it was. Rows of a batch that was summed as one (`summed` is their `n`) are
 * left alone; those of a Worker from before that, and what is changed in place, are not.
 */
export function triggersOf(rollup: Rollup): string[] {
  const { name, source, counts, groups } = rollup;
  const where = ["@at / 900000", ...groups.map((g) => `@${g}`), `(${counts})`].join(", ");
  const same = (sql: string) => `(${of(sql, "OLD")}) IS (${of(sql, "NEW")})`;
  const read = named(Object.values(rollup.sums)).map((column) => `@${column}`);
  const stays = same(where);
  const plus = add(rollup, "NEW", (sql) => of(sql, "NEW"));
  const minus = add(rollup, "OLD", (sql) => `-(${of(sql, "OLD")})`);
  const delta = add(rollup, "NEW", (sql) => (sql === "1" ? "0" : `${of(sql, "NEW")} - ${of(sql, "OLD")}`));
  const inserted = "NEW.summed IS NOT NEW.n";
  const unsummed = { INSERT: inserted, UPDATE: `(${inserted} OR NEW.n IS OLD.n)` };
  const trigger = (what: string, event: keyof typeof unsummed, when: string, body: string) =>
    `CREATE TRIGGER ${name}_${what} AFTER ${event} ON ${source} WHEN ${BY_BATCH.includes(rollup) ? `${unsummed[event]} AND ` : ""}${when} BEGIN ${body} END;`;
  return [
    trigger("add", "INSERT", of(counts, "NEW"), plus),
    trigger("move", "UPDATE", `${stays} AND ${of(counts, "NEW")} AND NOT (${same(read.join(", "))})`, delta),
    trigger("leave", "UPDATE", `NOT (${stays}) AND ${of(counts, "OLD")}`, minus),
    trigger("join", "UPDATE", `NOT (${stays}) AND ${of(counts, "NEW")}`, plus),
  ];
}

/** Sums `from` (SQL of a table, or of a selection under that name) into the rollup; `value`: what a row adds to a column. */
function sumOf(rollup: Rollup, from: string, value = (sql: string): string => sql): string {
  const names = columns(rollup);
  const row = Object.entries(rollup.sums).map(([column, sql]) => `${value(of(sql, "s"))} AS ${column}`);
  const parts = grainsOf(rollup, "s")
    .split(" UNION ALL ")
    .map((select) => `${select}, ${row.join(", ")} FROM ${from} AS s WHERE ${of(rollup.counts, "s")}`);
  const sums = names.map((c) => `sum(${c}) AS ${c}`);
  const summed = `SELECT ${keyOf(rollup)}, ${sums.join(", ")} FROM (${parts.join(" UNION ALL ")}) GROUP BY ${keyOf(rollup)}`;
  // A row that nothing is added to would be written, and billed, all the same.
  const changed = `(${names.join(", ")}) IS NOT (${names.map(() => "0").join(", ")})`;
  return `INSERT INTO ${rollup.name} (${keyOf(rollup)}, ${names.join(", ")}) SELECT * FROM (${summed}) WHERE ${changed} ${added(rollup)}`;
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

/** Columns of a source that its rollup reads, with what tells its rows and their versions apart. */
export const readBy = ({ counts, sums, groups }: Rollup, key: readonly string[]): string[] => [
  ...new Set([...key, "n", "at", ...groups, ...named([counts, ...Object.values(sums)])]),
];

/**
 * Moves the sums by what a batch (`?1`, JSON) is about to change: adds its rows that the source lacks or has an older version of, and takes
 * out what stands there of them now. `value`: SQL of a column, of a row of the batch; a key comes once in it. Goes before the rows' upsert,
 * in one transaction with it, and by the same condition.
 */
export function changeOf(rollup: Rollup, key: readonly string[], value: (column: string) => string): string {
  const { source } = rollup;
  const read = readBy(rollup, key);
  const sent = `SELECT ${read.map((column) => `${value(column)} AS ${column}`).join(", ")} FROM ${EACH_ROW}`;
  const same = key.map((column) => `old.${column} = sent.${column}`).join(" AND ");
  const version = (row: string) => read.map((column) => `${row}.${column}`).join(", ");
  const parts = [
    `SELECT 1 AS sign, ${version("sent")} FROM sent LEFT JOIN ${source} old ON ${same} WHERE old.n IS NULL OR sent.n > old.n`,
    `SELECT -1, ${version("old")} FROM sent JOIN ${source} old ON ${same} WHERE sent.n > old.n`,
  ];
  const changes = sumOf(rollup, "changes", (sql) => `s.sign * (${sql})`);
  return `WITH sent AS MATERIALIZED (${sent}), changes AS (${parts.join(" UNION ALL ")}) ${changes}`;
}
