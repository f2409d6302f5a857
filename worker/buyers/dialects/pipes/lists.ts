import { compilePath } from "../expression/path.ts";
import { asText, isPresent } from "../expression/value.ts";
import { readNumber } from "./numbers.ts";
import { clip, LIST_LIMIT, ofWords, onValue, type PipeTable, textOf } from "./pipe.ts";

export const LISTS: PipeTable = {
  "split X": onValue((value, [mark]) => {
    const pieces = textOf(value).split(textOf(mark), LIST_LIMIT);
    return pieces.map((piece) => piece.trim()).filter((piece) => piece !== "");
  }),
  "join X": onValue((value, [mark]) => joined(listOf(value).filter(isPresent).map(textOf), textOf(mark))),
  first: onValue((value) => listOf(value)[0]),
  last: onValue((value) => listOf(value).at(-1)),
  "nth N": onValue((value, [n]) => listOf(value).at(positionOf(n))),
  unique: onValue((value) => uniqueOf(listOf(value))),
  sum: onValue((value) => overNumbers(value, (a, b) => Number((a + b).toPrecision(15)))),
  max: onValue((value) => overNumbers(value, Math.max)),
  min: onValue((value) => overNumbers(value, Math.min)),
  "pluck PATH": ofWords(([path = ""]) => {
    const find = compilePath(path);
    return (value) =>
      listOf(value)
        .map((item) => find(item))
        .filter((item) => item !== undefined && item !== null);
  }),
  "entries [SEPARATOR]": onValue((value, [separator]) =>
    entriesOf(value, separator === undefined ? ": " : textOf(separator)),
  ),
  keys: onValue((value) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.keys(value).slice(0, LIST_LIMIT)
      : undefined,
  ),
};

/** One value stands for a list of one. */
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value.slice(0, LIST_LIMIT) : [value]);

/** The first is 1; -1 is the last. */
function positionOf(n: unknown): number {
  const number = Math.trunc(readNumber(n) ?? 0);
  return number > 0 ? number - 1 : number < 0 ? number : LIST_LIMIT;
}

/** Joined up to the limit of a text. */
function joined(texts: string[], mark: string): string {
  let all = "";
  for (const [at, text] of texts.entries()) {
    if (all.length > 100_000) break;
    all += at === 0 ? text : mark + text;
  }
  return clip(all);
}

function uniqueOf(list: unknown[]): unknown[] {
  const seen = new Set<string>();
  return list.filter((item) => {
    const text = asText(item);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

function overNumbers(value: unknown, by: (a: number, b: number) => number): number | undefined {
  const numbers = listOf(value).flatMap((item) => readNumber(item) ?? []);
  return numbers.length === 0 ? undefined : numbers.reduce((a, b) => by(a, b));
}

/** `key: value` of every member that has a value; members of members under their own keys. */
function entriesOf(value: unknown, separator: string): string[] {
  if (Array.isArray(value))
    return value.slice(0, LIST_LIMIT).flatMap((item) => (isPresent(item) ? entriesOf(item, separator) : []));
  if (typeof value !== "object" || value === null) return isPresent(value) ? [textOf(value)] : [];
  return Object.entries(value)
    .slice(0, LIST_LIMIT)
    .flatMap(([key, item]) => (isPresent(item) ? [clip(`${key}${separator}${asText(item)}`)] : []));
}
