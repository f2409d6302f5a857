/**
 * A date or time as it was written: its wall clock and, where it names a point in time, its distance from UTC. A calendar date names
 * none, and is never moved by a time zone.
 */
export interface Moment {
  /** The wall clock, as epoch ms of the same clock in UTC. */
  wall: number;
  /** Minutes east of UTC; null where it names no point in time. */
  offset: number | null;
  /** It has a time of day. */
  timed: boolean;
}

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/i;
const US = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?:[ ,T]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s?([AP]M)?)?$/i;
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2}))?\s?([AP]M)?$/i;

/** ISO 8601, epoch seconds or ms, `MM/DD/YYYY`, `YYYYMMDD`, a time of day. undefined: it is no date. */
export function readMoment(value: unknown): Moment | undefined {
  if (typeof value === "number") return ofEpoch(value);
  if (typeof value !== "string") return undefined;
  const text = value.slice(0, 60).trim();
  const iso = ISO.exec(text);
  if (iso) {
    const [, year, month, day, hour, minute, second, fraction, zone] = iso;
    const ms = Number((fraction ?? "").padEnd(3, "0").slice(0, 3));
    return momentOf({ year, month, day, hour, minute, second, ms, offset: zone ? offsetOf(zone) : null });
  }
  const us = US.exec(text);
  if (us) {
    const [, month, day, year, hour, minute, second, half] = us;
    return momentOf({ year, month, day, hour: hour && hours(hour, half), minute, second, offset: null });
  }
  const clock = CLOCK.exec(text);
  if (clock) {
    const [, hour = "", minute, second, half] = clock;
    return momentOf({ year: "1970", month: "1", day: "1", hour: hours(hour, half), minute, second, offset: null });
  }
  if (/^(19|20)\d{6}$/.test(text))
    return momentOf({ year: text.slice(0, 4), month: text.slice(4, 6), day: text.slice(6), offset: null });
  return /^\d{9,13}(\.\d+)?$/.test(text) ? ofEpoch(Number(text)) : undefined;
}

/** From twelve digits on it is milliseconds. */
function ofEpoch(number: number): Moment | undefined {
  const ms = Math.abs(number) >= 1e11 ? number : number * 1_000;
  return Math.abs(ms) <= 4e14 ? { wall: Math.trunc(ms), offset: 0, timed: true } : undefined;
}

export function offsetOf(zone: string): number {
  if (zone.toUpperCase() === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith("-") ? -minutes : minutes;
}

export function hours(hour: string, half: string | undefined): string {
  if (half === undefined) return hour;
  return String((Number(hour) % 12) + (half.toLowerCase() === "pm" ? 12 : 0));
}

type Digits = string | number | undefined;
export interface Parts {
  year: Digits;
  month: Digits;
  day: Digits;
  hour?: Digits;
  minute?: Digits;
  second?: Digits;
  ms?: number;
  offset: number | null;
}

/** undefined where there is no such day or time (30 February). */
export function momentOf(parts: Parts): Moment | undefined {
  const [year, month, day, hour, minute, second] = [
    parts.year,
    parts.month,
    parts.day,
    parts.hour ?? 0,
    parts.minute ?? 0,
    parts.second ?? 0,
  ].map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  if (hour === undefined || minute === undefined || second === undefined) return undefined;
  const wall = Date.UTC(year, month - 1, day, hour, minute, second, parts.ms ?? 0);
  const read = new Date(wall);
  const same = read.getUTCFullYear() === year && read.getUTCMonth() === month - 1 && read.getUTCDate() === day;
  if (!same || hour > 23 || minute > 59 || second > 59) return undefined;
  return { wall, offset: parts.offset, timed: parts.hour !== undefined };
}

/** Epoch ms; a moment without a zone counts as UTC. */
export const instantOf = ({ wall, offset }: Moment): number => wall - (offset ?? 0) * 60_000;

const pad = (number: number, width = 2): string => String(number).padStart(width, "0");

/** ISO 8601 again, of the same kind: a date, a time without zone, or a point in time in UTC. */
export function isoOf(moment: Moment): string {
  const text = new Date(moment.offset === null ? moment.wall : instantOf(moment)).toISOString();
  if (!moment.timed) return text.slice(0, 10);
  return moment.offset === null ? text.slice(0, 19) : text;
}

export function offsetText(offset: number, colon: string): string {
  const minutes = Math.abs(Math.round(offset));
  return `${offset < 0 ? "-" : "+"}${pad(Math.trunc(minutes / 60))}${colon}${pad(minutes % 60)}`;
}
