import { dateOf, dayAfter, daysBetween, isDate, momentOf, shifted } from "../../flows/reports/range.ts";
import { query } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { zoneOf } from "../shell/format.ts";

export const PRESETS = [
  { value: "today", label: "Today" },
  { value: "yesterday", label: "Yesterday" },
  { value: "7d", label: "Last 7 days" },
  { value: "30d", label: "Last 30 days" },
  { value: "custom", label: "From … to …" },
] as const;
export const FILTERS = ["publisher", "campaign", "buyer", "contract"] as const;

/** What a report's page was asked for: a range of local dates, a zone, filters. */
export interface Asked {
  range: string;
  /** Local dates, both taken in. */
  from: string;
  to: string;
  zone: string;
  filters: Partial<Record<(typeof FILTERS)[number], string>>;
  /** Days. */
  length: number;
  /** Why the dates or the zone cannot be used. */
  wrong?: { field: "from" | "to" | "zone"; message: string };
}

const BACK: Record<string, [from: number, to: number]> = {
  today: [0, 0],
  yesterday: [-1, -1],
  "7d": [-6, 0],
  "30d": [-29, 0],
};
const MOST_DAYS = 400;

export function asked(c: ConsoleContext): Asked {
  const of = (name: string) => c.req.query(name)?.trim() ?? "";
  const zone = of("zone") === "" ? c.var.zone : zoneOf(of("zone"));
  const today = dateOf(c.var.now, zone);
  // Dates that were changed beside a named range are meant.
  const edited = of("shown") !== "" && of("shown") !== `${of("from")}/${of("to")}`;
  const named = PRESETS.some(({ value }) => value === of("range")) ? of("range") : "7d";
  const range = edited ? "custom" : named;
  const filters = Object.fromEntries(
    FILTERS.flatMap((name) => (of(name) === "" ? [] : [[name, of(name).slice(0, 40)]])),
  );
  const wrong = (field: "from" | "to" | "zone", message: string): Asked => ({
    ...{ range, zone, filters, wrong: { field, message } },
    ...{ from: today, to: today, length: 1 },
  });
  // Another zone than was meant would show other figures without a word.
  if (of("zone") !== "" && zone !== of("zone"))
    return {
      ...wrong("zone", "must be the name of a time zone, like America/New_York"),
      zone: of("zone").slice(0, 60),
    };
  const back = BACK[range];
  if (back) {
    const [from, to] = [shifted(today, back[0]), shifted(today, back[1])];
    return { range, from, to, zone, filters, length: back[1] - back[0] + 1 };
  }
  const usable = (text: string) => isDate(text) && momentOf(text, zone) !== null;
  if (!usable(of("from"))) return wrong("from", "must be a date");
  if (!usable(of("to"))) return wrong("to", "must be a date");
  const [from, to] = [of("from"), of("to")];
  if (to < from) return wrong("to", "must not be before the first day");
  const length = daysBetween(from, to) + 1;
  if (length > MOST_DAYS) return wrong("to", `must be within ${MOST_DAYS} days of the first`);
  return { range, from, to, zone, filters, length };
}

/** Path of an operator's call for this range. */
export const callOf = (path: string, of: Asked, more: Record<string, string | undefined> = {}): string =>
  query(path, { from: of.from, to: of.to, zone: of.zone, ...of.filters, ...more });

/** A page of the reports, or a file of one, with what was asked. */
export function linkTo(path: string, of: Asked, more: Record<string, string | undefined> = {}): string {
  const custom = of.range === "custom" ? { from: of.from, to: of.to } : {};
  return query(path, { range: of.range, ...custom, zone: of.zone, ...of.filters, ...more });
}

/** As many days before; of a range that is not over, up to the same hour. */
export function before(of: Asked, now: number): { from: string; to: string; label: string } {
  const from = shifted(of.from, -of.length);
  const last = shifted(of.to, -of.length);
  const label = from === last ? from : `${from} to ${last}`;
  const running = dayAfter(of.to, of.zone) > now;
  return {
    from,
    to: running ? String(Math.max(now - of.length * 86_400_000, (momentOf(from, of.zone) ?? 0) + 1)) : last,
    label,
  };
}
