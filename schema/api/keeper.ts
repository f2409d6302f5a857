import * as z from "zod";
import { DIFFERENCE_KINDS } from "../lists.ts";

/** Bodies and queries of the calls that start the keeper's long work, and of what a reconcile found. */
const reason = z
  .string()
  .trim()
  .min(3)
  .max(500)
  .meta({ description: "Why; kept in the audit. Nothing personal.", examples: ["request of 21 November"] });

export const reconcileSchema = z.strictObject({
  full: z.boolean().default(false).meta({ description: "Also what has not changed since the last complete run." }),
});
export const startSchema = z.strictObject({ reason });

export const differencesQuery = z.strictObject({
  kind: z.enum(DIFFERENCE_KINDS).optional(),
  mended: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .default(false)
    .meta({ description: "true: those that a later run found gone." }),
  job: z.string().max(64).optional(),
  after: z.string().max(300).optional().meta({ description: "The `next` of the page before." }),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const erasureSchema = z
  .strictObject({
    phone: z.string().max(60).optional(),
    email: z.string().max(254).optional(),
    suppress: z.boolean().default(false).meta({ description: "Never to be sold again, from now on." }),
    keep_consent: z.boolean().default(true).meta({
      description: "Keeps the proof of consent for the campaign's term. false: proofs of earlier erasures go too.",
    }),
    reason,
  })
  .refine((body) => body.phone !== undefined || body.email !== undefined, {
    path: ["phone"],
    message: "phone or email is needed",
  });
