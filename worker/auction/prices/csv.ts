import type { Condition } from "../../../schema/config/filter.ts";
import { MOST_ZIPS, type PriceRowInput, type PriceTable, zipEntries } from "../../../schema/config/price.ts";
import { formatMoney, parseMoney } from "../../../schema/money.ts";
import { cellsOf, filterOf, readTests } from "./csv-conditions.ts";
import { type Cell, csvCell, csvRows } from "./csv-text.ts";

export interface CsvProblem {
  /** In the file, from 1. */
  line: number;
  /** Name of the column; absent: the line as a whole. */
  column?: string;
  message: string;
}
export type ReadPrices =
  | { ok: true; table: { type: "table"; zip_field: string; rows: PriceRowInput[] }; lines: number; zips: number }
  | { ok: false; problems: CsvProblem[] };

/** The column of the amounts; `price` too where there is no `amount`, beside which it is a field like any other. */
const amountColumn = (names: readonly string[]): string => (names.includes("amount") ? "amount" : "price");
/** What {@link csvCell} puts before a text that a spreadsheet would take for a formula. */
const GUARD = /^'(?=[=+\-@])/;
/** More problems than these are not listed. */
const MOST_PROBLEMS = 100;

/** Rows of the file with the same conditions: one row of the table. */
interface Group {
  conditions: Condition[];
  /** ZIPs and prefixes by amount. */
  places: Map<string, string[]>;
  amount?: string;
}

/**
 * A price list as a table: a column `amount`, a column for the ZIP (empty: all others), and one for each field that is asked for. Rows with
 * the same conditions belong together, in the order in which the first of each stands; those without any come last, since they fit every lead.
 */
export function readPriceCsv(csv: string, zip_field = "zip"): ReadPrices {
  const [head = [], ...lines] = csvRows(csv);
  const problems = headProblems(head, zip_field);
  if (problems.length > 0) return { ok: false, problems };
  if (lines.length === 0) return { ok: false, problems: [{ line: 1, message: "has no row beneath the header" }] };
  if (lines.length > MOST_ZIPS + 1_000)
    return { ok: false, problems: [{ line: 1, message: `has ${lines.length} rows; ${MOST_ZIPS} is the most` }] };
  const names = head.map(({ text }) => text.toLowerCase());
  const groups = new Map<string, Group>();
  const seen = new Map<string, number>();
  for (const cells of lines) {
    if (problems.length >= MOST_PROBLEMS) break;
    problems.push(...take(cells, names, zip_field, groups, seen));
  }
  if (problems.length > 0) return { ok: false, problems: problems.slice(0, MOST_PROBLEMS) };
  const rows = [...groups.values()].toSorted((a, b) => rank(a) - rank(b)).map(rowOf);
  return { ok: true, table: { type: "table", zip_field, rows }, lines: lines.length, zips: seen.size };
}

const rank = ({ conditions }: Group): number => (conditions.length === 0 ? 1 : 0);

function headProblems(head: readonly Cell[], zip_field: string): CsvProblem[] {
  const names = head.map(({ text }) => text.toLowerCase());
  if (!names.includes(amountColumn(names)))
    return [
      { line: 1, message: `the first line must name the columns: ${zip_field}, amount and fields of the campaign` },
    ];
  return names.flatMap((name, at) => {
    if (!/^[a-z][a-z0-9_]{0,39}$/.test(name))
      return { line: 1, column: name || String(at + 1), message: "is no name of a field" };
    return names.indexOf(name) < at ? { line: 1, column: name, message: "is there twice" } : [];
  });
}

function take(
  cells: readonly Cell[],
  names: readonly string[],
  zip_field: string,
  groups: Map<string, Group>,
  seen: Map<string, number>,
): CsvProblem[] {
  const line = cells[0]?.line ?? 0;
  if (cells.length > names.length) return [{ line, message: `has ${cells.length} cells, the header ${names.length}` }];
  const problems: CsvProblem[] = [];
  const conditions: Condition[] = [];
  let [zip, amount] = ["", ""];
  const amounts = amountColumn(names);
  for (const [at, name] of names.entries()) {
    const text = (cells[at]?.text ?? "").replace(GUARD, "");
    if (name === amounts) amount = text;
    else if (name === zip_field) zip = padded(text);
    else {
      const tests = readTests(text);
      if (tests === null) problems.push({ line, column: name, message: `cannot read ${text.slice(0, 40)}` });
      else if (text !== "") conditions.push({ field: name, ...tests });
    }
  }
  const read = amountOf(amount);
  if (read === null) problems.push({ line, column: "amount", message: "must be an amount like 12.50" });
  if (zip !== "" && !/^(?:\d{5}|\d{1,4}\*)$/.test(zip))
    problems.push({ line, column: zip_field, message: "must be a ZIP like 90210, a prefix like 902*, or empty" });
  if (problems.length > 0 || read === null) return problems;
  return add({ line, zip, amount: read, conditions, zip_field }, groups, seen);
}

function add(
  row: { line: number; zip: string; amount: string; conditions: Condition[]; zip_field: string },
  groups: Map<string, Group>,
  seen: Map<string, number>,
): CsvProblem[] {
  const key = JSON.stringify(row.conditions);
  const group = groups.get(key) ?? { conditions: row.conditions, places: new Map<string, string[]>() };
  groups.set(key, group);
  const before = seen.get(`${key} ${row.zip}`);
  if (before !== undefined)
    return [
      { line: row.line, column: row.zip_field, message: `${row.zip || "the rest"} has a price in line ${before}` },
    ];
  seen.set(`${key} ${row.zip}`, row.line);
  if (row.zip === "") group.amount = row.amount;
  else {
    const zips = group.places.get(row.amount);
    if (zips) zips.push(row.zip);
    else group.places.set(row.amount, [row.zip]);
  }
  return [];
}

/** Spreadsheets eat leading zeros: 2134 is 02134, and 501 is 00501. */
const padded = (text: string): string => (/^\d{3,4}$/.test(text) ? text.padStart(5, "0") : text);

function amountOf(text: string): string | null {
  const amount = parseMoney(text.replace(/^[$€£]\s?/, ""));
  return amount === null || amount < 0 ? null : formatMoney(amount);
}

const rowOf = ({ conditions, places, amount }: Group): PriceRowInput => {
  const when = filterOf(conditions);
  return {
    ...(when ? { when } : {}),
    ...(places.size > 0
      ? { places: [...places].map(([price, zips]) => ({ amount: Number(price), zips: zips.join(" ") })) }
      : {}),
    ...(amount === undefined ? {} : { amount: Number(amount) }),
  };
};

/** The file that {@link readPriceCsv} reads as this table; null: it has conditions that no cell can say. */
export function writePriceCsv({ rows, zip_field }: PriceTable): string | null {
  const cells = rows.map(({ when }) => cellsOf(when));
  const fields = [...new Set(cells.flatMap((row) => [...(row?.keys() ?? [])]))];
  if (cells.includes(null) || fields.includes(zip_field) || fields.includes("amount")) return null;
  const lines = [[zip_field, ...fields, "amount"]];
  for (const [at, { places, amount }] of rows.entries()) {
    const asked = fields.map((field) => cells[at]?.get(field) ?? "");
    for (const place of places ?? [])
      for (const entry of zipEntries(place.zips)) lines.push([entry, ...asked, formatMoney(place.amount)]);
    if (amount !== undefined) lines.push(["", ...asked, formatMoney(amount)]);
  }
  return `${lines.map((line) => line.map(csvCell).join(",")).join("\r\n")}\r\n`;
}
