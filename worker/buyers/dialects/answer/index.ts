export type { Answer, AnswerContext, ReadingConfig } from "./answer.ts";
export { compileBid, compileCarry } from "./bid.ts";
export { type AnswerPlace, type ExplainedRule, type Explanation, explainAnswer } from "./explain.ts";
export { compileOutcome, compileStatus } from "./outcome.ts";
export type { AnswerEnv } from "./place.ts";
export { type AnyAnswer, answerProblems } from "./problems.ts";
export { compileReading, type Reading } from "./reading.ts";
export { compileStep, type StepPlace } from "./step.ts";
