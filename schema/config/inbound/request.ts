import * as z from "zod";
import { SUB_IDS } from "../../api/common.ts";
import { fieldNameSchema } from "../common.ts";
import { sourceSchema } from "../dialect/common.ts";
import { conditionTextSchema } from "../dialect/condition.ts";

/** How a publisher's request is read. Names in sources and conditions are paths into its document: docs/inbound.md. */
export const INBOUND_FORMATS = ["json", "xml", "form", "query"] as const;
export type InboundFormat = (typeof INBOUND_FORMATS)[number];

/** `ping`: an offer is wanted; `post`: the lead of a ping; `lead`: both in one step. */
export const INBOUND_MODES = ["ping", "post", "lead"] as const;
export type InboundMode = (typeof INBOUND_MODES)[number];

/** Fields that a request can say by itself. */
export const INBOUND_FILLS = ["consent_at", "consent_ip", "consent_user_agent", "ip_address", "user_agent"] as const;
export type InboundFill = (typeof INBOUND_FILLS)[number];

/** `{ping: "Mode is ping"}` */
const modeRuleSchema = z
  .partialRecord(z.enum(INBOUND_MODES), conditionTextSchema)
  .refine((rule) => Object.keys(rule).length === 1, {
    message: `must be one of ${INBOUND_MODES.join(", ")} and its condition`,
  });

const formatSchema = z.enum(INBOUND_FORMATS);

export const inboundRequestSchema = z.strictObject({
  /** Tried in this order, by what the body looks like; its content type does not matter. Query parameters are read beside any body. */
  format: z
    .union([z.literal("auto"), formatSchema, z.array(formatSchema).min(1).max(4)])
    .default("auto")
    .transform((format): InboundFormat[] =>
      format === "auto" ? ["json", "xml", "form"] : Array.isArray(format) ? format : [format],
    ),
  /** Objects whose members count as members of the document: `[Request, Request.Data]`. */
  flatten: z.array(z.string().min(1).max(200)).max(5).default([]),
  /** Where the request carries the publisher's key. Missing: whoever knows the address may use it. */
  key: sourceSchema.optional(),
  /** In order, the first that matches decides. */
  mode: z
    .array(modeRuleSchema)
    .min(1)
    .max(20)
    .default([{ ping: "$path ends with ping" }, { post: "$ping_id exists" }, { lead: "otherwise" }]),
  /** Of a post: the id that the ping's answer gave. */
  ping_id: sourceSchema.optional(),
  /** Of a post: only these bids of the ping; a list, or a text with commas. */
  bid_ids: sourceSchema.optional(),
  /** When it is a test. */
  test: conditionTextSchema.optional(),
  /** The ZIP that tests get instead of their own: a magic one forces an outcome, so that a publisher's test lead is answered like a sale. */
  test_zip: z
    .string()
    .regex(/^\d{5}$/, "must be five digits")
    .optional(),
  min_price: sourceSchema.optional(),
  timeout_ms: sourceSchema.optional(),
  click_id: sourceSchema.optional(),
  sub_ids: z.partialRecord(z.enum(SUB_IDS), sourceSchema).default({}),
  consent: z
    .strictObject({
      brand: sourceSchema.optional(),
      text: sourceSchema.optional(),
      at: sourceSchema.optional(),
      ip: sourceSchema.optional(),
      ua: sourceSchema.optional(),
    })
    .default({}),
  /**
   * What is taken from the request itself where the publisher sends none: its time (as the time of consent, where it sent the text), and
   * the caller's address and user agent, which are the consumer's where pages call by script. No part of what makes a repeat.
   */
  fill: z.array(z.enum(INBOUND_FILLS)).max(INBOUND_FILLS.length).default([]),
  /** Our field: where its value is. */
  fields: z.record(fieldNameSchema, sourceSchema).default({}),
  /** `by_name`: what `fields` does not name goes to the campaign's field of the same name (or alias), whatever the case. */
  other_fields: z.enum(["ignore", "by_name"]).default("ignore"),
  /** Pages call this address by script: answers may be read by them (CORS). */
  browsers: z.boolean().default(false),
});
export type InboundRequest = z.output<typeof inboundRequestSchema>;
