import type * as z from "zod";
import type { figureAnswer } from "../../../schema/api/reports.ts";
import { FIGURES, type Figure } from "../../../schema/figures.ts";
import { SLOT_MS } from "../../../schema/rollups/rollups.ts";
import { type Cell, csvOf } from "../../flows/reports/csv.ts";
import {
  dateOf,
  dayAfter,
  daysOf,
  isDate,
  MOST_DAYS,
  momentOf,
  type Step,
  slotsOf,
} from "../../flows/reports/range.ts";
import { type Group, MOST_ROWS, type ReportOf, report } from "../../flows/reports/report.ts";
import { problem } from "../problem.ts";

export interface RangeQuery {
  from?: string;
  to?: string;
  zone: string;
  format: "json" | "csv";
}
export interface SummaryQuery extends RangeQuery {
  by?: Step;
  group?: Group;
  figures?: string;
}
type Range = { ok: true; value: { from: number; to: number; zone: string } } | { ok: false; response: Response };

const wrong = (field: string, message: string): { ok: false; response: Response } => ({
  ok: false,
  response: problem(422, "invalid_fields", `${field} ${message}`, [{ field, message, code: "invalid" }]),
});

/** The ends of a range as epoch ms, widened to whole quarters of an hour. */
export function rangeOf({ from, to, zone }: RangeQuery, now: number): Range {
  const today = dateOf(now, zone);
  const first = from ?? (to !== undefined && isDate(to) ? to : today);
  const last = to ?? (isDate(first) ? (first > today ? first : today) : undefined);
  const begins = momentOf(first, zone);
  const ends =
    last === undefined
      ? now
      : isDate(last) && momentOf(last, zone) !== null
        ? dayAfter(last, zone)
        : momentOf(last, zone);
  if (begins === null) return wrong("from", "must be a date, ISO 8601 with an offset, or epoch ms");
  if (ends === null) return wrong("to", "must be a date, ISO 8601 with an offset, or epoch ms");
  if (ends <= begins) return wrong("to", "must be after `from`");
  const most = MOST_DAYS + 1;
  if (daysOf({ from: begins, to: ends }) > most) return wrong("to", `must be at most ${MOST_DAYS} days after \`from\``);
  const slots = slotsOf(begins, ends);
  return { ok: true, value: { from: slots.from * SLOT_MS, to: slots.to * SLOT_MS, zone } };
}

/** Days of one report by hour; by hour or day and by group. */
const MOST_HOURLY = 32;
const MOST_GROUPED = { hour: 8, day: 63, month: MOST_DAYS + 1 } as const;

/** The named figures among those that may be seen. */
function figuresOf(query: SummaryQuery, allowed: readonly Figure[]): Figure[] | null {
  if (query.figures === undefined) return [...allowed];
  const names = query.figures.split(",").map((name) => name.trim());
  const found = names.flatMap((name) => allowed.find((figure) => figure.name === name) ?? []);
  return found.length === names.length ? found : null;
}

/** `GET …/summary`, as JSON or CSV. `names`: the figures that the caller may see; `filters`: what it may see, and what it asked for. */
export async function summary(
  db: D1Database,
  query: SummaryQuery,
  by: { names?: readonly string[]; filters: ReportOf["filters"]; now: number; headers?: Record<string, string> },
): Promise<Response> {
  const range = rangeOf(query, by.now);
  if (!range.ok) return range.response;
  const allowed = FIGURES.filter(({ name }) => by.names?.includes(name) ?? true);
  const figures = figuresOf(query, allowed);
  if (!figures) return wrong("figures", "names a figure that there is not").response;
  const most = query.by && query.group ? MOST_GROUPED[query.by] : query.by === "hour" ? MOST_HOURLY : MOST_DAYS + 1;
  if (daysOf(range.value) > most)
    return wrong("to", `must be at most ${Math.floor(most)} days after \`from\`, by this step and group`).response;
  const made = await report(db, { ...range.value, step: query.by, group: query.group, filters: by.filters, figures });
  if (!made) return wrong("to", `makes more than ${MOST_ROWS} rows: take a shorter range or a coarser step`).response;
  const rows = made.rows.map((row) => ({ ...row, from: iso(row.from), to: iso(row.to) }));
  if (query.format === "csv") {
    const names = made.figures.map((figure) => figure.name);
    const head = [...(query.by ? [query.by] : []), "from", "to", ...(query.group ? [query.group] : [])];
    const lines = rows.map((row): Cell[] => [
      ...(query.by ? [row.time ?? ""] : []),
      row.from,
      row.to,
      ...(query.group ? [row.group ?? ""] : []),
      ...names.map((name) => row.values[name] ?? null),
    ]);
    return csv("summary", [...head, ...names], lines, by.headers);
  }
  return json({ ...endsOf(range.value), figures: made.figures.map(wireFigure), total: made.total, rows }, by.headers);
}

export const wireFigure = ({ name, title, unit, exact, sentence }: Figure): z.output<typeof figureAnswer> => ({
  name,
  title,
  unit,
  exact,
  sentence,
});
const iso = (at: number): string => new Date(at).toISOString();
export const endsOf = ({ from, to, zone }: { from: number; to: number; zone: string }) => ({
  from: iso(from),
  to: iso(to),
  zone,
});

export function json(value: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(value), {
    headers: { ...headers, "content-type": "application/json", "cache-control": "no-store" },
  });
}

export function csv(name: string, head: string[], rows: Cell[][], headers: Record<string, string> = {}): Response {
  return new Response(csvOf(head, rows), {
    headers: {
      ...headers,
      "content-type": "text/csv; charset=utf-8; header=present",
      "content-disposition": `attachment; filename="${name}.csv"`,
      "cache-control": "no-store",
    },
  });
}

/** Rows of the answer's shape, as JSON under `rows` or as CSV; a file without rows has its header all the same. */
export function table(
  query: RangeQuery,
  name: string,
  answer: z.ZodObject<{ rows: z.ZodArray<z.ZodObject> }>,
  value: { rows: readonly object[] } & Record<string, unknown>,
  headers?: Record<string, string>,
): Response {
  if (query.format === "json") return json(value, headers);
  const columns = Object.keys(answer.shape.rows.element.shape);
  const lines = value.rows.map((row) => columns.map((c): Cell => cell(Reflect.get(row, c))));
  return csv(name, columns, lines, headers);
}
const cell = (value: unknown): Cell => (typeof value === "number" || value === null ? value : String(value ?? ""));
