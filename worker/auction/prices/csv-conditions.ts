import type { Condition, Filter } from "../../../schema/config/filter.ts";

type Tests = Omit<Condition, "field">;

const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;
const SIGNS = [
  [">=", "gte"],
  ["<=", "lte"],
  [">", "gt"],
  ["<", "lt"],
] as const;

/**
 * What a cell asks of its column's field: `TX` is, `TX|OK` is one of, `!TX|OK` is none of, `>=700` `<700`, `600..699` from to (both in),
 * `90*` begins with, `*` is given, empty: anything. null: not readable.
 */
export function readTests(text: string): Tests | null {
  if (text === "") return {};
  if (text === "*") return { present: true };
  const sign = SIGNS.find(([word]) => text.startsWith(word));
  if (sign) {
    const number = text.slice(sign[0].length).trim();
    return NUMBER.test(number) ? { [sign[1]]: Number(number) } : null;
  }
  const [from, to, more] = text.split("..").map((part) => part.trim());
  if (from !== undefined && to !== undefined && more === undefined && NUMBER.test(from) && NUMBER.test(to))
    return Number(from) <= Number(to) ? { gte: Number(from), lte: Number(to) } : null;
  const not = text.startsWith("!");
  const values = (not ? text.slice(1) : text).split("|").map((value) => value.trim());
  if (values.some((value) => value === "" || value.length > 200)) return null;
  if (values.some((value) => value.endsWith("*"))) {
    const prefixes = values.map((value) => value.slice(0, -1));
    const all = values.every((value) => value.endsWith("*") && value.length > 1 && value.length <= 21);
    return all && !not ? { prefix: prefixes } : null;
  }
  const [one = ""] = values;
  if (values.length === 1) return not ? { ne: one } : { eq: one };
  return not ? { not_in: values } : { in: values };
}

/** The cell that {@link readTests} reads so; null: no cell says it. */
function writeTests(tests: Tests): string | null {
  const { gte, lte, ...one } = tests;
  if (gte !== undefined && lte !== undefined) return Object.keys(one).length === 0 ? `${gte}..${lte}` : null;
  const [[name, value] = [], ...more] = Object.entries(tests);
  if (name === undefined || more.length > 0) return null;
  const sign = SIGNS.find(([, word]) => word === name);
  const text = Array.isArray(value) ? value.map(String) : [String(value)];
  // An empty cell asks for nothing, and a quote before a sign is the spreadsheet's.
  if (text.some((part) => part.trim() === "" || /[|*]|^[!<>='\t]|\.\./.test(part))) return null;
  if (sign) return `${sign[0]}${value}`;
  if (name === "present") return value === true ? "*" : null;
  if (name === "eq" || name === "in") return text.join("|");
  if (name === "ne" || name === "not_in") return `!${text.join("|")}`;
  return name === "prefix" ? text.map((part) => `${part}*`).join("|") : null;
}

/** A row's conditions as one filter; undefined: none. */
export function filterOf(conditions: readonly Condition[]): Filter | undefined {
  return conditions.length <= 1 ? conditions[0] : { all: [...conditions] };
}

/** A filter as cells by field; null: CSV cannot say it (`any`, `not`, two conditions on one field). */
export function cellsOf(filter: Filter | undefined): Map<string, string> | null {
  if (filter === undefined) return new Map();
  const parts = "all" in filter ? filter.all : [filter];
  const cells = new Map<string, string>();
  for (const part of parts) {
    if (!("field" in part)) return null;
    const { field, ...tests } = part;
    const text = writeTests(tests);
    if (text === null || cells.has(field)) return null;
    cells.set(field, text);
  }
  return cells;
}
