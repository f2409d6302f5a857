import type { BidAnswer, OutcomeAnswer, StepAnswer } from "../../../../schema/config/dialect.ts";
import { compileBid } from "./bid.ts";
import { compileOutcome } from "./outcome.ts";
import type { AnswerEnv } from "./place.ts";
import { compileStep, type StepPlace } from "./step.ts";

/** An answer's configuration, by what it answers. */
export type AnyAnswer =
  | { kind: "bid"; config: BidAnswer }
  | { kind: "outcome"; config: OutcomeAnswer }
  | { kind: "step"; config: StepAnswer; place: StepPlace };

/** Everything that cannot be in an answer's configuration, with its place: paths, conditions, pipes, regular expressions. */
export function answerProblems(answer: AnyAnswer, env: AnswerEnv, path: string): { path: string; message: string }[] {
  const found: { path: string; message: string }[] = [];
  const problem = (place: string, message: string) => {
    found.push({ path: `${path}.${place}`, message });
  };
  const gathering = { ...env, problem };
  if (answer.kind === "bid") compileBid(answer.config, gathering);
  else if (answer.kind === "outcome") compileOutcome(answer.config, gathering);
  else compileStep(answer.config, gathering, answer.place);
  return found;
}
