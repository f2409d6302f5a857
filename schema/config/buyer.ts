import * as z from "zod";
import { CAP_PERIODS } from "../lists.ts";
import { moneySchema, positiveMoneySchema } from "../money.ts";
import { fieldNameSchema, idSchema, nameSchema, percentSchema, statusSchema, timeZoneSchema } from "./common.ts";
import { dialectSchema } from "./dialect.ts";
import { filterSchema, scheduleSchema } from "./filter.ts";

export const buyerSchema = z.strictObject({
  id: idSchema,
  name: nameSchema,
  status: statusSchema,
  /** How far below zero the balance may go. 0: prepaid. null: no limit (invoiced). */
  credit_limit: positiveMoneySchema.nullable().default(0 as never),
  notes: z.string().max(2_000).optional(),
});
export type BuyerInput = z.input<typeof buyerSchema>;
export type Buyer = z.output<typeof buyerSchema>;

export const breakerSettingsSchema = z.strictObject({
  failures: z.int().min(2).max(1_000).default(10),
  within_s: z.int().min(10).max(3_600).default(300),
  pause_s: z.int().min(1).max(3_600).default(30),
  max_pause_s: z.int().min(1).max(86_400).default(600),
});

/** A buyer's URLs, credentials, dialect and breaker. */
export const endpointSchema = z.strictObject({
  id: idSchema,
  buyer_id: idSchema,
  name: nameSchema,
  status: statusSchema,
  /** email, batch, portal, pull and call come later. */
  channel: z.enum(["http"]).default("http"),
  dialect: dialectSchema,
  /** Credentials by name, sealed; the admin call takes them in plain as `credentials` and never shows them again. */
  credentials_sealed: z.record(fieldNameSchema, z.string()).default({}),
  ping_timeout_ms: z.int().min(50).max(25_000).default(100),
  post_timeout_ms: z.int().min(500).max(25_000).default(10_000),
  /** The buyer recognises a repeated post by its reservation id and answers as the first time. */
  idempotent: z.boolean().default(false),
  /** What test leads may do here: nothing, or be sent with the dialect's test mark. */
  accepts_test: z.boolean().default(false),
  breaker: breakerSettingsSchema.prefault({}),
});
export type EndpointInput = z.input<typeof endpointSchema>;
export type Endpoint = z.output<typeof endpointSchema>;

/** A limit in the contract's time zone. `source`: absent = the contract as a whole, "*" = each publisher by itself, else one publisher. */
export const capSchema = z
  .strictObject({
    per: z.enum(CAP_PERIODS),
    count: z.int().min(0).max(1_000_000_000).optional(),
    money: positiveMoneySchema.optional(),
    source: z.union([z.literal("*"), idSchema]).optional(),
  })
  .refine((cap) => cap.count !== undefined || cap.money !== undefined, "needs count or money");
export type Cap = z.output<typeof capSchema>;

export const retrySchema = z.strictObject({
  attempts: z.int().min(1).max(20).default(6),
  first_delay_s: z.number().min(0.1).max(300).default(2),
  max_delay_s: z.int().min(1).max(3_600).default(60),
});

/** A buyer's standing order on a campaign, through an endpoint. */
export const contractSchema = z.strictObject({
  id: idSchema,
  buyer_id: idSchema,
  campaign_id: idSchema,
  endpoint_id: idSchema,
  name: nameSchema,
  status: statusSchema,
  price: z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("bid"), max_bid: positiveMoneySchema.optional() }),
    z.strictObject({ type: z.literal("fixed"), amount: positiveMoneySchema }),
  ]),
  /** 1 is asked to win before 2, … (mode priority_tiers; a tie-break otherwise). */
  priority: z.int().min(1).max(1_000).default(100),
  filter: filterSchema.optional(),
  schedule: scheduleSchema.optional(),
  time_zone: timeZoneSchema.default("America/New_York"),
  /** Which publishers it takes from; absent = all. `source` is the publisher's id, or `publisher/sub_id1`. */
  sources: z
    .strictObject({
      allow: z.array(z.string().max(200)).max(5_000).optional(),
      deny: z.array(z.string().max(200)).max(5_000).optional(),
    })
    .default({}),
  caps: z.array(capSchema).max(20).default([]),
  /** Quasi and hashed fields that this buyer may see in a ping, by name. */
  disclose: z.array(fieldNameSchema).max(50).default([]),
  consent: z
    .strictObject({ required: z.array(fieldNameSchema).max(20).default([]), brand: z.string().max(120).optional() })
    .prefault({}),
  /** The same consumer to this buyer within so many days is refused; 0 switches it off. */
  duplicate_window_days: z.int().min(0).max(365).default(30),
  ping_timeout_ms: z.int().min(50).max(25_000).optional(),
  post_timeout_ms: z.int().min(500).max(25_000).optional(),
  retry: retrySchema.prefault({}),
  /** When attempts at an unknown run out. The last two carry a risk, which is flagged on the lead. */
  on_unknown: z.enum(["review", "next_buyer", "treat_as_sold"]).default("review"),
  /** The buyer's answer names a lower price than its bid. */
  on_lower_price: z.enum(["keep", "review"]).default("review"),
  publisher_share: percentSchema.optional(),
});
export type ContractInput = z.input<typeof contractSchema>;
export type Contract = z.output<typeof contractSchema>;

/** Money brought in or corrected by hand; always with a reason, always in the audit. */
export const accountEntrySchema = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .describe("The caller's own id: the same id twice is booked once."),
  kind: z.enum(["deposit", "credit", "adjustment"]),
  /** Deposits and credits are positive; an adjustment may be negative. */
  amount: moneySchema,
  reason: z.string().trim().min(3).max(500),
});
export type AccountEntry = z.output<typeof accountEntrySchema>;

/** Switches that hold for everything. */
export const settingsSchema = z.strictObject({
  id: z.literal("gateway"),
  status: statusSchema,
});
export type Settings = z.output<typeof settingsSchema>;
