import type { Condition } from "../../schema/config/filter.ts";
import type { FieldValue } from "../../schema/rpc/auction.ts";
import type { CompactCondition } from "./compact-filter.ts";
import { ZipList } from "./zip-list.ts";

/** null: cannot be told, because the field is missing or has no value that the operator can compare. */
export type Truth = boolean | null;
export type Test = (value: FieldValue) => Truth;

/** Operators that look at a value; `present` looks at whether there is one. */
export type Operator = Exclude<keyof Condition, "field" | "present">;
type Operand<K extends Operator> = NonNullable<CompactCondition[K]>;
export type Scalar = NonNullable<Condition["eq"]>;

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;

/** The number that a value is or spells; hexadecimal, exponents and blanks spell none. */
export function numberOf(value: FieldValue): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  return typeof value === "string" && DECIMAL.test(value) ? Number(value) : null;
}

export const textOf = (value: Scalar): string => String(value).trim().toLowerCase();

/**
 * Is a value in the list? Text without regard to case; a number on either side compares numerically with the digits on the other,
 * while text with text stays text (`"01234"` is not `"1234"`). Sets, so that 50,000 entries cost as much as one.
 */
function membership(list: readonly Scalar[] | ZipList): (value: FieldValue) => boolean {
  if (list instanceof ZipList) return zipMembership(list);
  const texts = new Set<string>();
  const numbers = new Set<number>();
  const spelled = new Set<number>();
  for (const entry of list) {
    if (typeof entry === "number") {
      numbers.add(entry);
      continue;
    }
    const text = textOf(entry);
    texts.add(text);
    const number = numberOf(text);
    if (typeof entry === "string" && number !== null) spelled.add(number);
  }
  return (value) => {
    if (typeof value === "number") return numbers.has(value) || spelled.has(value);
    const text = textOf(value);
    if (texts.has(text)) return true;
    if (numbers.size === 0 || typeof value === "boolean") return false;
    const number = numberOf(text);
    return number !== null && numbers.has(number);
  };
}

/** The same of a list of five-digit texts. */
const zipMembership = (list: ZipList) => (value: FieldValue) => {
  if (typeof value === "number") return list.has(value);
  const text = textOf(value);
  return FIVE_DIGITS.test(text) && list.has(Number(text));
};
const FIVE_DIGITS = /^\d{5}$/;

/** ZIP prefixes and the like: one set per length, so that 5,000 prefixes cost as many look-ups as they have lengths. */
function startsWithOneOf(prefixes: readonly string[]): Test {
  const byLength = new Map<number, Set<string>>();
  for (const prefix of prefixes) {
    const text = textOf(prefix);
    const set = byLength.get(text.length) ?? new Set<string>();
    byLength.set(text.length, set.add(text));
  }
  return (value) => {
    const text = textOf(value);
    for (const [length, set] of byLength) if (text.length >= length && set.has(text.slice(0, length))) return true;
    return false;
  };
}

const compare =
  (holds: (value: number, limit: number) => boolean) =>
  (limit: number): Test =>
  (value) => {
    const number = numberOf(value);
    return number === null ? null : holds(number, limit);
  };

const not =
  (test: (value: FieldValue) => boolean): Test =>
  (value) =>
    !test(value);

const TESTS: { readonly [K in Operator]: (operand: Operand<K>) => Test } = {
  eq: (operand) => membership([operand]),
  ne: (operand) => not(membership([operand])),
  in: membership,
  not_in: (operand) => not(membership(operand)),
  prefix: startsWithOneOf,
  gt: compare((value, limit) => value > limit),
  gte: compare((value, limit) => value >= limit),
  lt: compare((value, limit) => value < limit),
  lte: compare((value, limit) => value <= limit),
};
const OPERATORS = Object.keys(TESTS) as Operator[];

function testOf<K extends Operator>(condition: CompactCondition, operator: K): Test | null {
  const operand = condition[operator];
  return operand === undefined ? null : TESTS[operator](operand as Operand<K>);
}

/** The operators of a condition that look at the value, each compiled. */
export function testsOf(condition: CompactCondition): { operator: Operator; test: Test }[] {
  return OPERATORS.flatMap((operator) => {
    const test = testOf(condition, operator);
    return test ? [{ operator, test }] : [];
  });
}
