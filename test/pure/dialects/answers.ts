import type * as z from "zod";
import { bidAnswerSchema, outcomeAnswerSchema } from "../../../schema/config/dialect.ts";
import type { BidReading, OutcomeReading, WireAnswer } from "../../../worker/buyers/dialect.ts";
import { compileBid, compileOutcome, compileStatus } from "../../../worker/buyers/dialects/answer/index.ts";
import { pipesOf } from "../../../worker/buyers/dialects/pipes/index.ts";

export type BidInput = z.input<typeof bidAnswerSchema>;
export type OutcomeInput = z.input<typeof outcomeAnswerSchema>;

/** What answers need of a dialect with one map. */
export const env = { pipe: pipesOf({ maps: { tier: { gold: 20, "*": 5 } } }) };

/** Answers' configurations as an integrator writes them, compiled. */
export const bidOf = (config: BidInput): ((wire: WireAnswer) => BidReading) =>
  compileBid(bidAnswerSchema.parse(config), env);
export const outcomeOf = (config: OutcomeInput = {}): ((wire: WireAnswer) => OutcomeReading) =>
  compileOutcome(outcomeAnswerSchema.parse(config), env);
export const statusOf = (config: OutcomeInput): ((wire: WireAnswer) => OutcomeReading) =>
  compileStatus(outcomeAnswerSchema.parse(config), env);

/** A buyer's answer: text as it is, everything else as JSON. */
export function answer(body: unknown, status = 200, extra: Partial<WireAnswer> = {}): WireAnswer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, content_type: "text/html", body: text, retry_after: null, location: null, ...extra };
}
