import { type Column, getTableName } from "drizzle-orm";
import { getTableConfig, type SQLiteTable } from "drizzle-orm/sqlite-core";
import type { LedgerTable, NumberedEvent } from "../../schema/events.ts";
import { monthOf } from "../../schema/events.ts";
import { BY_BATCH, PINGS } from "../../schema/rollups/rollups.ts";
import { batchOf, changeOf, EACH_ROW, PING_COLUMNS, readBy } from "../../schema/rollups/sql.ts";
import * as tables from "../../schema/tables.ts";

/** One statement and its JSON parameter. `by_object`: a second one is the object's name. */
export interface BatchStatement {
  table: LedgerTable;
  sql: string;
  rows: string;
  by_object?: true;
}
/** Tables that events have rows in. */
type RowTable = Exclude<LedgerTable, "unlisted">;

interface Target {
  table: SQLiteTable;
  /** The first row with a primary key stays: repeats change nothing. */
  append_only: boolean;
}

const TARGETS: Record<RowTable, Target> = {
  auctions: { table: tables.auctions, append_only: false },
  leads: { table: tables.leads, append_only: false },
  deliveries: { table: tables.deliveries, append_only: false },
  sales: { table: tables.sales, append_only: false },
  money_movements: { table: tables.money_movements, append_only: true },
  reservations: { table: tables.reservations, append_only: false },
  breaker_events: { table: tables.breaker_events, append_only: true },
  alerts: { table: tables.alerts, append_only: true },
  status: { table: tables.status, append_only: false },
  bidding: { table: tables.bidding, append_only: false },
};

/** A bound parameter may have 2 MB with its row; well below it. */
const PARAMETER_BYTES = 900_000;

interface Shape {
  sql: string;
  key: string[];
  append_only: boolean;
  /** What moves the sums of its rows, and the columns that it reads. */
  sums?: { sql: string; columns: string[] };
}
const shapes = new Map<RowTable, Shape>();

/** The table's statement: `INSERT … SELECT … FROM json_each(?)`; columns that an event leaves out get their default. */
export function shapeOf(name: RowTable): Shape {
  const known = shapes.get(name);
  if (known) return known;
  const { table, append_only } = TARGETS[name];
  const config = getTableConfig(table);
  const columns = config.columns.map((column) => column.name);
  const composite = config.primaryKeys[0]?.columns.map((column) => column.name);
  const key = composite ?? config.columns.filter((column) => column.primary).map((column) => column.name);
  const values = config.columns.map(sqlOf);
  const changes = columns.filter((column) => !key.includes(column)).map((column) => `${column} = excluded.${column}`);
  const target = getTableName(table);
  const conflict = append_only ? "DO NOTHING" : `DO UPDATE SET ${changes.join(", ")} WHERE excluded.n > ${target}.n`;
  const sql = `INSERT INTO ${target} (${columns.join(", ")}) SELECT ${values.join(", ")} FROM ${EACH_ROW} WHERE true ON CONFLICT (${key.join(", ")}) ${conflict}`;
  const shape: Shape = { sql, key, append_only };
  const rollup = BY_BATCH.find(({ source }) => source === name);
  const valueBy = (column: string): string => values[columns.indexOf(column)] ?? "NULL";
  if (rollup) shape.sums = { sql: changeOf(rollup, key, valueBy), columns: readBy(rollup, key) };
  shapes.set(name, shape);
  return shape;
}

/** SQL of a column, of an event's row. */
function sqlOf({ name, hasDefault, default: normal }: Column): string {
  if (name === "seq")
    return "(SELECT coalesce(max(seq), 0) FROM status) + row_number() OVER (ORDER BY json_extract(value, '$.n'))";
  // This very batch has summed it.
  const extract = `json_extract(value, '$.${name === "summed" ? "n" : name}')`;
  return hasDefault ? `coalesce(${extract}, ${literal(normal)})` : extract;
}

function literal(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  throw new Error("a ledger column's default must be a number or a string");
}

/**
 * The statements of a batch of events: one a table, or more where a parameter would grow too large. Of several rows with one
 * primary key only the newest `n` is kept (append-only tables: the oldest), which is what applying them in order would leave.
 */
export function statementsOf(events: NumberedEvent[]): BatchStatement[] {
  const rows = new Map<RowTable, Map<string, { n: number; row: Record<string, unknown> }>>();
  for (const event of events) {
    if (event.table === "unlisted") continue;
    const { key, append_only } = shapeOf(event.table);
    const row: Record<string, unknown> = { ...event.row, month: monthOf(event.row.at), n: event.n };
    const id = JSON.stringify(key.map((column) => row[column]));
    const ofTable = rows.get(event.table) ?? new Map<string, { n: number; row: Record<string, unknown> }>();
    rows.set(event.table, ofTable);
    const known = ofTable.get(id);
    if (!known || (append_only ? event.n < known.n : event.n > known.n)) ofTable.set(id, { n: event.n, row });
  }
  const tables = [...rows].flatMap(([table, ofTable]) => {
    const { sql, sums } = shapeOf(table);
    const json = (columns?: string[]) => [...ofTable.values()].map(({ row }) => JSON.stringify(row, columns));
    // Sums first: they are told by what the upsert replaces.
    return [...(sums ? inChunks(table, sums.sql, json(sums.columns)) : []), ...inChunks(table, sql, json())];
  });
  return [...counted(events), ...tables];
}

const inChunks = (table: LedgerTable, sql: string, json: string[]): BatchStatement[] =>
  chunks(json).map((chunk) => ({ table, sql, rows: `[${chunk.join(",")}]` }));

/**
 * Auctions are summed apart from their rows, so that the ledger need not have a row of each.
 * One event of an auction is enough: a later one corrects its record, never what is summed.
 */
function counted(events: NumberedEvent[]): BatchStatement[] {
  const few = new Map<string, string>();
  for (const event of events) {
    if (event.table === "unlisted") {
      const row = { ...event.row, unlisted: 1, n: event.n };
      few.set(`${event.row.ping_id} ${event.n}`, JSON.stringify(row));
    } else if (event.table === "auctions" && event.row.counted === undefined)
      few.set(event.row.ping_id, JSON.stringify(event.row, PING_COLUMNS));
  }
  return inChunks("auctions", COUNT_AUCTIONS, [...few.values()]).map((statement) => ({
    ...statement,
    by_object: true,
  }));
}
const COUNT_AUCTIONS = batchOf(PINGS);

/** Cuts by UTF-8 bytes; a row that is too large by itself gets a chunk of its own, for D1 to refuse. */
function chunks(rows: string[]): string[][] {
  const utf8 = new TextEncoder();
  const result: string[][] = [];
  let room = 0;
  for (const row of rows) {
    const bytes = utf8.encode(row).length + 1;
    const open = result[result.length - 1];
    if (open && bytes <= room) {
      open.push(row);
      room -= bytes;
    } else {
      result.push([row]);
      room = PARAMETER_BYTES - bytes;
    }
  }
  return result;
}
