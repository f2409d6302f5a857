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

/** All of them at once: what one reservation counts in. */
export function windowsAt(tz: string, now: number): Window[] {
  const at = zoned(tz, now);
  return CAP_PERIODS.map((period) => ({ period, key: `${period}:${keyOf(period, at)}`, ends: endOf(period, at) }));
}

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
      return startOf(date.add({ days: 1 }), at);
    case "week":
      return startOf(mondayOf(date).add({ days: 7 }), at);
    case "month":
      return startOf(date.with({ day: 1 }).add({ months: 1 }), at);
    case "total":
      return null;
  }
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
  if (zoned(at.timeZoneId, end - 1).offsetNanoseconds === at.offsetNanoseconds) return end;
  return at.getTimeZoneTransition("next")?.epochMilliseconds ?? end;
}
