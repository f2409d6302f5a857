import type { JsonValue } from "../../../../schema/config/dialect.ts";
import { DialectProblem } from "../expression/problem.ts";
import { asText, isPresent } from "../expression/value.ts";
import { nearest } from "./nearest.ts";
import { readNumber } from "./numbers.ts";
import {
  constantAt,
  each,
  onMissing,
  onValue,
  type PipeContext,
  type PipeMaker,
  type PipeTable,
  textOf,
} from "./pipe.ts";

export const CHOICES: PipeTable = {
  "default X": onMissing((value, [other]) => (isPresent(value) ? value : other)),
  "present [YES] [NO]": onMissing((value, args) => chosen(isPresent(value), args)),
  "omit X …": onValue((value, args) =>
    args.some((unwanted) => asText(unwanted) === asText(value)) ? undefined : value,
  ),
  "bool [YES] [NO]": onMissing((value, args) => {
    const truth = isPresent(value) ? truthOf(value) : false;
    return truth === undefined ? undefined : chosen(truth, args);
  }),
  not: onMissing((value) => {
    const truth = isPresent(value) ? truthOf(value) : false;
    return truth === undefined ? undefined : !truth;
  }),
  "map NAME [DEFAULT]": mapPipe,
};

/** Without words true and false; the no is left out where only the yes is given. */
const chosen = (truth: boolean, [yes, no]: unknown[]): unknown => {
  if (truth) return yes ?? true;
  return yes === undefined ? false : no;
};

const YES = new Set(["true", "yes", "y", "t", "1", "on", "checked"]);
const NO = new Set(["false", "no", "n", "f", "0", "off", "none", "never", "null"]);

/** What a value says of yes and no; undefined: neither. */
export function truthOf(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  if (typeof value !== "string") return isPresent(value);
  const word = value.trim().toLowerCase();
  if (YES.has(word)) return true;
  if (NO.has(word)) return false;
  const number = readNumber(word);
  return number === undefined ? undefined : number !== 0;
}

interface Range {
  from: number;
  to: number;
  value: JsonValue;
}

function mapPipe(args: Parameters<PipeMaker>[0], { maps }: PipeContext): ReturnType<PipeMaker> {
  const name = constantAt(args, 0, "NAME") ?? "";
  if (!Object.hasOwn(maps, name)) {
    const like = nearest(name, Object.keys(maps));
    throw new DialectProblem(`the dialect has no map ${name}${like ? `; did you mean ${like}?` : ""}`);
  }
  const { exact, loose, ranges, otherwise } = compiledMap(maps[name] ?? {});
  return each((value, [, fallback]) => {
    const text = textOf(value).trim();
    const known = exact.has(text) ? exact.get(text) : loose.get(text.toLowerCase());
    if (known !== undefined) return known;
    const number = ranges.length > 0 ? readNumber(value) : undefined;
    const range = number === undefined ? undefined : ranges.find(({ from, to }) => from <= number && number <= to);
    return range ? range.value : (fallback ?? otherwise);
  });
}

const RANGE = /^\s*(-?\d+(?:\.\d+)?)?\s*\.\.\s*(-?\d+(?:\.\d+)?)?\s*$/;

/** The text as it stands, then whatever its case; then ranges, both ends included, in their order. */
function compiledMap(map: Readonly<Record<string, JsonValue>>) {
  const exact = new Map<string, JsonValue>();
  const loose = new Map<string, JsonValue>();
  const ranges: Range[] = [];
  for (const [key, value] of Object.entries(map)) {
    const range = key === ".." ? null : RANGE.exec(key);
    if (key === "*") continue;
    if (range) ranges.push({ from: Number(range[1] ?? "-Infinity"), to: Number(range[2] ?? "Infinity"), value });
    else {
      exact.set(key.trim(), value);
      if (!loose.has(key.trim().toLowerCase())) loose.set(key.trim().toLowerCase(), value);
    }
  }
  return { exact, loose, ranges, otherwise: Object.hasOwn(map, "*") ? map["*"] : undefined };
}
