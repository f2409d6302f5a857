import type { ConditionConfig, Source } from "../../../../schema/config/dialect.ts";
import type { WireAnswer } from "../../dialect.ts";
import { compileWhen, type Matcher, type Subject } from "../expression/condition.ts";
import { compilePath } from "../expression/path.ts";
import { DialectProblem } from "../expression/problem.ts";
import { compileText, fill, type Getter, isPresent, type Language } from "../expression/value.ts";
import { type Answer, type AnswerContext, compileParser, type ReadingConfig } from "./answer.ts";
import { type AnswerEnv, compileAt } from "./place.ts";

/** Everything that reads one kind of answer, compiled. */
export interface Reading {
  parse(wire: WireAnswer, context?: AnswerContext): Answer;
  condition(place: string, when: ConditionConfig): Matcher<Answer>;
  /** Where a value is; without a source never. `place` is its name in the configuration. */
  source(place: string, source: Source | undefined): Getter<Answer>;
  language: Subject<Answer>;
  env: AnswerEnv;
}

const never = () => false;
const nothing = () => undefined;

/** `bid`: there was a ping before, whose values are `$bid.<name>`. */
export function compileReading(config: ReadingConfig, env: AnswerEnv, { bid }: { bid: boolean }): Reading {
  const { parse, captures } = compileParser(config, env);
  const headers = new Set((config.headers ?? []).map((name) => name.toLowerCase()));
  const language: Subject<Answer> = {
    name: (name) => nameOf(name, { captures: captures.names, headers, bid }),
    pipe: env.pipe,
    now: ({ now }) => now ?? 0,
    status: ({ status }) => status,
    weak: ({ weak }) => weak,
  };
  return {
    parse,
    condition: (place, when) => compileAt(env, place, () => compileWhen(when, language), never),
    source: (place, source) => compileAt(env, place, () => compileSource(source, language), nothing),
    language,
    env,
  };
}

interface Names {
  captures: ReadonlySet<string>;
  headers: ReadonlySet<string>;
  bid: boolean;
}

/** `$…` by what it says (`$.floor` is a path too); then captures; then paths. The empty name is the whole document, or the text where there is none. */
function nameOf(name: string, { captures, headers, bid }: Names): Getter<Answer> {
  if (/^\$[.[]/.test(name)) return rootName(name);
  if (name.startsWith("$")) return ownName(name, headers, bid);
  const find = compilePath(name);
  if (name === "") return ({ tree, text }) => (tree === undefined ? text : tree);
  if (!captures.has(name)) return ({ tree }) => find(tree);
  return (answer) => answer.captures()[name] ?? find(answer.tree);
}

/** `$.floor`: a path of the whole answer, where a bare word would be a value, or a path of one offer. */
function rootName(name: string): Getter<Answer> {
  const find = compilePath(name.replace(/^\$\.?(?!\.)/, ""));
  return ({ tree }) => find(tree);
}

function ownName(name: string, headers: ReadonlySet<string>, bid: boolean): Getter<Answer> {
  if (name === "$status") return ({ status }) => status;
  if (name === "$text") return ({ text }) => text;
  if (name === "$location") return ({ location }) => location ?? undefined;
  const [, group, rest = ""] = /^\$(header|bid)\.(.+)$/.exec(name) ?? [];
  if (group === "bid") {
    if (!bid) throw new DialectProblem(`${name}: there is no bid before a ping's answer`);
    return (answer) => own(answer.bid, rest);
  }
  if (group === "header") {
    const header = rest.toLowerCase();
    if (!headers.has(header)) throw new DialectProblem(`${name}: name it in headers: [${rest}]`);
    return (answer) => own(answer.headers, header);
  }
  throw new DialectProblem(
    `${name} does not exist: $status, $text, $location, $header.<name>, $bid.<name>, or $.<path>`,
  );
}

const own = (values: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;

/**
 * A text without braces is a path; one with braces a text over the answer, which has a value where each of its placeholders has one; of
 * a list the first that is there.
 */
export function compileSource<C>(source: Source | undefined, language: Language<C>): Getter<C> {
  const getters = (source === undefined ? [] : [source].flat()).map((one) => compileOne(one, language));
  const [only] = getters;
  if (getters.length === 1 && only) return only;
  return (of) => {
    let last: unknown;
    for (const get of getters) {
      const value = get(of);
      if (isPresent(value)) return value;
      last ??= value;
    }
    return last;
  };
}

function compileOne<C>(source: string, language: Language<C>): Getter<C> {
  if (!source.includes("{{")) return language.name(source.trim());
  const text = compileText(source, language);
  if (text.exact) return text.exact;
  const placeholders = text.parts.filter((part) => typeof part !== "string");
  return (of) => {
    const complete = placeholders.every((get) => {
      const value = get(of);
      return value !== undefined && value !== null;
    });
    return complete ? fill(text, of) : undefined;
  };
}
