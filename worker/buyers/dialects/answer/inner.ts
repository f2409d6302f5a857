import type { AnswerFormat } from "../../../../schema/config/dialect.ts";
import { type PathStep, parsePath } from "../expression/path.ts";
import { DialectProblem } from "../expression/problem.ts";
import { type FormatOptions, parseWithin } from "../formats/index.ts";

/** Puts the parsed document in its text's place. `failed`: there is a text, and it is not that document. */
export type Inner = (tree: unknown) => { tree: unknown; failed: boolean };

/** Compiles one of `inner`. `at` names members only; the empty path is the whole answer. */
export function compileInner({ at, format }: { at: string; format: AnswerFormat }, options: FormatOptions): Inner {
  const steps = parsePath(at);
  if (steps.some(({ kind }) => kind !== "member"))
    throw new DialectProblem(`at ${at}: only names and positions, no * or ..`);
  const names = steps.map((step: PathStep) => (step.kind === "every" ? "*" : step.name));
  const parse = (text: string) => parseWithin(format, text, options);
  return (tree) => {
    const last = names.at(-1);
    if (last === undefined) {
      const whole = typeof tree === "string" ? parse(tree) : undefined;
      return { tree: whole ?? tree, failed: whole === undefined };
    }
    const holder = names.slice(0, -1).reduce<unknown>(memberOf, tree);
    // An element with attributes has its text in a member.
    const found = memberOf(holder, last);
    const text = memberOf(found, "#text") ?? found;
    if (!isHolder(holder) || typeof text !== "string" || text.trim() === "") return { tree, failed: false };
    const document = parse(text);
    if (document !== undefined)
      Object.defineProperty(holder, last, { value: document, enumerable: true, writable: true, configurable: true });
    return { tree, failed: document === undefined };
  };
}

const isHolder = (value: unknown): value is object => typeof value === "object" && value !== null;

function memberOf(value: unknown, name: string): unknown {
  if (!isHolder(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
