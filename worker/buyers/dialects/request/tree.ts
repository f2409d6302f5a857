import type { JsonValue } from "../../../../schema/config/dialect.ts";
import { fill, type Getter, isPresent } from "../expression/value.ts";
import { spend } from "./budget.ts";
import type { Build } from "./build.ts";
import { compileDirective, directiveOf } from "./directives.ts";
import type { RequestLanguage } from "./language.ts";

export interface TreeOptions {
  /** Empty texts, lists and objects are left out too. */
  omitEmpty?: boolean;
}

const NOTHING: Getter<Build> = () => undefined;

/**
 * Compiles a body or a computed value: a tree whose texts may hold placeholders, whose objects may be directives. A text that is
 * exactly one placeholder keeps its value's type; undefined means that it (and its name) is left out.
 */
export function compileTree(
  value: JsonValue,
  path: string,
  language: RequestLanguage,
  options: TreeOptions = {},
): Getter<Build> {
  if (typeof value === "string") return language.sink.at(path, () => compileLeaf(value, language), NOTHING);
  if (typeof value !== "object" || value === null) return () => value;
  if (Array.isArray(value)) return compileList(value, path, language, options);
  const directive = language.sink.at(path, () => directiveOf(value), null);
  if (directive) return compileDirective(directive, value, path, language, options);
  return compileObject(value, path, language, options);
}

function compileLeaf(text: string, language: RequestLanguage): Getter<Build> {
  const compiled = language.text(text);
  const { exact } = compiled;
  if (exact) return (build) => spend(build, exact(build));
  if (compiled.parts.every((part) => typeof part === "string")) return () => text;
  return (build) => spend(build, fill(compiled, build));
}

/** Is this value part of what is sent? */
const keeper = ({ omitEmpty }: TreeOptions): ((value: unknown) => boolean) =>
  omitEmpty ? (value) => value === null || isPresent(value) : (value) => value !== undefined;

function compileList(list: JsonValue[], path: string, language: RequestLanguage, options: TreeOptions): Getter<Build> {
  const items = list.map((item, at) => compileTree(item, `${path}.${at}`, language, options));
  const keeps = keeper(options);
  return (build) => {
    const made: unknown[] = [];
    for (const item of items) {
      const value = item(build);
      if (keeps(value)) made.push(value);
    }
    return made;
  };
}

function compileObject(
  object: Record<string, JsonValue>,
  path: string,
  language: RequestLanguage,
  options: TreeOptions,
): Getter<Build> {
  const members = Object.entries(object).map(
    ([key, item]) => [key, compileTree(item, `${path}.${key}`, language, options)] as const,
  );
  const keeps = keeper(options);
  return (build) => {
    const made: Record<string, unknown> = {};
    for (const [key, member] of members) {
      const value = member(build);
      if (keeps(value)) define(made, key, value);
    }
    return made;
  };
}

/** A member of its own, whatever its name: `__proto__` is a name like any other. */
export function define(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== "__proto__") object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}
