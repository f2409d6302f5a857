import { dialectConditionSchema } from "../../../../schema/config/dialect/condition.ts";
import type { ConditionConfig, JsonValue } from "../../../../schema/config/dialect.ts";
import { DialectProblem } from "../expression/problem.ts";
import { asText, type Getter } from "../expression/value.ts";
import { nearest } from "../pipes/nearest.ts";
import { clip, LIST_LIMIT } from "../pipes/pipe.ts";
import { spend } from "./budget.ts";
import type { Build } from "./build.ts";
import type { RequestLanguage } from "./language.ts";
import { pairsOf } from "./pairs.ts";
import { compileTree, define, type TreeOptions } from "./tree.ts";
import { xmlDocument } from "./xml-writer.ts";

/** The words beside each directive; `?` marks those that may be left out. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  $if: ["then", "else?"],
  $merge: [],
  $json: [],
  $xml: [],
  $form: [],
  $pairs: ["name?", "value?"],
  $each: ["as"],
  $pick: [],
  $concat: [],
};

/** The directive that an object is; null: a plain object. A `$` that is no directive's is a name like any other, if no slip. */
export function directiveOf(object: Record<string, JsonValue>): string | null {
  const keys = Object.keys(object);
  const directive = keys.find((key) => Object.hasOwn(WORDS, key));
  if (directive === undefined) {
    for (const key of keys) if (key === "$omit") throw new DialectProblem("$omit is only for test");
    const slip = keys.find((key) => key.startsWith("$") && key.length > 3 && nearest(key, Object.keys(WORDS), 1));
    if (slip)
      throw new DialectProblem(`${slip} is no directive; did you mean ${nearest(slip, Object.keys(WORDS), 1)}?`);
    return null;
  }
  const words = WORDS[directive] ?? [];
  const known = words.map((word) => word.replace("?", ""));
  const foreign = keys.find((key) => key !== directive && !known.includes(key));
  if (foreign !== undefined) throw new DialectProblem(`${foreign} does not go with ${directive}`);
  const lacking = words.find((word) => !word.endsWith("?") && !keys.includes(word));
  if (lacking) throw new DialectProblem(`${directive} needs ${lacking}`);
  return directive;
}

export function compileDirective(
  directive: string,
  object: Record<string, JsonValue>,
  path: string,
  language: RequestLanguage,
  options: TreeOptions,
): Getter<Build> {
  const tree = (word: string, inner = language): Getter<Build> =>
    compileTree(object[word] ?? null, `${path}.${word}`, inner, options);
  switch (directive) {
    case "$if":
      return choice(object, path, language, tree);
    case "$merge":
      return merged(parts(object, directive, path, language, options));
    case "$concat":
      return concatenated(parts(object, directive, path, language, options));
    case "$pick":
      return picked(parts(object, directive, path, language, options));
    case "$pairs":
      return pairs(tree("$pairs"), wordOf(object, "name"), wordOf(object, "value"));
    case "$each":
      return each(tree("$each"), tree("as", language.with({ item: true })));
    default:
      return documentOf(directive, tree(directive));
  }
}

const wordOf = (object: Record<string, JsonValue>, word: "name" | "value"): string => {
  const given = object[word];
  return typeof given === "string" ? given : word;
};

function choice(
  object: Record<string, JsonValue>,
  path: string,
  language: RequestLanguage,
  tree: (word: string) => Getter<Build>,
): Getter<Build> {
  const holds = language.sink.at(
    `${path}.$if`,
    () => language.condition(conditionOf(object.$if)),
    () => false,
  );
  const yes = tree("then");
  const no: Getter<Build> = "else" in object ? tree("else") : () => undefined;
  return (build) => (holds(build) ? yes(build) : no(build));
}

function conditionOf(config: JsonValue | undefined): ConditionConfig {
  const parsed = dialectConditionSchema.safeParse(config);
  if (!parsed.success) throw new DialectProblem('is no condition, like "state is CA"');
  return parsed.data;
}

/** The list of a directive, compiled. Something else is one text or value that may become a list. */
function parts(
  object: Record<string, JsonValue>,
  directive: string,
  path: string,
  language: RequestLanguage,
  options: TreeOptions,
): Getter<Build>[] {
  const list = object[directive];
  if (!Array.isArray(list) || list.length === 0) {
    language.sink.wrong(`${path}.${directive}`, `${directive} needs a list`);
    return [];
  }
  return list.map((item, at) => compileTree(item, `${path}.${directive}.${at}`, language, options));
}

function merged(of: Getter<Build>[]): Getter<Build> {
  return (build) => {
    const all: Record<string, unknown> = {};
    for (const part of of) {
      const value = part(build);
      if (typeof value !== "object" || value === null || Array.isArray(value)) continue;
      for (const [key, member] of Object.entries(value)) define(all, key, member);
    }
    return all;
  };
}

/** Lists one after the other as soon as one of them is a list; else texts. */
function concatenated(of: Getter<Build>[]): Getter<Build> {
  return (build) => {
    const values = of.map((part) => part(build)).filter((value) => value !== undefined);
    if (values.some(Array.isArray)) return values.flat().slice(0, LIST_LIMIT);
    return values.length === 0 ? undefined : clip(values.map(asText).join(""));
  };
}

/** By the auction's id, so that a ping and its post pick alike. */
function picked(of: Getter<Build>[]): Getter<Build> {
  return (build) => {
    const { ping_id, reservation_id, lead_id } = build.gateway;
    const pick = of[hash(ping_id ?? lead_id ?? reservation_id ?? build.nonce) % Math.max(of.length, 1)];
    return pick?.(build);
  };
}

/** FNV-1a. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return (sum ^ (sum >>> 15)) >>> 0;
}

function pairs(of: Getter<Build>, name: string, value: string): Getter<Build> {
  return (build) => {
    const object = of(build);
    if (typeof object !== "object" || object === null) return undefined;
    return Object.entries(object).map(([key, member]) => {
      const pair: Record<string, unknown> = {};
      define(pair, name, key);
      define(pair, value, member);
      return pair;
    });
  };
}

function each(of: Getter<Build>, as: Getter<Build>): Getter<Build> {
  return (build) => {
    const list = of(build);
    if (list === undefined || list === null || list === "") return undefined;
    const { item, item_number } = build;
    const made: unknown[] = [];
    for (const [at, one] of (Array.isArray(list) ? list.slice(0, LIST_LIMIT) : [list]).entries()) {
      build.item = one;
      build.item_number = at + 1;
      spend(build, undefined);
      const value = as(build);
      if (value !== undefined) made.push(value);
    }
    Object.assign(build, { item, item_number });
    return made;
  };
}

function documentOf(directive: string, of: Getter<Build>): Getter<Build> {
  const write: (value: unknown) => string =
    directive === "$json" ? JSON.stringify : directive === "$xml" ? xmlDocument : (value) => formText(value);
  return (build) => {
    const value = of(build);
    return value === undefined ? undefined : write(value);
  };
}

const formText = (value: unknown): string => new URLSearchParams(pairsOf(value)).toString();
