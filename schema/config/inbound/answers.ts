import * as z from "zod";
import { jsonValueSchema } from "../dialect/common.ts";
import { conditionTextSchema } from "../dialect/condition.ts";

export const ANSWER_ENCODINGS = ["json", "xml", "form", "text"] as const;
export type AnswerEncoding = (typeof ANSWER_ENCODINGS)[number];

/** What an answer can be about. `pending`: safe, the end comes by postback; `error`: of the caller, or ours. */
export const INBOUND_ANSWERS = ["ping_accepted", "ping_rejected", "accepted", "rejected", "pending", "error"] as const;
export type InboundAnswerKind = (typeof INBOUND_ANSWERS)[number];

const encodingSchema = z.enum(ANSWER_ENCODINGS);

/** `{json: "request.Format is JSON"}`: the first that matches decides. */
const encodingRuleSchema = z
  .partialRecord(encodingSchema, conditionTextSchema)
  .refine((rule) => Object.keys(rule).length === 1, {
    message: `must be one of ${ANSWER_ENCODINGS.join(", ")} and its condition`,
  });

const variantSchema = z.strictObject({
  /** Only then; of a list the first that matches. */
  when: conditionTextSchema.optional(),
  /** HTTP status. Missing: 200; of an error its own (401, 422, 429, …). */
  status: z
    .int()
    .min(200)
    .max(599)
    // Every answer has a body, and these can have none: a sold lead would be answered as a fault of ours.
    .refine((status) => status !== 204 && status !== 205 && status !== 304, "is a status without a body")
    .optional(),
  /** Instead of the common one. */
  encoding: encodingSchema.optional(),
  content_type: z
    .string()
    .min(3)
    .max(120)
    .regex(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/, "must be what a header can hold")
    .optional(),
  /** A document with placeholders and directives; with `text`, one text. */
  body: jsonValueSchema,
});
export type AnswerVariant = z.output<typeof variantSchema>;

const answerSchema = z
  .union([variantSchema, z.array(variantSchema).min(1).max(20)])
  .transform((answer): AnswerVariant[] => (Array.isArray(answer) ? answer : [answer]));

export const inboundAnswersSchema = z.strictObject({
  encoding: z.union([encodingSchema, z.array(encodingRuleSchema).min(1).max(10)]).default("json"),
  /** Name of the XML document's root where a body is not one element itself. */
  xml_root: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,60}$/, "must be an element's name")
    .default("response"),
  ping_accepted: answerSchema,
  ping_rejected: answerSchema,
  accepted: answerSchema,
  rejected: answerSchema,
  pending: answerSchema.optional(),
  error: answerSchema,
});
export type InboundAnswers = z.output<typeof inboundAnswersSchema>;
