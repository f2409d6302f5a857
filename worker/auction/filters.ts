import type { Filter, PackedFilter } from "../../schema/config/filter.ts";
import type { Fields, FieldValue } from "../../schema/rpc/auction.ts";
import { type CompactCondition, type CompactFilter, compactFilter } from "./compact-filter.ts";
import { type Truth, testsOf } from "./filter-tests.ts";
import type { ZipLists } from "./zip-list.ts";

/** A filter, ready to be asked; in place of its configuration, whose lists of ZIPs would be kept twice. */
export interface CompiledFilter {
  holds(facts: Fields): boolean;
  /** What kept it from holding, as {@link describeFilter} says it. */
  describe(facts: Fields): string;
  readonly filter: CompactFilter;
}

/**
 * A filter holds or not. The rules:
 * - all operators of one condition must hold; `all` needs every part, `any` at least one;
 * - text compares without regard to case, numbers numerically, also when one side is a numeric string;
 * - **what cannot be told never lets a lead through**: a missing (or empty) field, or text under `gt`, is neither true nor false, and
 *   stays so under `not`. So `{"not":{"field":"zip","prefix":["900"]}}` refuses a lead without a ZIP, exactly as `not_in` does;
 *   a contract that wants such leads says `{"field":"zip","present":false}`, which is always certain.
 */
export function compileFilter(filter: Filter | undefined): (facts: Fields) => boolean {
  return filter === undefined ? () => true : filterOf(filter).holds;
}

/** `lists`: where equal lists of ZIPs are kept once. */
export function filterOf(filter: Filter | PackedFilter, lists?: ZipLists): CompiledFilter {
  const compact = compactFilter(filter, lists);
  const { truth, failure } = compile(compact);
  return {
    holds: (facts) => truth(facts) === true,
    describe: (facts) => shortened(failure(facts, true) ?? ""),
    filter: compact,
  };
}

const DESCRIPTION_MAX = 200;

/**
 * What kept the filter from holding: field names and operators, never values, so that it may be shown and logged whatever the
 * fields' class. Empty when the filter holds. At most 200 characters.
 */
export function describeFilter(filter: Filter | undefined, facts: Fields): string {
  return filter === undefined ? "" : filterOf(filter).describe(facts);
}

const shortened = (text: string): string =>
  text.length <= DESCRIPTION_MAX ? text : `${text.slice(0, DESCRIPTION_MAX - 1)}…`;

interface Node {
  truth(facts: Fields): Truth;
  /** What differs from `wanted`; null when nothing does. */
  failure(facts: Fields, wanted: boolean): string | null;
}

function compile(filter: CompactFilter): Node {
  if ("all" in filter) return group(filter.all.map(compile), true);
  if ("any" in filter) return group(filter.any.map(compile), false);
  if ("not" in filter) return inverse(compile(filter.not));
  return condition(filter);
}

/** `all` (one false part decides) and `any` (one true part decides) are each other's mirror image. */
function group(parts: Node[], all: boolean): Node {
  const truth = (facts: Fields): Truth => {
    let result: Truth = all;
    for (const part of parts) {
      const one = part.truth(facts);
      if (one === !all) return one;
      if (one === null) result = null;
    }
    return result;
  };
  return {
    truth,
    failure(facts, wanted) {
      if (truth(facts) === wanted) return null;
      const failures = parts.flatMap((part) => part.failure(facts, wanted) ?? []);
      return all === wanted ? failures.join(", ") : `none of (${failures.join(", ")})`;
    },
  };
}

function inverse(part: Node): Node {
  return {
    truth(facts) {
      const one = part.truth(facts);
      return one === null ? null : !one;
    },
    failure: (facts, wanted) => part.failure(facts, !wanted),
  };
}

function condition(filter: CompactCondition): Node {
  const { field, present } = filter;
  const tests = testsOf(filter);
  const truth = (facts: Fields): Truth => {
    const value = factOf(facts, field);
    let result: Truth = true;
    if (present !== undefined && present !== (value !== undefined)) return false;
    if (value === undefined) return tests.length === 0 ? true : null;
    for (const { test } of tests) {
      const one = test(value);
      if (one === false) return false;
      if (one === null) result = null;
    }
    return result;
  };
  return {
    truth,
    failure(facts, wanted) {
      if (truth(facts) === wanted) return null;
      const value = factOf(facts, field);
      const words: string[] = [];
      if (present !== undefined && (present === (value !== undefined)) !== wanted) words.push("present");
      for (const { operator, test } of tests) if (value === undefined || test(value) !== wanted) words.push(operator);
      return `${wanted ? "" : "not "}${field} ${words.join(" and ")}${value === undefined ? " (missing)" : ""}`;
    },
  };
}

/** Own properties only: a field may be called `constructor`. Empty text counts as missing. */
export function factOf(facts: Fields, field: string): FieldValue | undefined {
  const value = Object.hasOwn(facts, field) ? facts[field] : undefined;
  return value === "" || value === null ? undefined : value;
}
