import * as z from "zod";

/** People at a buyer's, for operators. Of no use to a machine: nothing is sent to them. */
export const contactSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(120),
    /** What they are asked about: "billing", "technical". */
    role: z.string().trim().min(1).max(60),
    email: z.email().max(254).optional(),
    phone: z
      .string()
      .trim()
      .regex(/^\+?[0-9][0-9 ().-]{4,28}$/, "must be a phone number like +1 212 555 0142")
      .optional(),
    note: z.string().trim().max(300).optional(),
  })
  .refine((contact) => contact.email !== undefined || contact.phone !== undefined, "needs email or phone");
export type BuyerContact = z.output<typeof contactSchema>;

/** What was agreed with the buyer; shown beside what is measured, enforced by nobody. */
export const slaSchema = z.strictObject({
  /** 95 of 100 pings are answered within so many ms. */
  ping_p95_ms: z.int().min(1).max(25_000).optional(),
  /** 95 of 100 posts are answered within so many ms. */
  post_p95_ms: z.int().min(1).max(25_000).optional(),
  /** Percent of posts that are answered at all (delivery). */
  delivery_percent: z.number().min(0).max(100).optional(),
  /** Percent of answered posts that are accepted. */
  acceptance_percent: z.number().min(0).max(100).optional(),
  /** When somebody is there, in words. */
  support_hours: z.string().trim().max(200).optional(),
});
export type Sla = z.output<typeof slaSchema>;
