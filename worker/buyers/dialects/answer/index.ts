export type { Answer, AnswerContext, ReadingConfig } from "./answer.ts";
export { compileBid, compileCarry } from "./bid.ts";
export { compileOutcome, compileStatus } from "./outcome.ts";
export type { AnswerEnv } from "./place.ts";
export { answerProblems } from "./problems.ts";
export { compileReading, type Reading } from "./reading.ts";
export { compileStep, type StepPlace } from "./step.ts";
