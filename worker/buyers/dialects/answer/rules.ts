import type { ConditionConfig, ReasonClass } from "../../../../schema/config/dialect.ts";
import type { Matcher } from "../expression/condition.ts";
import { DialectProblem } from "../expression/problem.ts";
import type { Answer } from "./answer.ts";
import type { Reading } from "./reading.ts";

interface LongRule<O extends string> {
  when: ConditionConfig;
  outcome: O;
  held_for_review?: boolean;
  unverified?: boolean;
  reason_class?: ReasonClass;
}
/** As a dialect writes it: `{bid: "price > 0"}`, or the long form. */
export type RuleInput<O extends string> = LongRule<O> | Partial<Record<O, string>>;

export interface Rule<O extends string> {
  outcome: O;
  when: ConditionConfig;
  held: boolean;
  unverified: boolean;
  reason_class?: ReasonClass;
  matches: Matcher<Answer>;
}

export function compileRules<O extends string>(rules: readonly RuleInput<O>[], reading: Reading): Rule<O>[] {
  return rules.map((input, i) => {
    const rule = longForm(input);
    const { outcome, when, held_for_review, unverified, reason_class } = rule;
    return {
      outcome,
      when,
      held: held_for_review === true || outcome === "review",
      unverified: unverified === true,
      reason_class,
      matches: reading.condition(`rules.${i}`, when),
    };
  });
}

/** The first that matches: on a weak answer one that cannot say does not. */
export const firstMatch = <O extends string>(rules: readonly Rule<O>[], answer: Answer): Rule<O> | undefined =>
  rules.find(({ matches }) => matches(answer) === true);

const isLong = <O extends string>(rule: RuleInput<O>): rule is LongRule<O> => "outcome" in rule;

/** The schema lets a short rule have exactly one outcome. */
function longForm<O extends string>(rule: RuleInput<O>): LongRule<O> {
  if (isLong(rule)) return rule;
  for (const outcome in rule) {
    const when = rule[outcome];
    if (when !== undefined) return { outcome, when };
  }
  throw new DialectProblem("is not a rule");
}
