import { RE2JS } from "re2js";
import { DialectProblem } from "./problem.ts";
import { shown } from "./tokens.ts";

/** Characters of a text that a regular expression sees: an answer says what it says early, and a long one must not cost time. */
export const SEARCHED = 20_000;

/**
 * Matching costs up to the steps of the compiled pattern for each character: `(.*a){20}` over 20,000 would take a fifth of a second. So
 * a pattern has at most so many steps, and a long one sees less of the text: of 14 steps (`price: *(?P<p>[\d.]+)`) 10,700 characters.
 */
const MAX_STEPS = 500;
const MAX_WORK = 150_000;
const MAX_PATTERN = 500;
/** Characters that matches are replaced by, about: a long replacement is only put into the beginning of a text. */
const REPLACED = 400_000;

export interface SafeRegex {
  /** Of its named groups. */
  names: readonly string[];
  test(text: string): boolean;
  /** Groups of the first match by number (0 = all of it); null = no match. A group that took no part is undefined. */
  groups(text: string): (string | undefined)[] | null;
  /** Named groups of the first match that took part in it. */
  named(text: string): Record<string, string>;
  /** Every match replaced; `$1` and `${name}` stand for groups. */
  replace(text: string, by: string): string;
}

/** RE2: linear in the text whatever the pattern, and bounded in the pattern: no configuration can stall an isolate. */
export function compileRegex(pattern: string, flags = ""): SafeRegex {
  if (pattern.length > MAX_PATTERN)
    throw new DialectProblem(`regular expression ${shown(pattern)}: is longer than ${MAX_PATTERN} characters`);
  let regex: RE2JS;
  const bits = (flags.includes("i") ? RE2JS.CASE_INSENSITIVE : 0) | (flags.includes("s") ? RE2JS.DOTALL : 0);
  try {
    regex = RE2JS.compile(pattern.replace(/\(\?<(?=[A-Za-z_])/g, "(?P<"), bits);
  } catch (error) {
    const why = error instanceof Error ? error.message : "";
    throw new DialectProblem(`regular expression ${shown(pattern)}: ${why || "cannot be read"} (RE2 syntax)`);
  }
  // Classes of Unicode (`\pL`) have hundreds of ranges.
  const steps = regex.programSize() * (/\\[pP]/.test(pattern) ? 4 : 1);
  if (steps > MAX_STEPS)
    throw new DialectProblem(
      `regular expression ${shown(pattern)}: is too big (${steps} steps of ${MAX_STEPS}); repeat less, like + for {1,500}`,
    );
  const seen = Math.min(SEARCHED, Math.floor(MAX_WORK / steps));
  const names = Object.keys(regex.namedGroups());
  const matcherOf = (text: string) => regex.matcher(text.slice(0, seen));
  /** Found. What ends where the text was cut is not: nobody knows how it goes on, and `$` is not there. */
  const found = (text: string) => {
    const matcher = matcherOf(text);
    return matcher.find() && !(text.length > seen && matcher.end() === seen) ? matcher : null;
  };
  return {
    names,
    test: (text) => found(text) !== null,
    groups: (text) => {
      const matcher = found(text);
      if (!matcher) return null;
      return Array.from({ length: matcher.groupCount() + 1 }, (_, at) => matcher.group(at) ?? undefined);
    },
    named: (text) => {
      const matcher = found(text);
      if (!matcher) return {};
      return Object.fromEntries(
        names.flatMap((name) => {
          const value = matcher.group(name);
          return value === null ? [] : [[name, value]];
        }),
      );
    },
    replace: (text, by) => {
      const read = Math.min(seen, Math.floor(REPLACED / Math.max(1, by.length)));
      return regex.matcher(text.slice(0, read)).replaceAll(by) + text.slice(read);
    },
  };
}
