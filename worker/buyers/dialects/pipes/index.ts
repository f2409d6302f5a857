import { DialectProblem } from "../expression/problem.ts";
import type { PipeArg, PipeFunction } from "../expression/value.ts";
import { CHOICES } from "./choices.ts";
import { DATES } from "./dates.ts";
import { DIGESTS } from "./digests.ts";
import { DOCUMENTS } from "./documents.ts";
import { ENCODINGS } from "./encodings.ts";
import { LISTS } from "./lists.ts";
import { nearest } from "./nearest.ts";
import { NET } from "./net.ts";
import { NUMBERS } from "./numbers.ts";
import { PEOPLE } from "./people.ts";
import { PHONES } from "./phones.ts";
import type { PipeContext, PipeMaker } from "./pipe.ts";
import { TEXT } from "./text.ts";

export type { PipeContext } from "./pipe.ts";

interface Known {
  usage: string;
  min: number;
  max: number;
  make: PipeMaker;
}

const TABLES = [TEXT, NUMBERS, CHOICES, DATES, PHONES, PEOPLE, NET, DIGESTS, ENCODINGS, LISTS, DOCUMENTS];
const PIPES = new Map<string, Known>(
  TABLES.flatMap((table) => Object.entries(table)).map(([usage, make]) => {
    const [name = "", ...args] = usage.split(" ");
    const min = args.filter((arg) => arg !== "…" && !arg.startsWith("[")).length;
    const max = args.includes("…") ? 50 : args.length;
    return [name, { usage, min, max, make }];
  }),
);

/** Every pipe by name, with its usage (`pad_left N CHAR`), for the reference and for editors. */
export const pipeUsages = (): [name: string, usage: string][] => [...PIPES].map(([name, { usage }]) => [name, usage]);

/**
 * Resolves the pipes of a dialect, for `Language.pipe`. Unknown pipes and wrong arguments are problems of the configuration; once made, a
 * pipe never throws: what it can make nothing of has no value.
 */
export function pipesOf(context: PipeContext): (name: string, args: PipeArg[]) => PipeFunction {
  return (name, args) => {
    const known = PIPES.get(name);
    if (!known) {
      const like = nearest(name, PIPES.keys());
      throw new DialectProblem(`there is no pipe ${name}${like ? `; did you mean ${like}?` : ""}`);
    }
    if (args.length < known.min || args.length > known.max)
      throw new DialectProblem(`pipe ${name} is used as: ${known.usage}`);
    try {
      return guarded(known.make(args, context));
    } catch (error) {
      if (error instanceof DialectProblem) throw new DialectProblem(`pipe ${name}: ${error.message}`);
      throw error;
    }
  };
}

/** A lead's or an answer's value must not break a request, whatever it is. */
function guarded(pipe: PipeFunction): PipeFunction {
  const apply: PipeFunction = (value, args, now) => {
    try {
      return pipe(value, args, now);
    } catch {
      return undefined;
    }
  };
  apply.takesMissing = pipe.takesMissing;
  apply.takesWords = pipe.takesWords;
  return apply;
}
