import * as z from "zod";
import { positiveMoneySchema, ZERO } from "../money.ts";
import {
  callFields,
  campaignField,
  consentSchema,
  hashField,
  LEAD_META,
  leadFields,
  says,
  timeoutField,
} from "./common.ts";

/** Bodies of the public calls. Strict: an unknown key is an error that names it. */
const minPrice = positiveMoneySchema
  .default(ZERO)
  .meta({ description: "The least that the publisher wants: nothing below it is offered or sold.", examples: [12.5] });

export const pingRequestSchema = z
  .strictObject({
    campaign: campaignField,
    lead: leadFields.meta({
      ...LEAD_META,
      description: `${LEAD_META.description} Nothing personal: such a field is refused in a ping.`,
    }),
    phone_hash: hashField
      .optional()
      .meta({ description: "SHA-256 of the phone in E.164 form with + (or MD5, as md5:…)." }),
    email_hash: hashField
      .optional()
      .meta({ description: "SHA-256 of the trimmed, lower-case e-mail address (or MD5, as md5:…)." }),
    timeout_ms: timeoutField,
    min_price: minPrice,
    ...callFields,
  })
  .meta({ id: "PingRequest" });
export type PingRequest = z.output<typeof pingRequestSchema>;

const bidIds = z
  .array(
    z.string(says("must be a text")).min(1, "must not be empty").max(40, "is not a bid_id"),
    says("must be a list of bid_ids"),
  )
  .max(20, "must have at most 20 entries")
  .default([])
  .meta({ description: "Only these bids of the ping, in the order of its answer; absent: all." });

export const postRequestSchema = z
  .strictObject({
    ping_id: z
      .string(says("must be the ping_id of a ping's answer"))
      .min(1, "must be the ping_id of a ping's answer")
      .max(64, "must be the ping_id of a ping's answer")
      .meta({ description: "As the ping's answer had it.", examples: ["pb0A1zcQk4hT9sWmX2dLr7vYe3Gu"] }),
    bid_ids: bidIds,
    lead: leadFields.meta({
      description: "The whole lead, personal fields and consent included. Fields of the ping may be repeated.",
      examples: [{ first_name: "Jane", phone: "+12025550123" }],
    }),
    consent: consentSchema,
    campaign: campaignField.optional().meta({
      description: "The ping's campaign: lets the lead be sold in one step if the auction was lost in a crash.",
    }),
    ...callFields,
  })
  .meta({ id: "PostRequest" });
export type PostRequest = z.output<typeof postRequestSchema>;

export const leadRequestSchema = z
  .strictObject({
    campaign: campaignField,
    lead: leadFields.meta({
      description: "The whole lead, personal fields and consent included.",
      examples: [{ zip: "90210", first_name: "Jane", phone: "+12025550123" }],
    }),
    consent: consentSchema,
    timeout_ms: timeoutField,
    min_price: minPrice,
    ...callFields,
  })
  .meta({ id: "LeadRequest" });
export type LeadRequest = z.output<typeof leadRequestSchema>;

export const formRequestSchema = z
  .strictObject({
    lead: leadFields,
    consent: consentSchema,
    "cf-turnstile-response": z
      .string(says("must be a text"))
      .max(4_096, "is too long")
      .optional()
      .meta({ description: "Turnstile's token, where the form asks for it." }),
    ...callFields,
  })
  .meta({ id: "FormRequest" });
export type FormRequest = z.output<typeof formRequestSchema>;

/** Keys of the envelope; in form encoding every other flat key is a field of the lead. */
export const ENVELOPE_KEYS = {
  pings: new Set(Object.keys(pingRequestSchema.shape)),
  posts: new Set(Object.keys(postRequestSchema.shape)),
  leads: new Set(Object.keys(leadRequestSchema.shape)),
  forms: new Set(Object.keys(formRequestSchema.shape)),
} as const;
/** Members of the consent object. */
export const CONSENT_PARTS: ReadonlySet<string> = new Set(Object.keys(consentSchema.unwrap().shape));
