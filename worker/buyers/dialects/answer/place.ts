import { DialectProblem } from "../expression/problem.ts";
import type { PipeArg, PipeFunction } from "../expression/value.ts";

/** What answers need of the dialect around them. */
export interface AnswerEnv {
  /** Its pipes: `pipesOf` of ../pipes. */
  pipe: (name: string, args: PipeArg[]) => PipeFunction;
  /** Takes each thing that cannot be, with its place in the answer's configuration. Without it the first one is thrown. */
  problem?(place: string, message: string): void;
}

/** Compiles one part; a part that cannot be compiled is `otherwise`, where problems are gathered. */
export function compileAt<T>(env: AnswerEnv, place: string, compile: () => T, otherwise: T): T {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof DialectProblem)) throw error;
    if (!env.problem) throw new DialectProblem(`${place}: ${error.message}`);
    env.problem(place, error.message);
    return otherwise;
  }
}
