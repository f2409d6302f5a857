import type { JsonValue } from "../../../../schema/config/dialect.ts";
import { DialectProblem } from "../expression/problem.ts";
import { asText, type PipeArg, type PipeFunction } from "../expression/value.ts";

/** Longest text that a pipe takes or makes; lists by elements. */
export const TEXT_LIMIT = 100_000;
export const LIST_LIMIT = 1_000;
/** Characters of all texts of a list that a pipe takes and makes; the elements after them are left out. */
const LIST_TEXT_LIMIT = 4 * TEXT_LIMIT;

/** What pipes may know beside their arguments: the maps of the dialect. */
export interface PipeContext {
  maps: Readonly<Record<string, Readonly<Record<string, JsonValue>>>>;
}
/** Makes a pipe of its arguments, once per place where it is used. Constants are compiled here. */
export type PipeMaker = (args: PipeArg[], context: PipeContext) => PipeFunction;
/**
 * Pipes by their usage: `pad_left N CHAR` is the pipe `pad_left` with two arguments, `[X]` one that may be left out, `…` any number
 * more.
 */
export type PipeTable = Readonly<Record<string, PipeMaker>>;

/** A value as text, bounded. */
export const textOf = (value: unknown): string => clip(asText(value));
export const clip = (text: string): string => (text.length > TEXT_LIMIT ? text.slice(0, TEXT_LIMIT) : text);

/** For one value; of a list for each of its elements, of which those without a result are left out. */
export function each(apply: PipeFunction): PipeFunction {
  return (value, args, now) => {
    if (!Array.isArray(value)) return apply(value, args, now);
    const made: unknown[] = [];
    let size = 0;
    for (const item of value.slice(0, LIST_LIMIT)) {
      if (item === undefined || item === null) continue;
      const result = apply(item, args, now);
      size += lengthOf(item) + lengthOf(result);
      // A thousand texts, each as long as one may be, would be more than an isolate holds.
      if (size > LIST_TEXT_LIMIT) break;
      if (result !== undefined) made.push(result);
    }
    return made;
  };
}

const lengthOf = (value: unknown): number => (typeof value === "string" ? value.length : 1);

/** A pipe over text, with its arguments as text. */
export const onText =
  (apply: (text: string, ...args: string[]) => unknown): PipeMaker =>
  () =>
    each((value, args) => {
      const result = apply(textOf(value), ...args.map(textOf));
      return typeof result === "string" ? clip(result) : result;
    });

/** A pipe over the whole value, with its arguments as they are. */
export const onValue =
  (apply: PipeFunction): PipeMaker =>
  () =>
    apply;

/** The same, asked also where there is no value. */
export const onMissing =
  (apply: (value: unknown, args: unknown[], now: number) => unknown): PipeMaker =>
  () =>
    Object.assign((value: unknown, args: unknown[], now: number) => apply(value, args, now), { takesMissing: true });

/** An argument that must be written out, so that it is compiled (and checked) once. undefined: it was left out. */
export function constantAt(args: PipeArg[], at: number, what: string): string | undefined {
  const arg = args[at];
  if (arg === undefined) return undefined;
  if (!("constant" in arg)) throw new DialectProblem(`${what} must be written out, not taken from a name`);
  return asText(arg.constant);
}

/** A pipe whose arguments are all words that are read once: paths, formats. */
export const ofWords =
  (make: (words: (string | undefined)[], context: PipeContext) => PipeFunction): PipeMaker =>
  (args, context) => {
    const words = args.map((arg) => ("constant" in arg ? asText(arg.constant) : arg.name));
    const apply = make(words, context);
    return Object.assign((value: unknown, _: unknown[], now: number) => apply(value, [], now), { takesWords: true });
  };

/** One of a closed list, written out. */
export function choiceAt<T extends string>(
  args: PipeArg[],
  at: number,
  what: string,
  choices: readonly T[],
): T | undefined {
  const value = constantAt(args, at, what);
  if (value === undefined) return undefined;
  const known = choices.find((choice) => choice === value);
  if (known === undefined)
    throw new DialectProblem(`${what} is ${JSON.stringify(value)}: one of ${choices.join(", ")}`);
  return known;
}
