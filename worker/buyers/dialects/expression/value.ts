import { parseTemplate } from "./parse.ts";
import { DialectProblem } from "./problem.ts";
import type { Expression, Literal, TemplateParts } from "./syntax.ts";

/** A value as a function of what it is about: the facts of a request, or an answer. undefined = there is none. */
export type Getter<C> = (of: C) => unknown;

/** What names stand for, and what pipes do; resolved while compiling, so that a name that cannot be is a problem at once. */
export interface Language<C> {
  name(name: string): Getter<C>;
  pipe(name: string, args: PipeArg[]): PipeFunction;
  /** Epoch ms of the request or answer, for ages and relative dates. */
  now(of: C): number;
}

/** `name`: a dynamic argument that is a bare name, so that a pipe may take it as the words that it is (a path, a format). */
export type PipeArg = { constant: Literal } | { dynamic: true; name?: string };
/** Of a value that is there (or of undefined, for pipes that ask for it), its arguments and the time. Never throws. */
export type PipeFunction = ((value: unknown, args: unknown[], now: number) => unknown) & {
  takesMissing?: boolean;
  /** Its arguments are words, whatever they look like: none is a name. */
  takesWords?: boolean;
};

export function compileExpression<C>(expression: Expression, language: Language<C>): Getter<C> {
  switch (expression.kind) {
    case "literal": {
      const { value } = expression;
      return () => value;
    }
    case "name":
      return language.name(expression.name);
    case "first":
      return firstOf(expression.of.map((part) => compileExpression(part, language)));
    case "pipe":
      return compilePipe(expression, language);
  }
}

function firstOf<C>(getters: Getter<C>[]): Getter<C> {
  return (of) => {
    for (const get of getters) {
      const value = get(of);
      if (isPresent(value)) return value;
    }
    return undefined;
  };
}

function compilePipe<C>(expression: Extract<Expression, { kind: "pipe" }>, language: Language<C>): Getter<C> {
  const input = compileExpression(expression.input, language);
  const apply = language.pipe(expression.pipe, expression.args.map(pipeArg));
  const args = apply.takesWords ? [] : expression.args.map((arg) => compileExpression(arg, language));
  return (of) => {
    const value = input(of);
    if ((value === undefined || value === null) && !apply.takesMissing) return undefined;
    return apply(
      value,
      args.map((get) => get(of)),
      language.now(of),
    );
  };
}

function pipeArg(arg: Expression): PipeArg {
  if (arg.kind === "literal") return { constant: arg.value };
  return arg.kind === "name" ? { dynamic: true, name: arg.name } : { dynamic: true };
}

/** A text with placeholders, compiled. */
export interface CompiledText<C> {
  parts: (string | Getter<C>)[];
  /** It is one placeholder and nothing else: its value keeps its type. */
  exact: Getter<C> | null;
}

export function compileText<C>(text: string, language: Language<C>): CompiledText<C> {
  return compileParts(parseTemplate(text), language);
}

export function compileParts<C>(parts: TemplateParts, language: Language<C>): CompiledText<C> {
  const compiled = parts.map((part) => (typeof part === "string" ? part : compileExpression(part, language)));
  const [only] = compiled;
  return { parts: compiled, exact: compiled.length === 1 && typeof only === "function" ? only : null };
}

/** Longest text that is filled in; what would make it longer is left out. */
const FILLED = 2_000_000;

/** Fills in every placeholder once; values are never read as templates. A missing value is empty text. */
export function fill<C>(text: CompiledText<C>, of: C, encode: (value: string) => string = (value) => value): string {
  let filled = "";
  for (const part of text.parts) {
    if (filled.length > FILLED) break;
    filled += typeof part === "string" ? part : encode(asText(part(of)));
  }
  return filled;
}

/** As it stands in a text: lists joined by commas, no value as nothing. */
export function asText(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map(asText).join(",");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Missing, null, "", [] and {} are absent. */
export function isPresent(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

/** Runs a compilation and names the place in the configuration where it failed. */
export function at<T>(place: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (error instanceof DialectProblem) throw new DialectProblem(`${place}: ${error.message}`);
    throw error;
  }
}
