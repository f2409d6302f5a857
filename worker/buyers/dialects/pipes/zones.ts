import { DialectProblem } from "../expression/problem.ts";
import { instantOf, type Moment } from "./moment.ts";

/** Making one is expensive; an isolate meets few zones. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  let made: Intl.DateTimeFormat;
  try {
    made = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    throw new DialectProblem(`there is no time zone ${zone}; zones are written like America/New_York`);
  }
  formatters.set(zone, made);
  return made;
}

/** Shows a point in time on a zone's clock; what names no point in time stays as it is. Checks the zone once. */
export function inZone(zone: string): (moment: Moment) => Moment {
  const formatter = formatterOf(zone);
  return (moment) => {
    if (moment.offset === null) return moment;
    const instant = instantOf(moment);
    const parts = new Map(formatter.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const ms = ((instant % 1_000) + 1_000) % 1_000;
    const wall = Date.UTC(
      part("year"),
      part("month") - 1,
      part("day"),
      part("hour"),
      part("minute"),
      part("second"),
      ms,
    );
    return { wall, offset: Math.round((wall - instant) / 60_000), timed: moment.timed };
  };
}
