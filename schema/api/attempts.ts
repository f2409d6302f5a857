import * as z from "zod";
import { ATTEMPT_CLASSES, ATTEMPT_OUTCOMES, EVIDENCE_KINDS } from "../lists.ts";

/** Rows of one page at most: each is a delivery of somebody. */
const MOST = 200;

/** `next` of the page before: time and attempt. */
export const attemptCursorSchema = z
  .string()
  .regex(/^\d{1,15}\.[A-Za-z0-9_-]{1,160}$/, "must be the `next` of the page before");

export const attemptFilters = {
  outcome: z.enum(ATTEMPT_OUTCOMES).optional(),
  class: z.enum(ATTEMPT_CLASSES).optional(),
  kind: z.enum(EVIDENCE_KINDS).optional(),
  test: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .optional(),
  after: attemptCursorSchema.optional(),
  limit: z.coerce.number().int().min(1).max(MOST).default(100),
};

export const openAttemptSchema = z.strictObject({
  reason: z
    .string()
    .trim()
    .min(3)
    .max(500)
    .meta({ description: "Why; kept in the audit.", examples: ["buyer asks what we sent"] }),
});

const time = z.iso.datetime();
export const attemptAnswer = z.object({
  attempt_id: z.string(),
  at: time,
  lead_id: z.string(),
  test: z.boolean(),
  reservation_id: z.string(),
  endpoint_id: z.string(),
  round: z.int(),
  attempt: z.int(),
  kind: z.enum(EVIDENCE_KINDS),
  outcome: z.enum(ATTEMPT_OUTCOMES),
  class: z.enum(ATTEMPT_CLASSES),
  why: z.string().nullable().meta({ description: "The class in words." }),
  reason_class: z.string().nullable().meta({ description: "The buyer's reason, as the dialect classes it." }),
  http_status: z.int().nullable(),
  ms: z.int(),
  price: z.number().nullable(),
  late: z.boolean().meta({ description: "It came when the lead had moved on." }),
  payload: z.enum(["sealed", "none"]),
});
export const openedAnswer = attemptAnswer.extend({
  request: z.string().nullable(),
  answer: z.string().nullable(),
  reason: z.string().nullable(),
  buyer_lead_id: z.string().nullable(),
  redirect_url: z.string().nullable(),
});
