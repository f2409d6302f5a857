import { compileDateFormat, compileDateReader, WEEKDAYS } from "./date-format.ts";
import { instantOf, isoOf, type Moment, readMoment } from "./moment.ts";
import { readNumber } from "./numbers.ts";
import { choiceAt, each, ofWords, type PipeMaker, type PipeTable, textOf } from "./pipe.ts";
import { inZone } from "./zones.ts";

const onDate =
  (apply: (moment: Moment, now: number) => unknown): PipeMaker =>
  () =>
    each((value, _, now) => {
      const moment = readMoment(value);
      return moment && apply(moment, now);
    });

const part = (of: (date: Date) => number): PipeMaker => onDate(({ wall }) => of(new Date(wall)));

const UNITS = "years months weeks days hours minutes seconds year month week day hour minute second".split(" ");
const MS: Readonly<Record<string, number>> = {
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1_000,
};

export const DATES: PipeTable = {
  "date FORMAT [ZONE]": ofWords(([format = "", zone]) => {
    const show = compileDateFormat(format);
    const shift = zone === undefined ? inUtc : inZone(zone);
    return each((value) => {
      const moment = readMoment(value);
      return moment && show(shift(moment));
    });
  }),
  "parse_date FORMAT": ofWords(([format = ""]) => {
    const read = compileDateReader(format);
    return each((value) => {
      const moment = read(textOf(value));
      return moment && isoOf(moment);
    });
  }),
  year: part((date) => date.getUTCFullYear()),
  month: part((date) => date.getUTCMonth() + 1),
  day: part((date) => date.getUTCDate()),
  hour: part((date) => date.getUTCHours()),
  weekday: onDate(({ wall }) => WEEKDAYS[new Date(wall).getUTCDay()]),
  age: onDate((moment, now) => whole(monthsBetween(moment, now) / 12)),
  years_since: onDate((moment, now) => Math.trunc(monthsBetween(moment, now) / 12)),
  months_since: onDate(monthsBetween),
  days_since: onDate((moment, now) => Math.trunc((now - instantOf(moment)) / 86_400_000)),
  "add N UNIT": (args) => {
    const unit = (choiceAt(args, 1, "UNIT", UNITS) ?? "days").replace(/s$/, "");
    return each((value, [n]) => {
      const moment = readMoment(value);
      const count = readNumber(n);
      return moment && count !== undefined && Math.abs(count) < 1e7 ? shifted(moment, count, unit) : undefined;
    });
  },
  epoch: onDate((moment) => Math.floor(instantOf(moment) / 1_000)),
  epoch_ms: onDate(instantOf),
  iso: onDate(isoOf),
};

const inUtc = (moment: Moment): Moment =>
  moment.offset === null ? moment : { wall: instantOf(moment), offset: 0, timed: moment.timed };

/** Full months from the moment to now; fewer than none for one to come. */
function monthsBetween(moment: Moment, now: number): number {
  const [from, to] = [new Date(instantOf(moment)), new Date(now)];
  const months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
  const sameDay = to.getUTCDate() === from.getUTCDate();
  const early = to.getUTCDate() < from.getUTCDate() || (sameDay && now % 86_400_000 < instantOf(moment) % 86_400_000);
  return moment.timed ? months - (early ? 1 : 0) : months - (to.getUTCDate() < from.getUTCDate() ? 1 : 0);
}

/** Nobody is of a negative age. */
const whole = (years: number): number | undefined => (years >= 0 ? Math.trunc(years) : undefined);

function shifted(moment: Moment, count: number, unit: string): string | undefined {
  const ms = MS[unit];
  const timed = moment.timed || unit === "hour" || unit === "minute" || unit === "second";
  const wall = ms === undefined ? addMonths(moment.wall, count * (unit === "year" ? 12 : 1)) : moment.wall + count * ms;
  return Math.abs(wall) < 4e14 ? isoOf({ ...moment, wall, timed }) : undefined;
}

/** The same day of another month, or its last one. */
function addMonths(wall: number, count: number): number {
  const date = new Date(wall);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + Math.trunc(count));
  const days = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, days));
  return date.getTime();
}
