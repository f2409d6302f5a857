import type { StepAnswer } from "../../../../schema/config/dialect.ts";
import type { StepReading, WireAnswer } from "../../dialect.ts";
import type { Answer, AnswerContext } from "./answer.ts";
import { compileCarry } from "./bid.ts";
import { defaultMeaning, type Meaning, ruleMeaning } from "./outcome-defaults.ts";
import type { AnswerEnv } from "./place.ts";
import { compileReading } from "./reading.ts";
import { compileReason } from "./reasons.ts";
import { compileRules, firstMatch } from "./rules.ts";

/** Where a step stands. `delivers`: it hands over the lead, so that a missing or unclear answer is a doubt. */
export interface StepPlace {
  phase: "ping" | "post";
  delivers: boolean;
}

/**
 * Compiles the reading of a step's answer: only a rule says `go_on`. What no rule matches is an error of a ping; of a post a set-up error
 * by its status (401, 404 …), else `not_taken`, where the step delivers `unknown`.
 */
export function compileStep(
  config: StepAnswer,
  env: AnswerEnv,
  place: StepPlace,
): (answer: WireAnswer, context?: AnswerContext) => StepReading {
  const reading = compileReading(config, env, { bid: place.phase === "post" });
  const rules = compileRules(config.rules, reading);
  const why = compileReason({ reason: config.reason, reason_classes: [] }, reading);
  const carry = compileCarry(config.carry, reading);
  return (wire, context) => {
    const answer = reading.parse(wire, context);
    const rule = firstMatch(rules, answer);
    const told = why(answer, rule?.reason_class);
    const carried = carry(answer);
    const said = rule ? rule.outcome : null;
    if (said === "go_on" && carried === null)
      return { ...failed(answer, place), carried: {}, reason: "a carried value is too long" };
    const base = said === null ? failed(answer, place) : meant(said, rule?.held === true, answer.status);
    return { ...base, ...(rule?.unverified ? { unverified: true } : {}), ...told, carried: carried ?? {} };
  };
}

type Said = StepReading["outcome"] | "review";
type StepMeaning = Pick<StepReading, "outcome" | "class" | "held_for_review">;

function meant(said: Said, held: boolean, status: number): StepMeaning {
  if (said === "go_on" || said === "no_bid") return { outcome: said, class: "ok", held_for_review: false };
  if (said === "error")
    return { outcome: said, class: ruleMeaning("unknown", false, status).class, held_for_review: false };
  return ruleMeaning(said === "review" ? "unknown" : said, held, status);
}

function failed(answer: Answer, { phase, delivers }: StepPlace): StepMeaning {
  const usual: Meaning = defaultMeaning(answer, true);
  if (phase === "ping") return { outcome: "error", class: usual.class, held_for_review: false };
  if (usual.outcome === "set_up_error" || usual.outcome === "not_taken") return usual;
  const outcome = delivers ? "unknown" : "not_taken";
  return { outcome, class: usual.class === "ok" ? "unreadable" : usual.class, held_for_review: false };
}
