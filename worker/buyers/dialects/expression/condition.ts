import type { ConditionConfig } from "../../../../schema/config/dialect.ts";
import { parseCondition } from "./parse.ts";
import { compileRegex, SEARCHED } from "./regex.ts";
import type { Comparison, Condition, Expression, Literal } from "./syntax.ts";
import { asText, compileExpression, isPresent, type Language } from "./value.ts";

/**
 * `null`: the answer cannot say. An answer that may be a proxy's page (it is not in the dialect's format, or a 5xx or a redirect)
 * proves nothing by what it lacks: only what it says counts, so that an error page never becomes a buyer's no.
 */
export type Truth = boolean | null;
export type Matcher<C> = (of: C) => Truth;

/** What a condition looks at. */
export interface Subject<C> extends Language<C> {
  status(of: C): number;
  weak(of: C): boolean;
}

export const compileWhen = <C>(when: ConditionConfig, subject: Subject<C>): Matcher<C> =>
  compileCondition(parseCondition(when), subject);

export function compileCondition<C>(condition: Condition, subject: Subject<C>): Matcher<C> {
  switch (condition.kind) {
    case "otherwise":
      return (of) => (subject.weak(of) ? null : true);
    case "all":
      return conjunction(condition.of.map((part) => compileCondition(part, subject)));
    case "any": {
      const none = conjunction(condition.of.map((part) => negation(compileCondition(part, subject))));
      return negation(none);
    }
    case "not":
      return negation(compileCondition(condition.of, subject));
    case "status": {
      const { status } = condition;
      return (of) => status.some((wanted) => statusIs(wanted, subject.status(of)));
    }
    case "present":
      return said(condition.subject, subject, isPresent);
    case "matches": {
      const regex = compileRegex(condition.pattern, condition.flags);
      return said(condition.subject, subject, (value) => isPresent(value) && regex.test(asText(value)));
    }
    case "compare":
      return said(condition.subject, subject, comparison(condition.by, condition.with));
  }
}

const negation =
  <C>(inner: Matcher<C>): Matcher<C> =>
  (of) => {
    const truth = inner(of);
    return truth === null ? null : !truth;
  };

function conjunction<C>(parts: Matcher<C>[]): Matcher<C> {
  return (of) => {
    let truth: Truth = true;
    for (const part of parts) {
      const next = part(of);
      if (next === false) return false;
      truth = next === null ? null : truth;
    }
    return truth;
  };
}

/** On a weak answer a check that fails is no statement; what was not read from its body (`$status`, `$header.x`) always is. */
function said<C>(expression: Expression, subject: Subject<C>, holds: (value: unknown) => boolean): Matcher<C> {
  const get = compileExpression(expression, subject);
  const certain = expression.kind === "name" && /^\$(status|header|location|bid)/.test(expression.name);
  return (of) => holds(get(of)) || (subject.weak(of) && !certain ? null : false);
}

function statusIs(wanted: number | string, status: number): boolean {
  const text = String(wanted);
  return text.endsWith("xx") ? text.startsWith(String(Math.trunc(status / 100))) : Number(text) === status;
}

function comparison(by: Comparison, values: Literal[]): (value: unknown) => boolean {
  const [wanted = null] = values;
  switch (by) {
    case "is":
    case "in":
      return (value) => values.some((one) => same(value, one));
    case "contains":
      return containing(String(wanted));
    case "starts_with":
      return (value) => isPresent(value) && lower(value).startsWith(String(wanted).trim().toLowerCase());
    case "ends_with":
      return (value) => isPresent(value) && lower(value).endsWith(String(wanted).trim().toLowerCase());
    default:
      return ordering(by, Number(wanted));
  }
}

const lower = (value: unknown): string => asText(value).trim().toLowerCase();

function ordering(by: ">" | ">=" | "<" | "<=", limit: number): (value: unknown) => boolean {
  return (value) => {
    const number = numberOf(value);
    if (number === null) return false;
    if (by === ">") return number > limit;
    if (by === ">=") return number >= limit;
    return by === "<" ? number < limit : number <= limit;
  };
}

/** Legacy systems answer "1", 1, "True" and true for one thing: compared as text, without regard to case and space; numbers by value. */
export function same(value: unknown, wanted: Literal): boolean {
  if (wanted === null) return value === null;
  if (value === undefined || value === null || typeof value === "object") return false;
  if (String(value).trim().toLowerCase() === String(wanted).trim().toLowerCase()) return true;
  return typeof wanted === "number" && numberOf(value) === wanted;
}

/** A plain decimal, as number or text; null for all else. */
export function numberOf(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string" || !/^\s*[+-]?(\d+\.?\d*|\.\d+)\s*$/.test(value)) return null;
  return Number(value);
}

/** Whole words, without regard to case: "Unmatched" does not contain "matched". In a list, any of its texts. */
function containing(words: string): (value: unknown) => boolean {
  const wanted = words.trim().toLowerCase();
  return (value) =>
    (Array.isArray(value) ? value : [value]).some(
      (item) => isPresent(item) && hasWords(asText(item).slice(0, SEARCHED).toLowerCase(), wanted),
    );
}

function hasWords(text: string, wanted: string): boolean {
  if (wanted === "") return false;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const before = at > 0 && isWordEnd(text[at - 1]) && isWordEnd(wanted[0]);
    const after = isWordEnd(text[at + wanted.length]) && isWordEnd(wanted[wanted.length - 1]);
    if (!before && !after) return true;
  }
  return false;
}

const isWordEnd = (letter: string | undefined): boolean => letter !== undefined && /[\p{L}\p{N}]/u.test(letter);
