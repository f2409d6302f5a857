import * as z from "zod";
import { idSchema } from "../config/common.ts";

/** A message for wrong values; a missing one stays "is required". */
export const says = (message: string): { error: (issue: { input?: unknown }) => string | undefined } => ({
  error: (issue) => (issue.input === undefined ? undefined : message),
});

/** Parts that several public bodies share. Descriptions and examples appear in the API document. */
const subId = z
  .union([z.string(), z.number()])
  // JSON can carry half of a surrogate pair, which no address, ledger or buyer takes.
  .transform((value) => String(value).toWellFormed())
  .pipe(z.string().max(200, "must have at most 200 characters"));
const subIdOf = (n: number) =>
  subId.optional().meta({ description: `The publisher's own sub source ${n}. No personal data.` });

export const callFields = {
  sub_id1: subIdOf(1),
  sub_id2: subIdOf(2),
  sub_id3: subIdOf(3),
  sub_id4: subIdOf(4),
  sub_id5: subIdOf(5),
  click_id: subId.optional().meta({
    description: "The publisher's own id of the click or session; comes back in postbacks.",
    examples: ["c-20261120-77"],
  }),
  test: z
    .boolean(says("must be true or false"))
    .optional()
    .meta({ description: "A test: no live endpoint, no cap, no balance, no report." }),
} as const;

export const SUB_IDS = ["sub_id1", "sub_id2", "sub_id3", "sub_id4", "sub_id5"] as const;

export const campaignField = idSchema.meta({
  description: "What is sold: the campaign's id.",
  examples: ["auto_insurance"],
});

/** The fields themselves are checked by the campaign's compiled parser, not by zod: this stands on the ping path. */
export const leadFields = z.record(z.string(), z.unknown(), says("must be an object with the lead's fields"));

export const timeoutField = z
  .int(says("must be a whole number of milliseconds"))
  .min(50, "must be at least 50")
  .max(60_000, "must be at most 60000")
  .optional()
  .meta({
    description:
      "Answer within so many milliseconds of the request's arrival. Shortens the campaign's deadline, never lengthens it.",
    examples: [800],
  });

/** Of the phone in E.164 form with its +, or of the trimmed lower-case e-mail address; read by `parseHash` (worker/auction/hashes.ts). */
export const hashField = z
  .string(says("must be a text of hex digits"))
  .trim()
  .regex(
    /^(?:(?:sha256:)?[0-9a-f]{64}|md5:[0-9a-f]{32})$/i,
    "must be a SHA-256 digest (64 hex digits), or md5: and 32 hex digits",
  )
  .meta({ examples: ["5a8d1e0c2f…(64 hex digits)"] });

/** How the consumer consented. Also accepted as the lead's fields consent_text, consent_at, consent_ip, consent_user_agent. */
export const consentSchema = z
  .strictObject({
    brand: z
      .string()
      .max(120, "must have at most 120 characters")
      .optional()
      .meta({ description: "The brand that the consent named." }),
    text: z
      .string()
      .max(5_000, "must have at most 5000 characters")
      .optional()
      .meta({ description: "The text, word for word." }),
    at: z
      .string()
      .max(60, "must be an ISO 8601 time")
      .optional()
      .meta({ examples: ["2026-11-20T15:04:05Z"] }),
    ip: z
      .string()
      .max(45, "must be an IP address")
      .optional()
      .meta({ examples: ["203.0.113.7"] }),
    ua: z
      .string()
      .max(1_000, "must have at most 1000 characters")
      .optional()
      .meta({ description: "The browser's user agent." }),
  })
  .optional();

/** How the document shows a lead. */
export const LEAD_META = {
  description:
    "The lead's fields, by the names of the campaign. Values are plain texts, numbers or booleans; texts are understood for every type.",
  examples: [{ zip: "90210", state: "CA" }],
};
