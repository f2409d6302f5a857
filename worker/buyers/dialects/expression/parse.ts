import type { ConditionConfig, ConditionTest } from "../../../../schema/config/dialect.ts";
import { numberOf } from "./comparison.ts";
import { DialectProblem } from "./problem.ts";
import { Reader } from "./reader.ts";
import {
  type Comparison,
  type Condition,
  type Expression,
  isExpression,
  type Operand,
  type TemplateParts,
} from "./syntax.ts";
import { shown } from "./tokens.ts";

const MAX_DEPTH = 20;

/** Text with `{{expressions}}`; empty pieces are left out. A text without any is itself. */
export function parseTemplate(text: string): TemplateParts {
  const parts: TemplateParts = [];
  let at = 0;
  for (let open = text.indexOf("{{"); open >= 0; open = text.indexOf("{{", at)) {
    const close = endOf(text, open + 2);
    if (open > at) parts.push(text.slice(at, open));
    parts.push(parseExpression(text.slice(open + 2, close)));
    at = close + 2;
  }
  if (at < text.length) parts.push(text.slice(at));
  return parts;
}

/** Where the expression that begins at `from` ends; braces within quotes are its own. */
function endOf(text: string, from: number): number {
  const pieces = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\}\}|\{\{/gs;
  pieces.lastIndex = from;
  for (let match = pieces.exec(text); match; match = pieces.exec(text)) {
    if (match[0] === "}}") return match.index;
    if (match[0] === "{{") break;
  }
  throw new DialectProblem(`${shown(text)}: a placeholder is not closed`);
}

/** Most placeholders are a bare name: an isolate that has just begun reads hundreds of them. */
const BARE = /^(?!true$|false$|null$)[A-Za-z_][A-Za-z0-9_.]*$/;

export function parseExpression(text: string): Expression {
  const bare = text.trim();
  if (BARE.test(bare)) return { kind: "name", name: bare };
  const reader = new Reader(text);
  if (!reader.peek()) throw new DialectProblem("a placeholder is empty");
  const expression = reader.expression();
  reader.end();
  return expression;
}

export function parseCondition(config: ConditionConfig): Condition {
  if (typeof config === "string") return parseText(config);
  if ("all" in config) return { kind: "all", of: config.all.map(parseCondition) };
  if ("any" in config) return { kind: "any", of: config.any.map(parseCondition) };
  if ("not" in config) return { kind: "not", of: parseCondition(config.not) };
  return ofTest(config);
}

/** The data form: all words of a test must hold; a bare path asks whether there is something. */
function ofTest(test: ConditionTest): Condition {
  const subject: Expression = { kind: "name", name: test.path ?? "" };
  const compare = (by: Comparison, ...values: Operand[]): Condition => ({ kind: "compare", subject, by, with: values });
  const of: Condition[] = [];
  if (test.status) of.push({ kind: "status", status: test.status });
  if (test.equals !== undefined) of.push(compare("is", test.equals));
  if (test.in) of.push(compare("in", ...test.in));
  if (test.contains !== undefined) of.push(compare("contains", test.contains));
  if (test.starts_with !== undefined) of.push(compare("starts_with", test.starts_with));
  if (test.ends_with !== undefined) of.push(compare("ends_with", test.ends_with));
  if (test.matches !== undefined) of.push({ kind: "matches", subject, pattern: test.matches, flags: "" });
  if (test.gt !== undefined) of.push(compare(">", test.gt));
  if (test.gte !== undefined) of.push(compare(">=", test.gte));
  if (test.lt !== undefined) of.push(compare("<", test.lt));
  if (test.lte !== undefined) of.push(compare("<=", test.lte));
  const present: Condition = { kind: "present", subject };
  if (test.present !== undefined) of.push(test.present ? present : { kind: "not", of: present });
  const content = of.length - (test.status ? 1 : 0);
  if (content === 0 && test.path !== undefined) of.push(present);
  return of.length === 0 ? { kind: "otherwise" } : { kind: "all", of };
}

/** `status is accepted and (price > 0 or bids.0 exists)`. */
function parseText(text: string): Condition {
  const reader = new Reader(text);
  const condition = either(reader, 0);
  reader.end();
  return condition;
}

function either(reader: Reader, depth: number): Condition {
  if (depth > MAX_DEPTH) throw reader.problem("is nested too deep");
  const of = [both(reader, depth)];
  while (reader.words("or")) of.push(both(reader, depth));
  const [only] = of;
  return of.length === 1 && only ? only : { kind: "any", of };
}

function both(reader: Reader, depth: number): Condition {
  const of = [one(reader, depth)];
  while (reader.words("and")) of.push(one(reader, depth));
  const [only] = of;
  return of.length === 1 && only ? only : { kind: "all", of };
}

function one(reader: Reader, depth: number): Condition {
  if (reader.words("not")) return { kind: "not", of: one(reader, depth + 1) };
  if (reader.words("otherwise")) return { kind: "otherwise" };
  if (reader.mark("(")) {
    const inner = either(reader, depth + 1);
    if (!reader.mark(")")) throw reader.problem("a ) is missing");
    return inner;
  }
  return test(reader);
}

function test(reader: Reader): Condition {
  const subject = reader.expression();
  const compare = (by: Comparison, ...values: Operand[]): Condition => ({ kind: "compare", subject, by, with: values });
  const not = (of: Condition): Condition => ({ kind: "not", of });
  if (reader.words("exists")) return { kind: "present", subject };
  if (reader.words("not", "exists") || reader.words("is", "missing")) return not({ kind: "present", subject });
  if (reader.words("not", "in")) return not(oneOf(subject, list(reader)));
  if (reader.words("in")) return oneOf(subject, list(reader));
  if (reader.words("not", "contains")) return not(compare("contains", literal(reader)));
  if (reader.words("contains")) return compare("contains", literal(reader));
  if (reader.words("starts", "with")) return compare("starts_with", literal(reader));
  if (reader.words("ends", "with")) return compare("ends_with", literal(reader));
  if (reader.words("matches")) return pattern(reader, subject);
  if (reader.words("is", "not") || reader.mark("!=")) return not(oneOf(subject, [literal(reader)]));
  if (reader.words("is") || reader.mark("==") || reader.mark("=")) return oneOf(subject, [literal(reader)]);
  for (const by of [">=", "<=", ">", "<"] as const) if (reader.mark(by)) return compare(by, amount(reader, by));
  throw reader.problem("a comparison is missing (is, in, contains, starts with, ends with, matches, exists, >, …)");
}

/** `$status is 5xx` looks at the HTTP status by its classes too. */
function oneOf(subject: Expression, values: Operand[]): Condition {
  if (subject.kind === "name" && subject.name === "$status") {
    const status = values.map((value) =>
      typeof value === "number" ? value : isExpression(value) ? "a name" : String(value),
    );
    const wrong = status.find((value) => !/^([1-5]\d\d|[1-5]xx)$/.test(String(value)));
    if (wrong !== undefined)
      throw new DialectProblem(`$status is compared with ${shown(String(wrong))}: a status or 5xx`);
    return { kind: "status", status };
  }
  const [only] = values;
  return values.length === 1 && only !== undefined
    ? { kind: "compare", subject, by: "is", with: [only] }
    : { kind: "compare", subject, by: "in", with: values };
}

function pattern(reader: Reader, subject: Expression): Condition {
  const token = reader.take();
  if (token.kind === "regex") return { kind: "matches", subject, pattern: token.value, flags: token.flags };
  if (token.kind === "text") return { kind: "matches", subject, pattern: token.value, flags: "" };
  throw reader.problem("matches needs /a regular expression/");
}

function amount(reader: Reader, by: string): Operand {
  const value = literal(reader);
  if (typeof value === "string" && numberOf(value) === null)
    throw reader.problem(`${by} needs a number, or a name like $.${/^[\w.]+$/.test(value) ? value : "floor"}`);
  return value;
}

/** `(a, b)`, or a name that stands for a list. */
function list(reader: Reader): Operand[] {
  if (reader.names()) return [literal(reader)];
  if (!reader.mark("(")) throw reader.problem("in needs a list like (a, b)");
  const values: Operand[] = [];
  do values.push(literal(reader));
  while (reader.mark(","));
  if (!reader.mark(")")) throw reader.problem("a ) is missing");
  return values;
}

/** A value as it is written; a word that begins with `$` is a name, which may go through pipes. */
function literal(reader: Reader): Operand {
  if (reader.names()) return reader.expression();
  const token = reader.take();
  if (token.kind === "text" || token.kind === "number") return token.value;
  if (token.kind !== "word") throw reader.problem("a value is missing");
  if (token.value === "null") return null;
  return token.value === "true" || token.value === "false" ? token.value === "true" : token.value;
}
