import * as z from "zod";
import { bidAnswerSchema, outcomeAnswerSchema, stepAnswerSchema } from "./dialect/answer.ts";
import { authSchema } from "./dialect/auth.ts";
import { jsonValueSchema, ownNameSchema } from "./dialect/common.ts";
import { conditionTextSchema, dialectConditionSchema } from "./dialect/condition.ts";
import { requestTemplateSchema } from "./dialect/request.ts";

export * from "./dialect/answer.ts";
export * from "./dialect/auth.ts";
export type { JsonValue, Source } from "./dialect/common.ts";
export type { ConditionConfig, ConditionTest } from "./dialect/condition.ts";
export * from "./dialect/request.ts";

/**
 * A dialect: how one buyer's system is spoken to, as data. Reference with an example for each word: docs/dialect-language.md.
 * `worker/buyers/dialects` compiles it once per version of its endpoint.
 */

/** `{"excellent": "A", "600..699": "C", "*": "D"}`: exact text first, then ranges of numbers, then `*`. */
const mapSchema = z.record(z.string().max(200), z.union([z.string().max(2_000), z.number(), z.boolean(), z.null()]));

/** A request before the main one: a pre-ping, a session. Its `carry` is there for what follows as `step.<name>.<value>`. */
const stepBeforeSchema = z.strictObject({
  name: ownNameSchema,
  /** Only then; over the names of the request. */
  when: conditionTextSchema.optional(),
  request: requestTemplateSchema,
  answer: stepAnswerSchema,
  /** A post's step that already hands over the lead: no answer to it is `unknown`, not `not_taken`. */
  delivers: z.boolean().default(false),
});
export type StepBefore = z.output<typeof stepBeforeSchema>;

/** A request after the post's answer: a second post with more fields, or the question how it went. Its outcome replaces the answer's. */
const stepAfterSchema = z.strictObject({
  name: ownNameSchema,
  /** Only then; over the post's answer. */
  when: dialectConditionSchema,
  request: requestTemplateSchema,
  answer: outcomeAnswerSchema.prefault({}),
  /** Ms before each try. Asked again as long as the answer is `unknown`, within the post's own timeout. */
  wait_ms: z.array(z.int().min(0).max(25_000)).min(1).max(30).default([0]),
});
export type StepAfter = z.output<typeof stepAfterSchema>;

export const dialectSchema = z.strictObject({
  /** Of this language. */
  version: z.literal(1),
  notes: z.string().max(4_000).optional(),
  /** Value maps for the pipe `map`. */
  maps: z.record(ownNameSchema, mapSchema).default({}),
  /** Computed values: `{{value.<name>}}`. May use each other, without circles. */
  values: z.record(ownNameSchema, jsonValueSchema).default({}),
  auth: authSchema.optional(),
  /** Missing for endpoints that are never pinged (fixed price only). */
  ping: z
    .strictObject({
      /** Conditions without which the buyer is not called (and does not win). */
      require: z.array(conditionTextSchema).max(20).default([]),
      before: z.array(stepBeforeSchema).max(2).default([]),
      request: requestTemplateSchema,
      answer: bidAnswerSchema,
    })
    .optional(),
  post: z.strictObject({
    before: z.array(stepBeforeSchema).max(3).default([]),
    request: requestTemplateSchema,
    answer: outcomeAnswerSchema.prefault({}),
    after: z.array(stepAfterSchema).max(3).default([]),
  }),
  /**
   * What became of an earlier post? `gateway.reservation_id` names it; it carries nothing personal. Outcomes: accepted; rejected; not_taken
   * (it never arrived); unknown (ask again). Nothing else, and no match, proves anything.
   */
  status: z.strictObject({ request: requestTemplateSchema, answer: outcomeAnswerSchema.prefault({}) }).optional(),
  /** Told to this buyer when it got the lead and is charged. */
  win: z.strictObject({ request: requestTemplateSchema }).optional(),
  /** Told to this buyer when another one got the lead; `gateway.winning_price` only where the campaign discloses it. */
  loss: z.strictObject({ request: requestTemplateSchema }).optional(),
});
export type DialectInput = z.input<typeof dialectSchema>;
export type DialectConfig = z.output<typeof dialectSchema>;
