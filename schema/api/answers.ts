import * as z from "zod";
import { ANSWER_CODES, LEAD_STATES } from "../lists.ts";

/** Answers of the public calls, as they are on the wire. */
const amount = (description: string) =>
  z
    .number()
    .min(0)
    .meta({ description, examples: [21.105] });
const currency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .meta({ examples: ["USD"] });
const why = {
  code: z
    .enum(ANSWER_CODES)
    .optional()
    .meta({ description: "Why not accepted, or not yet; explained at /docs/errors." }),
  message: z.string().optional().meta({ description: "The code in words, and what to do." }),
} as const;
const time = (description: string) => z.iso.datetime().meta({ description, examples: ["2026-11-20T15:04:05.000Z"] });
const testMark = z.literal(true).optional().meta({ description: "Present on tests." });

export const bidSchema = z.strictObject({
  bid_id: z.string(),
  price: amount("What the publisher gets for this bid."),
  brand: z.string().optional().meta({ description: "To be named in the consent." }),
  consent_text: z.string().optional().meta({ description: "To be shown to the consumer." }),
  exclusive: z.boolean(),
});

export const pingAnswerSchema = z
  .strictObject({
    result: z.enum(["accepted", "rejected"]),
    ping_id: z
      .string()
      .meta({ description: "At most 32 characters of A-Z a-z 0-9 _.", examples: ["pb0A1zcQk4hT9sWmX2dLr7vYe3Gu"] }),
    price: amount("The promise: the least that a post of this ping brings the publisher. 0 when rejected."),
    currency,
    expires_in: z
      .int()
      .min(0)
      .meta({ description: "Seconds for which the ping can be posted.", examples: [120] }),
    expires_at: time("When that ends."),
    bids: z.array(bidSchema),
    test: testMark,
    ...why,
  })
  .meta({ id: "PingAnswer" });
export type WirePing = z.output<typeof pingAnswerSchema>;

const post = {
  result: z.enum(["accepted", "rejected", "pending"]),
  lead_id: z
    .string()
    .nullable()
    .meta({
      description: "null when no lead came to be (the ping had expired).",
      examples: ["lb0A1zcQk4hT9sWmX2dLr7vYe3Gu"],
    }),
  price: amount("What the publisher gets. 0 unless accepted."),
  currency,
  redirect_url: z.string().optional().meta({ description: "Where the buyer wants the consumer's browser to go." }),
  test: testMark,
  ...why,
} as const;

export const postAnswerSchema = z.strictObject(post).meta({ id: "PostAnswer" });
export type WirePost = z.output<typeof postAnswerSchema>;

export const leadAnswerSchema = z
  .strictObject({
    ...post,
    campaign: z.string(),
    state: z.enum(LEAD_STATES).meta({ description: "`review` and `parked` rest until the operator ends them." }),
    created_at: time("When the gateway took it."),
    closed_at: time("When it ended.").nullable(),
  })
  .meta({ id: "LeadAnswer" });
export type WireLead = z.output<typeof leadAnswerSchema>;

export const healthAnswerSchema = z
  .strictObject({
    status: z.enum(["ok", "degraded", "down"]),
    checks: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  })
  .meta({ id: "Health" });
