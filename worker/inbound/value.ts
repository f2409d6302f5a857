import type { JsonValue } from "../../schema/config/dialect.ts";
import { compileWhen, type Subject } from "../buyers/dialects/expression/condition.ts";
import { DialectProblem } from "../buyers/dialects/expression/problem.ts";
import { at, compileText, fill, type Getter } from "../buyers/dialects/expression/value.ts";

const MAX_DEPTH = 20;

/** A document with placeholders and directives as a function of its scope; members without a value are left out. */
export function compileBody<C>(value: JsonValue, language: Subject<C>, withItem: WithItem<C>, depth = 0): Getter<C> {
  if (depth > MAX_DEPTH) throw new DialectProblem("is nested too deep");
  const inner = (part: JsonValue) => compileBody(part, language, withItem, depth + 1);
  if (typeof value === "string") return compileTemplate(value, language);
  if (typeof value !== "object" || value === null) return () => value;
  if (Array.isArray(value)) {
    const items = value.map((item, i) => at(String(i), () => inner(item)));
    return (of) => items.map((get) => get(of)).filter((item) => item !== undefined);
  }
  if ("$if" in value) return compileIf(value, language, inner);
  if ("$merge" in value) return compileMerge(value, inner);
  if ("$each" in value) return compileEach(value, language, withItem, inner);
  const unknown = Object.keys(value).find((name) => name.startsWith("$"));
  if (unknown) throw new DialectProblem(`${unknown} is no directive here: $if, $merge, $each`);
  const members = Object.entries(value).map(([name, part]) => [name, at(name, () => inner(part))] as const);
  return (of) =>
    Object.fromEntries(members.map(([name, get]) => [name, get(of)]).filter(([, one]) => one !== undefined));
}

/** The scope of one element of a list: everything of the whole, and `item`. */
export type WithItem<C> = (of: C, item: unknown) => C;

function compileTemplate<C>(text: string, language: Subject<C>): Getter<C> {
  const compiled = compileText(text, language);
  const { exact } = compiled;
  if (exact) return (of) => exact(of) ?? undefined;
  return (of) => fill(compiled, of);
}

type JsonObject = { [key: string]: JsonValue };

function compileIf<C>(value: JsonObject, language: Subject<C>, inner: (part: JsonValue) => Getter<C>): Getter<C> {
  const { $if, then, else: otherwise, ...rest } = value;
  if (typeof $if !== "string" || then === undefined || Object.keys(rest).length > 0)
    throw new DialectProblem("$if needs a condition as text and then; else may follow");
  const matches = at("$if", () => compileWhen($if, language));
  const yes = at("then", () => inner(then));
  const no = otherwise === undefined ? () => undefined : at("else", () => inner(otherwise));
  return (of) => (matches(of) === true ? yes(of) : no(of));
}

function compileMerge<C>(value: JsonObject, inner: (part: JsonValue) => Getter<C>): Getter<C> {
  const { $merge, ...rest } = value;
  if (!Array.isArray($merge) || Object.keys(rest).length > 0)
    throw new DialectProblem("$merge needs a list of objects");
  const parts = $merge.map((part, i) => at(`$merge.${i}`, () => inner(part)));
  return (of) => Object.assign({}, ...parts.map((get) => get(of) ?? {})) as Record<string, unknown>;
}

function compileEach<C>(
  value: JsonObject,
  language: Subject<C>,
  withItem: WithItem<C>,
  inner: (part: JsonValue) => Getter<C>,
): Getter<C> {
  const { $each, as, ...rest } = value;
  if (typeof $each !== "string" || as === undefined || Object.keys(rest).length > 0)
    throw new DialectProblem("$each needs a list as text, and as");
  const list = at("$each", () => compileTemplate($each, language));
  const one = at("as", () => inner(as));
  return (of) => {
    const items = list(of);
    const all = Array.isArray(items) ? items : items === undefined ? [] : [items];
    return all.map((item) => one(withItem(of, item))).filter((made) => made !== undefined);
  };
}
