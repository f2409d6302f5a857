import { RE2JS } from "re2js";
import { DialectProblem } from "./problem.ts";
import { shown } from "./tokens.ts";

/** Characters of a text that a regular expression sees: an answer says what it says early, and a long one must not cost time. */
export const SEARCHED = 20_000;

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

/** RE2: linear in the text whatever the pattern, so no pattern of a configuration can stall an isolate. */
export function compileRegex(pattern: string, flags = ""): SafeRegex {
  let regex: RE2JS;
  const bits = (flags.includes("i") ? RE2JS.CASE_INSENSITIVE : 0) | (flags.includes("s") ? RE2JS.DOTALL : 0);
  try {
    regex = RE2JS.compile(pattern.replace(/\(\?<(?=[A-Za-z_])/g, "(?P<"), bits);
  } catch (error) {
    const why = error instanceof Error ? error.message : "";
    throw new DialectProblem(`regular expression ${shown(pattern)}: ${why || "cannot be read"} (RE2 syntax)`);
  }
  const names = Object.keys(regex.namedGroups());
  const matcherOf = (text: string) => regex.matcher(text.slice(0, SEARCHED));
  return {
    names,
    test: (text) => matcherOf(text).find(),
    groups: (text) => {
      const matcher = matcherOf(text);
      if (!matcher.find()) return null;
      return Array.from({ length: matcher.groupCount() + 1 }, (_, at) => matcher.group(at) ?? undefined);
    },
    named: (text) => {
      const matcher = matcherOf(text);
      if (!matcher.find()) return {};
      return Object.fromEntries(
        names.flatMap((name) => {
          const value = matcher.group(name);
          return value === null ? [] : [[name, value]];
        }),
      );
    },
    replace: (text, by) => matcherOf(text).replaceAll(by),
  };
}
