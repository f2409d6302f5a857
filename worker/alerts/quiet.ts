import { Temporal } from "temporal-polyfill";
import { type Quiet, WEEKDAYS } from "../../schema/config/alerting.ts";

/**
 * Are these quiet hours at `now` (epoch ms)? By the clock on the wall: where it is put forward or back within them, they are an hour
 * shorter or longer. Hours over midnight belong to the day on which they began; `from` equal to `to` is the whole day.
 */
export function isQuiet(quiet: Quiet | null, now: number): boolean {
  if (!quiet) return false;
  const at = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(quiet.time_zone);
  const minute = at.hour * 60 + at.minute;
  const [from, to] = [minuteOf(quiet.from), minuteOf(quiet.to)];
  const begins = (days_ago: number): boolean => {
    const day = WEEKDAYS[(at.dayOfWeek - 1 - days_ago + 7) % 7];
    return day !== undefined && quiet.days.includes(day);
  };
  if (from < to) return minute >= from && minute < to && begins(0);
  return (minute >= from && begins(0)) || (minute < to && begins(1));
}

const minuteOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
