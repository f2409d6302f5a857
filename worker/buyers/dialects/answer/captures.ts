import { DialectProblem } from "../expression/problem.ts";
import { compileRegex, type SafeRegex } from "../expression/regex.ts";
import { type AnswerEnv, compileAt } from "./place.ts";

export interface Captures {
  names: ReadonlySet<string>;
  /** Named groups that took part, of the first expression that gives a name its value. */
  of(text: string): Record<string, string>;
}

/** Compiles `capture`: RE2 expressions over the answer's text (its first 20,000 characters), whatever its format. */
export function compileCaptures(patterns: readonly string[], env: AnswerEnv): Captures {
  const compile = (pattern: string): SafeRegex[] => {
    const regex = compileRegex(pattern);
    if (regex.names.length === 0) throw new DialectProblem("has no named group, like (?P<id>\\d+)");
    return [regex];
  };
  const all = patterns.flatMap((pattern, i) => compileAt(env, `capture.${i}`, () => compile(pattern), []));
  return {
    names: new Set(all.flatMap(({ names }) => names)),
    of: (text) => Object.assign({}, ...all.map((regex) => regex.named(text)).reverse()),
  };
}
