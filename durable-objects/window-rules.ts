import { Temporal } from "temporal-polyfill";
import { CAP_PERIODS, type CapPeriod } from "../schema/lists.ts";

const HOUR_MS = 3_600_000;

/** A cap's window: `key` names it within its contract, `ends` is epoch ms (null: never). */
export interface Window {
  period: CapPeriod;
  key: string;
  ends: number | null;
}

/**
 * The name of the window that `now` (epoch ms) falls in, by the calendar of `tz` (IANA name). Hours carry the offset, so that the
 * two hours called 01 of an autumn night stay two windows; days, weeks (Monday first) and months go by the calendar date alone,
 * so that a day of 23 or 25 hours is one day.
 * @throws RangeError for an unknown zone.
 */
export function windowKey(period: CapPeriod, tz: string, now: number): string {
  return keyOf(period, zoned(tz, now));
}

/** Epoch ms of the first instant after `now` that is outside its window; null for `total`. Always later than `now`. */
export function windowEnd(period: CapPeriod, tz: string, now: number): number | null {
  return endOf(period, zoned(tz, now));
}

/** All of them at once: what one reservation counts in. Not to be changed: until the first of them ends, all callers get the same. */
export function windowsAt(tz: string, now: number): readonly Window[] {
  const known = latest.get(tz);
  if (known && known.from <= now && now < known.until) return known.windows;
  const at = zoned(tz, now);
  const windows = CAP_PERIODS.map((period) => ({
    period,
    key: `${period}:${keyOf(period, at)}`,
    ends: endOf(period, at),
  }));
  const until = Math.min(...windows.map((window) => window.ends ?? Number.POSITIVE_INFINITY));
  latest.set(tz, { from: now, until, windows });
  return windows;
}

/** Per zone, what was found last. The calendar of a zone is slow to ask, and a busy buyer asks it for each lead. */
const latest = new Map<string, { from: number; until: number; windows: readonly Window[] }>();

const zoned = (tz: string, now: number): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(tz);

function keyOf(period: CapPeriod, at: Temporal.ZonedDateTime): string {
  const date = at.toPlainDate();
  switch (period) {
    case "hour":
      return `${date.toString()}T${String(at.hour).padStart(2, "0")}${at.offset}`;
    case "day":
      return date.toString();
    case "week":
      return mondayOf(date).toString();
    case "month":
      return date.toPlainYearMonth().toString();
    case "total":
      return "all";
  }
}

function endOf(period: CapPeriod, at: Temporal.ZonedDateTime): number | null {
  const date = at.toPlainDate();
  switch (period) {
    case "hour":
      return hourEnd(at);
    case "day":
      return cutShort(period, at, startOf(date.add({ days: 1 }), at));
    case "week":
      return cutShort(period, at, startOf(mondayOf(date).add({ days: 7 }), at));
    case "month":
      return cutShort(period, at, startOf(date.with({ day: 1 }).add({ months: 1 }), at));
    case "total":
      return null;
  }
}

/** A clock that goes back from just after midnight returns to the date before: what began at midnight is interrupted for an hour. */
function cutShort(period: CapPeriod, at: Temporal.ZonedDateTime, end: number): number {
  const key = keyOf(period, at);
  for (let change = nextChange(at); change !== null && change < end; ) {
    const then = zoned(at.timeZoneId, change);
    if (keyOf(period, then) !== key) return change;
    change = nextChange(then);
  }
  return end;
}

const mondayOf = (date: Temporal.PlainDate): Temporal.PlainDate => date.subtract({ days: date.dayOfWeek - 1 });

/** The day's first instant: 01:00 where the clock skips midnight, the second midnight where it struck twice and one is past. */
function startOf(date: Temporal.PlainDate, at: Temporal.ZonedDateTime): number {
  const start = date.toZonedDateTime(at.timeZoneId).epochMilliseconds;
  if (start > at.epochMilliseconds) return start;
  return date.toPlainDateTime().toZonedDateTime(at.timeZoneId, { disambiguation: "later" }).epochMilliseconds;
}

/** The end of the clock's hour, or the change of the clock if that comes first (half-hour changes cut hours in two). */
function hourEnd(at: Temporal.ZonedDateTime): number {
  const now = at.epochMilliseconds;
  const offset = at.offsetNanoseconds / 1_000_000;
  const end = now + HOUR_MS - ((((now + offset) % HOUR_MS) + HOUR_MS) % HOUR_MS);
  const change = nextChange(at);
  return change !== null && change < end ? change : end;
}

/** Spans of a zone, the newest last, in which its clock does not change before `next` (null: never again). Looking that up is what costs time here. */
const calm = new Map<string, { from: number; next: number | null }[]>();
const SPANS = 4;

/** Epoch ms of the zone's first change of the clock after `at`; null = none. */
function nextChange(at: Temporal.ZonedDateTime): number | null {
  const now = at.epochMilliseconds;
  const spans = calm.get(at.timeZoneId) ?? [];
  const known = spans.find((span) => span.from <= now && (span.next === null || now < span.next));
  if (known) return known.next;
  const next = at.getTimeZoneTransition("next")?.epochMilliseconds ?? null;
  const others = spans.filter((span) => span.next !== next);
  calm.set(at.timeZoneId, [...others, { from: now, next }].slice(-SPANS));
  return next;
}
