import { DialectProblem } from "../expression/problem.ts";
import { hours, instantOf, type Moment, momentOf, offsetOf, offsetText } from "./moment.ts";

const MONTHS = "January February March April May June July August September October November December".split(" ");
export const WEEKDAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

const pad = (number: number, width = 2): string => String(number).padStart(width, "0");
const clock12 = (hour: number): number => hour % 12 || 12;
const month = (date: Date): string => MONTHS[date.getUTCMonth()] ?? "";
const weekday = (date: Date): string => WEEKDAYS[date.getUTCDay()] ?? "";

/** What each letter group shows of a wall clock. */
const SHOWN: Readonly<Record<string, (date: Date, moment: Moment) => string>> = {
  YYYY: (date) => pad(date.getUTCFullYear(), 4),
  YY: (date) => pad(date.getUTCFullYear() % 100),
  MMMM: month,
  MMM: (date) => month(date).slice(0, 3),
  MM: (date) => pad(date.getUTCMonth() + 1),
  M: (date) => String(date.getUTCMonth() + 1),
  DD: (date) => pad(date.getUTCDate()),
  D: (date) => String(date.getUTCDate()),
  dddd: weekday,
  ddd: (date) => weekday(date).slice(0, 3),
  HH: (date) => pad(date.getUTCHours()),
  H: (date) => String(date.getUTCHours()),
  hh: (date) => pad(clock12(date.getUTCHours())),
  h: (date) => String(clock12(date.getUTCHours())),
  mm: (date) => pad(date.getUTCMinutes()),
  m: (date) => String(date.getUTCMinutes()),
  ss: (date) => pad(date.getUTCSeconds()),
  s: (date) => String(date.getUTCSeconds()),
  SSS: (date) => pad(date.getUTCMilliseconds(), 3),
  A: (date) => (date.getUTCHours() < 12 ? "AM" : "PM"),
  a: (date) => (date.getUTCHours() < 12 ? "am" : "pm"),
  ZZ: (_, { offset }) => offsetText(offset ?? 0, ""),
  Z: (_, { offset }) => offsetText(offset ?? 0, ":"),
  X: (_, moment) => String(Math.floor(instantOf(moment) / 1_000)),
  x: (_, moment) => String(instantOf(moment)),
};

/** `[text]`, letter groups, and all else as it stands. Single letters that are none (`T` in between) stand for themselves too. */
const PIECES = /\[([^\]]*)\]|YYYY|YY|M{1,4}|D{1,2}|d{3,4}|H{1,2}|h{1,2}|m{1,2}|s{1,2}|SSS|A|a|ZZ|Z|X|x|[\s\S]/g;

type Piece = { text: string } | { token: string };

/** Letters of other languages' formats, which would be sent as they stand: `MM/dd/yyyy`, `m/d/Y`. */
function foreignLetters(pieces: Piece[]): string | undefined {
  const left = pieces.map((piece) => ("text" in piece && piece.text.length === 1 ? piece.text : "\n")).join("");
  return left.match(/[A-Za-z]+/g)?.find((run) => /^[dyY]+$/.test(run));
}

function piecesOf(format: string): Piece[] {
  if (format === "" || format.length > 100) throw new DialectProblem("FORMAT is a text like YYYY-MM-DD");
  const pieces = [...format.matchAll(PIECES)].map(([whole, quoted]): Piece => {
    if (quoted !== undefined) return { text: quoted };
    return Object.hasOwn(SHOWN, whole) ? { token: whole } : { text: whole };
  });
  if (!pieces.some((piece) => "token" in piece))
    throw new DialectProblem(
      `FORMAT ${JSON.stringify(format)} shows nothing of a date; use letters like YYYY-MM-DD, hh:mm A`,
    );
  const foreign = foreignLetters(pieces);
  if (foreign !== undefined)
    throw new DialectProblem(
      `FORMAT ${JSON.stringify(format)} has ${foreign}, which shows nothing: days are DD or D, years YYYY or YY; text stands in [ ]`,
    );
  return pieces;
}

export function compileDateFormat(format: string): (moment: Moment) => string {
  const pieces = piecesOf(format).map((piece) => ("text" in piece ? piece.text : (SHOWN[piece.token] ?? (() => ""))));
  return (moment) => {
    const date = new Date(moment.wall);
    let text = "";
    for (const piece of pieces) text += typeof piece === "string" ? piece : piece(date, moment);
    return text;
  };
}

const READ: Readonly<Record<string, string>> = {
  YYYY: "(\\d{4})",
  YY: "(\\d{2})",
  MMMM: "([A-Za-z]{3,9})",
  MMM: "([A-Za-z]{3,9})",
  dddd: "([A-Za-z]{3,9})",
  ddd: "([A-Za-z]{3,9})",
  A: "([AaPp]\\.?[Mm]\\.?)",
  a: "([AaPp]\\.?[Mm]\\.?)",
  SSS: "(\\d{3})",
  Z: "(Z|[+-]\\d{2}:?\\d{2})",
  ZZ: "(Z|[+-]\\d{2}:?\\d{2})",
  X: "(\\d{9,11})",
  x: "(\\d{12,14})",
};

/** Reads dates of one written form; the expression holds no repetition but of digits and letters, and texts are short. */
export function compileDateReader(format: string): (text: string) => Moment | undefined {
  const pieces = piecesOf(format);
  const tokens = pieces.flatMap((piece) => ("token" in piece ? [piece.token] : []));
  const twice = tokens.find((token, at) => tokens.indexOf(token) !== at);
  // Each says one thing, and parts side by side (`HmHmHm`) could divide the same digits in thousands of ways.
  if (twice !== undefined) throw new DialectProblem(`FORMAT ${JSON.stringify(format)} reads ${twice} twice`);
  const source = pieces.map((piece) =>
    "text" in piece
      ? piece.text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")
      : (READ[piece.token] ?? twoDigits(piece.token)),
  );
  const regex = new RegExp(`^${source.join("")}$`);
  return (text) => {
    const match = regex.exec(text.slice(0, 100).trim());
    return match ? momentFrom(new Map(tokens.map((token, at) => [token, match[at + 1] ?? ""]))) : undefined;
  };
}

const twoDigits = (token: string): string => (token.length === 2 ? "(\\d{2})" : "(\\d{1,2})");

function momentFrom(read: Map<string, string>): Moment | undefined {
  const of = (...tokens: string[]): string | undefined => tokens.map((token) => read.get(token)).find((text) => text);
  const epoch = of("x") ?? (of("X") && `${of("X")}000`);
  if (epoch) return { wall: Number(epoch), offset: 0, timed: true };
  const zone = of("Z", "ZZ");
  const half = of("A", "a")?.replaceAll(".", "");
  const hour = of("HH", "H", "hh", "h");
  return momentOf({
    year: of("YYYY") ?? fullYear(of("YY")) ?? 1970,
    month: of("MM", "M") ?? monthOf(of("MMMM", "MMM")) ?? 1,
    day: of("DD", "D") ?? 1,
    hour: hour && hours(hour, half),
    minute: of("mm", "m"),
    second: of("ss", "s"),
    ms: Number(of("SSS") ?? 0),
    offset: zone ? offsetOf(zone) : null,
  });
}

/** 69 to 99 are of the last century, as POSIX has it. */
const fullYear = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text) + (Number(text) >= 69 ? 1_900 : 2_000);

function monthOf(name: string | undefined): number | undefined {
  if (name === undefined) return undefined;
  const at = MONTHS.findIndex((known) => known.slice(0, 3).toLowerCase() === name.slice(0, 3).toLowerCase());
  return at < 0 ? Number.NaN : at + 1;
}
