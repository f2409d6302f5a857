import * as z from "zod";
import { idSchema } from "../config/common.ts";
import { REST_REASONS } from "../lists.ts";
import { positiveMoneySchema } from "../money.ts";

/** Bodies and queries of the calls about what is left over: unknown outcomes, leads in review and parked, bulk work on them. */
const reason = z
  .string()
  .trim()
  .min(3)
  .max(500)
  .meta({ description: "Why; kept with the change. Nothing personal.", examples: ["endpoint repaired"] });
const page = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z
    .string()
    .max(120)
    .regex(/^[A-Za-z0-9_-]+$/, "must be the `next` of the page before")
    .optional()
    .meta({ description: "The `next` of the page before." }),
};

/** Which resting leads; every word narrows. */
export const deadLetterFilterSchema = z.strictObject({
  state: z.enum(["review", "parked"]).optional(),
  why: z.enum(REST_REASONS).optional(),
  campaign: idSchema.optional(),
  publisher: idSchema.optional(),
  buyer: idSchema.optional().meta({ description: "A buyer that may have it, or whose endpoint is wrongly set up." }),
  contract: idSchema.optional(),
  endpoint: idSchema.optional(),
});
export type DeadLetterFilter = z.output<typeof deadLetterFilterSchema>;

export const deadLetterQuery = deadLetterFilterSchema.extend(page);
export const explainQuery = z.strictObject({
  open: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .default(false)
    .meta({ description: "With the fields' values. They are personal data: who opened them is written to the audit." }),
});
export const unknownsQuery = z.strictObject({
  buyer: idSchema.optional(),
  contract: idSchema.optional(),
  campaign: idSchema.optional(),
  ...page,
});

/** To whom a lead goes again. A contract's bid: the price given, else its fixed price, else its earlier bid for this lead. */
export const replayToSchema = z
  .union([z.enum(["same", "others"]), z.strictObject({ contract_id: idSchema, price: positiveMoneySchema.optional() })])
  .meta({
    description:
      "`same`: whoever is in doubt or wrongly set up. `others`: those not asked yet, then an auction among contracts that take aged leads. Or one contract of the same campaign.",
    examples: ["same", { contract_id: "acme_auto", price: 12.5 }],
  });

export const replaySchema = z.strictObject({
  to: replayToSchema.default("same"),
  accept_risk: z.boolean().default(false).meta({
    description:
      "Somebody may have the lead, and another is asked all the same: it can be sold twice. Flagged on the lead.",
  }),
  reason,
});
export const closeSchema = z
  .discriminatedUnion("as", [
    z.strictObject({ as: z.literal("unsold"), reason }),
    z.strictObject({ as: z.literal("sold"), contract_id: z.string().max(40), reason }),
  ])
  .meta({
    examples: [
      { as: "unsold", reason: "they never got it" },
      { as: "sold", contract_id: "acme_auto", reason: "they confirmed it" },
    ],
  });
export const editSchema = z.strictObject({
  lead: z
    .record(z.string().max(80), z.union([z.string().max(10_000), z.number(), z.boolean(), z.null()]))
    .refine((fields) => Object.keys(fields).length > 0, "needs at least one field")
    .meta({
      description: "Fields to replace, by name; null takes one away.",
      examples: [{ zip: "78704" }],
    }),
  reason,
});

const filter = deadLetterFilterSchema
  .refine((f) => Object.keys(f).length > 0, "needs at least one word: a job on everything must say so with `state`")
  .meta({ examples: [{ state: "parked", endpoint: "acme_http" }] });
const job_id = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/)
  .optional()
  .meta({ description: "The caller's own id: the same id again is the same job." });
export const bulkReplaySchema = replaySchema.extend({ filter, job_id });
export const bulkCloseSchema = z.strictObject({ filter, job_id, as: z.literal("unsold"), reason });

/** Params of a `replay` job, as its starter stores them (amounts as on the wire) and its steps read them. */
export const replayJobSchema = z.discriminatedUnion("action", [
  replaySchema.extend({ action: z.literal("replay"), filter }),
  z.strictObject({ action: z.literal("close"), filter, as: z.literal("unsold"), reason }),
]);
export type ReplayJob = z.output<typeof replayJobSchema>;

export const jobsQuery = z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50) });

export const returnSchema = z.strictObject({
  reason,
  refund: z.literal(true).meta({ description: "The buyer gets its charge back. Said in so many words." }),
  reservation_id: z.string().max(100).optional().meta({
    description: "The sale that is meant; absent: the lead's only one.",
  }),
  re_auction: z
    .boolean()
    .optional()
    .meta({ description: "Offer it to others; absent: as the contract's `after_sale` says." }),
});
