import * as z from "zod";
import { FIELD_CLASSES } from "../lists.ts";
import { positiveMoneySchema } from "../money.ts";
import { fieldNameSchema, idSchema, nameSchema, percentSchema, statusSchema } from "./common.ts";

export const FIELD_TYPES = [
  "string",
  "integer",
  "number",
  "boolean",
  "enum",
  "date",
  "datetime",
  "zip",
  "state",
  "phone",
  "email",
  "ip",
  "url",
  "user_agent",
] as const;

/**
 * One field of a campaign's lead. `class` says who may see it and when; `ask` says in which call it must be present
 * (`ping` fields may be repeated in the post). A `personal` field is never accepted in a ping.
 */
export const fieldSchema = z
  .strictObject({
    name: fieldNameSchema,
    label: z.string().max(120).optional(),
    type: z.enum(FIELD_TYPES),
    class: z.enum(FIELD_CLASSES),
    required: z.enum(["ping", "post", "never"]).default("never"),
    values: z.array(z.string().min(1).max(100)).min(1).max(500).optional(),
    min: z.number().optional(),
    max: z.number().optional(),
    max_length: z.int().min(1).max(5_000).optional(),
    /** Other names under which publishers send the field. */
    aliases: z.array(fieldNameSchema).max(10).default([]),
    description: z.string().max(500).optional(),
    sample: z.union([z.string(), z.number(), z.boolean()]),
  })
  .refine((f) => (f.type === "enum") === (f.values !== undefined), {
    path: ["values"],
    message: "belongs to type enum, and only there",
  })
  .refine((f) => !(f.class === "personal" && f.required === "ping"), {
    path: ["required"],
    message: "a personal field cannot be required in a ping",
  });
export type Field = z.output<typeof fieldSchema>;

/** Gateway's own rules for the sale of this campaign's leads. */
export const auctionRulesSchema = z
  .strictObject({
    /** weighted, round_robin and publishers_choice come later. */
    mode: z.enum(["highest", "priority_tiers"]).default("highest"),
    /** multi-sell comes later. */
    sale: z.enum(["exclusive"]).default("exclusive"),
    /** The least a buyer must pay. */
    floor: positiveMoneySchema.default(0 as never),
    /** The publisher's part of the buyer's price, in percent. */
    publisher_share: percentSchema.default(80),
    /** The least that stays with the gateway on each sale, whatever the share says. */
    min_margin: positiveMoneySchema.default(0 as never),
    /**
     * The auction ends as soon as nobody who has not answered can win (by `max_bid` and balance), with at least so many valid bids behind
     * the best. Absent: everybody is waited for.
     */
    early_close: z.strictObject({ fallback_bids: z.int().min(0).max(50).default(2) }).optional(),
  })
  .refine((rules) => rules.early_close === undefined || rules.mode === "highest", {
    path: ["early_close"],
    message: "belongs to mode highest, and only there",
  });

/** Milliseconds. Defaults from DESIGN: ping 1 s, post 5 s, one step 6 s, of which 35 ms are the gateway's own. */
export const deadlinesSchema = z.strictObject({
  ping_ms: z.int().min(100).max(30_000).default(1_000),
  post_ms: z.int().min(500).max(60_000).default(5_000),
  lead_ms: z.int().min(500).max(60_000).default(6_000),
  own_share_ms: z.int().min(5).max(500).default(35),
});

export const campaignSchema = z.strictObject({
  id: idSchema,
  name: nameSchema,
  vertical: idSchema,
  status: statusSchema,
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default("USD"),
  fields: z.array(fieldSchema).min(1).max(200),
  /** Who may read the posting specification (`GET /specs/:id`): everybody, whoever sends a key of one of its publishers, or nobody. */
  specs: z.enum(["public", "publishers", "off"]).default("public"),
  /** Buyers that lost an auction may hear the price at which the lead was sold (`loss` of their dialects). */
  disclose_price: z.boolean().default(false),
  /** Consent that must travel with every post; contracts may ask for more. */
  consent: z
    .strictObject({
      required: z.array(fieldNameSchema).max(20).default([]),
      max_age_hours: z
        .int()
        .min(1)
        .max(24 * 365)
        .default(24 * 30),
    })
    .prefault({}),
  auction: auctionRulesSchema.prefault({}),
  deadlines: deadlinesSchema.prefault({}),
  unknown_fields: z.enum(["reject", "ignore"]).default("reject"),
  ping_ttl_s: z.int().min(10).max(600).default(120),
  /** The same ping is answered from memory for so long; 0 switches it off. */
  repeat_ping_s: z.int().min(0).max(3_600).default(600),
  /** Where a consumer is looked up who was sold within the window: `ping` costs an awaited look-up before the auction. */
  duplicate_check: z.enum(["off", "post", "ping"]).default("post"),
  duplicate_window_days: z.int().min(1).max(365).default(30),
  duplicate_by_email: z.boolean().default(false),
  /** A post whose facts differ from its ping's: keep the ping's value, or refuse the post. */
  on_changed_field: z.enum(["ping_wins", "refuse"]).default("refuse"),
  /** A buyer that says "not now": ask it again later, or go to the next. */
  on_not_taken: z.enum(["same_buyer", "next_buyer"]).default("next_buyer"),
  /** A genuine ping id whose auction was lost in a crash: ask the publisher to retry, or sell as one step. */
  on_lost_ping: z.enum(["retry", "one_step"]).default("retry"),
  /** Auctions among contracts that take aged leads, once the first bidders are used up (pending, or paid at our risk). */
  re_auctions: z.int().min(0).max(5).default(1),
  /** How long personal data stays readable after the lead's end, and the proof of consent after that lead's erasure or purge. */
  retention: z
    .strictObject({
      lead_days: z.int().min(1).max(3_650).default(180),
      consent_days: z.int().min(0).max(3_650).default(1_825),
      auction_days: z.int().min(1).max(365).default(30),
    })
    .prefault({}),
  /** Auctions without a post that are kept for reports: 1 = all. */
  record_unposted: z.number().min(0).max(1).default(1),
});
export type CampaignInput = z.input<typeof campaignSchema>;
export type Campaign = z.output<typeof campaignSchema>;
