import { DAYS, type Day, type Schedule } from "../../schema/config/filter.ts";

/**
 * When a contract takes leads, by the wall clock of its time zone. Both passes of an hour that a change of the clock repeats count,
 * an hour that it skips never comes; the day is the zone's own, also where the clock changes at midnight.
 * `from` is inside, `to` outside; `24:00` ends a day; hours over midnight are two entries.
 * @returns true when open at `now` (epoch ms); no schedule: always.
 */
export function compileSchedule(schedule: Schedule | undefined, timeZone: string): (now: number) => boolean {
  if (schedule === undefined) return () => true;
  const byDay: { from: number; to: number }[][] = DAYS.map((day) =>
    schedule.hours
      .filter((hours) => hours.days.includes(day))
      .map(({ from, to }) => ({ from: minuteOf(from), to: minuteOf(to) })),
  );
  const zone = zoneOf(timeZone);
  return (now) => {
    const { day, minute } = zone(now);
    return (byDay[day] ?? []).some((hours) => hours.from <= minute && minute < hours.to);
  };
}

export type Hours = Schedule["hours"][number];

/** Until when (epoch ms, by the clock on the wall) these hours of the week last that hold at `now`; null = they do not hold. */
export function openHours({ days, from, to }: Hours, timeZone: string, now: number): number | null {
  const { day, minute } = zoneOf(timeZone)(now);
  const known = DAYS[day];
  if (known === undefined || !days.includes(known) || minute < minuteOf(from) || minute >= minuteOf(to)) return null;
  return Math.floor(now / MINUTE_MS) * MINUTE_MS + (minuteOf(to) - minute) * MINUTE_MS;
}

function minuteOf(clock: string): number {
  const [hours, minutes] = clock.split(":");
  return Number(hours) * 60 + Number(minutes);
}

interface WallClock {
  /** 0 = Monday. */
  day: number;
  /** Of the day, from 0. */
  minute: number;
}
type Zone = (now: number) => WallClock;

const MINUTE_MS = 60_000;
/** One entry per time zone in use; the tz database has about 600 names. */
const zones = new Map<string, Zone>();
const dayNumbers = new Map<string, number>(DAYS.map((day: Day, index) => [day, index]));

/** Offsets are whole minutes today, so one conversion a minute and zone serves every contract there. */
function zoneOf(timeZone: string): Zone {
  const known = zones.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    // h24 and the default of some engines call midnight 24:00 of the day before.
    hourCycle: "h23",
  });
  let cachedMinute = Number.NaN;
  let cached: WallClock = { day: 0, minute: 0 };
  const zone: Zone = (now) => {
    const epochMinute = Math.floor(now / MINUTE_MS);
    if (epochMinute !== cachedMinute) {
      cached = wallClock(format, now);
      cachedMinute = epochMinute;
    }
    return cached;
  };
  zones.set(timeZone, zone);
  return zone;
}

function wallClock(format: Intl.DateTimeFormat, now: number): WallClock {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of format.formatToParts(now)) parts[type] = value;
  const day = dayNumbers.get((parts.weekday ?? "").toLowerCase());
  if (day === undefined) throw new Error("the calendar must name the day of the week");
  return { day, minute: Number(parts.hour) * 60 + Number(parts.minute) };
}
