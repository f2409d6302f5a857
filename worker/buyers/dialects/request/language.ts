import type { ConditionConfig, JsonValue } from "../../../../schema/config/dialect.ts";
import { compileCondition, type Matcher, type Subject } from "../expression/condition.ts";
import { parseCondition } from "../expression/parse.ts";
import { DialectProblem } from "../expression/problem.ts";
import type { Condition, Expression } from "../expression/syntax.ts";
import { type CompiledText, compileExpression, compileText, type Getter } from "../expression/value.ts";
import type { pipesOf } from "../pipes/index.ts";
import { nearest } from "../pipes/nearest.ts";
import { bounded } from "./budget.ts";
import type { Build } from "./build.ts";
import { nameGetter, type Place } from "./names.ts";
import type { Phase } from "./phase.ts";
import { Sink } from "./sink.ts";
import { compileTree } from "./tree.ts";

export interface LanguageParts {
  pipes: ReturnType<typeof pipesOf>;
  values: Readonly<Record<string, JsonValue>>;
  phase: Phase;
  method: string;
  sink: Sink;
}

/** Texts and conditions of one request: what their names stand for there, values computed once for all of them. */
export class RequestLanguage {
  readonly sink: Sink;
  private readonly parts: LanguageParts;
  private readonly place: Place;
  private readonly values: Values;

  constructor(parts: LanguageParts, place: Partial<Place> = {}, values = new Values(parts.values)) {
    this.sink = parts.sink;
    this.parts = parts;
    this.place = { ...place, phase: parts.phase, method: parts.method };
    this.values = values;
  }

  /** The same language in another place of the request. */
  with(place: Partial<Place>): RequestLanguage {
    return new RequestLanguage(this.parts, { ...this.place, ...place }, this.values);
  }

  text(text: string): CompiledText<Build> {
    return compileText(text, this.subject(this.place));
  }

  expression(expression: Expression): Getter<Build> {
    return compileExpression(expression, this.subject(this.place));
  }

  condition(config: ConditionConfig): (build: Build) => boolean {
    const condition = parseCondition(config);
    if (asksStatus(condition)) throw new DialectProblem("$status is of an answer; a request has none");
    const holds: Matcher<Build> = compileCondition(condition, this.subject({ ...this.place, asks: true }));
    return (build) => holds(build) === true;
  }

  /** What is wrong within a value is told where it is used; its names count as used there. */
  private value(name: string): Getter<Build> {
    return this.values.getter(name, (config) => {
      const sink = new Sink();
      const language = new RequestLanguage({ ...this.parts, sink }, {}, this.values);
      const get = compileTree(config, `value.${name}`, language);
      for (const used of sink.names) this.sink.used(used.name);
      const [problem] = sink.problems;
      if (problem) throw new DialectProblem(`${problem.path}: ${problem.message}`);
      return get;
    });
  }

  private subject(place: Place): Subject<Build> {
    return {
      name: (given) => {
        const name = given.replace(ASKED, "");
        if (!(place.item && /^item(_number$|\.|$)/.test(name))) this.sink.used(name);
        return name.startsWith("value.") ? this.value(name.slice("value.".length)) : nameGetter(name, place);
      },
      pipe: this.parts.pipes,
      now: ({ now }) => now,
      status: () => 0,
      weak: () => false,
    };
  }
}

/** On the right of a comparison a name has a `$` before it: `lead.a > $lead.b`. What only an answer has stays what it is. */
const ASKED = /^\$(?!(?:status|text|location)$|header\.)(?=[A-Za-z])/;

function asksStatus(condition: Condition): boolean {
  if (condition.kind === "status") return true;
  if (condition.kind === "not") return asksStatus(condition.of);
  return (condition.kind === "all" || condition.kind === "any") && condition.of.some(asksStatus);
}

/** The computed values of a dialect: compiled when a request first names them, worked out once for each request. */
class Values {
  private readonly known = new Map<string, Getter<Build>>();
  private readonly open: string[] = [];
  private readonly configs: Readonly<Record<string, JsonValue>>;
  private count = 0;

  constructor(configs: Readonly<Record<string, JsonValue>>) {
    this.configs = configs;
  }

  getter(name: string, compile: (config: JsonValue) => Getter<Build>): Getter<Build> {
    const known = this.known.get(name);
    if (known) return known;
    const config = Object.hasOwn(this.configs, name) ? this.configs[name] : undefined;
    if (config === undefined) {
      const like = nearest(name, Object.keys(this.configs));
      throw new DialectProblem(`the dialect has no value ${name}${like ? `; did you mean value.${like}?` : ""}`);
    }
    if (this.open.includes(name))
      throw new DialectProblem(`value.${[...this.open, name].join(" needs value.")}: a circle`);
    this.open.push(name);
    try {
      const made = memoised(compile(config), this.count++);
      this.known.set(name, made);
      return made;
    } finally {
      this.open.pop();
    }
  }
}

const NOTHING = Symbol("nothing");

function memoised(compute: Getter<Build>, at: number): Getter<Build> {
  return (build) => {
    const known = build.memo[at];
    if (known !== undefined) return known === NOTHING ? undefined : known;
    const value = bounded(compute(build));
    build.memo[at] = value === undefined ? NOTHING : value;
    return value;
  };
}
