import type { ConditionConfig } from "../../../../schema/config/dialect.ts";
import { anyOf, comparison, numberOf } from "./comparison.ts";
import { parseCondition } from "./parse.ts";
import { compileRegex } from "./regex.ts";
import {
  type Comparison,
  type Condition,
  type Expression,
  isExpression,
  type Literal,
  namesIn,
  type Operand,
} from "./syntax.ts";
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
      return said([condition.subject], subject, isPresent, false);
    case "matches": {
      const regex = compileRegex(condition.pattern, condition.flags);
      return said([condition.subject], subject, (value) => isPresent(value) && regex.test(asText(value)));
    }
    case "compare":
      return compared(condition.subject, condition.by, condition.with, subject);
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
function said<C>(
  [expression, ...operands]: [Expression, ...Expression[]],
  subject: Subject<C>,
  holds: (value: unknown, of: C) => boolean,
  each = true,
): Matcher<C> {
  const get = compileExpression(expression, subject);
  // Who writes `errors.*.code is 7` means any of them. A list where one value was meant says nothing for certain.
  const listed = each && namesIn(expression).some((name) => name.includes("*"));
  const test = (value: unknown, of: C) => (listed ? anyOf((one) => holds(one, of))(value) : holds(value, of));
  const certain = [expression, ...operands].every(
    (one) => one.kind === "name" && /^\$(status|header|location|bid)/.test(one.name),
  );
  return (of) => test(get(of), of) || (subject.weak(of) && !certain ? null : false);
}

/** With values that are written out; or with what names stand for: without a value there the comparison does not hold. */
function compared<C>(expression: Expression, by: Comparison, operands: Operand[], subject: Subject<C>): Matcher<C> {
  const names = operands.filter(isExpression);
  if (names.length === 0) {
    const holds = comparison(
      by,
      operands.filter((one): one is Literal => !isExpression(one)),
    );
    return said([expression], subject, holds);
  }
  const getters = operands.map((one) => (isExpression(one) ? compileExpression(one, subject) : () => one));
  return said([expression, ...names], subject, (value, of) => {
    const wanted = getters.flatMap((get) => literalsOf(get(of), value));
    return wanted.length > 0 && comparison(by, wanted)(value);
  });
}

/** What a name stands for, as if it were written out. Carried values are texts: beside a number one counts by its value. */
function literalsOf(wanted: unknown, beside: unknown): Literal[] {
  if (Array.isArray(wanted)) return wanted.flatMap((item) => literalsOf(item, beside));
  if (typeof wanted === "number" || typeof wanted === "boolean") return [wanted];
  if (typeof wanted !== "string" || wanted.trim() === "") return [];
  return [typeof beside === "number" ? (numberOf(wanted) ?? wanted) : wanted];
}

function statusIs(wanted: number | string, status: number): boolean {
  const text = String(wanted);
  return text.endsWith("xx") ? text.startsWith(String(Math.trunc(status / 100))) : Number(text) === status;
}
