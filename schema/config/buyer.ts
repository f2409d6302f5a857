import * as z from "zod";
import { CAP_PERIODS } from "../lists.ts";
import { moneySchema, positiveMoneySchema } from "../money.ts";
import { breakerSettingsSchema } from "./breaker.ts";
import { fieldNameSchema, idSchema, nameSchema, percentSchema, statusSchema, timeZoneSchema } from "./common.ts";
import { contactSchema, slaSchema } from "./contacts.ts";
import { dialectSchema } from "./dialect.ts";
import { filterSchema, scheduleSchema } from "./filter.ts";
import { CONTRACT_STAGES, driftSchema, rampSchema } from "./going-live.ts";
import { maintenanceSchema } from "./maintenance.ts";
import { priceSchema } from "./price.ts";
import { sentSchemasSchema } from "./sent-schema.ts";

export { type BreakerSettings, breakerSettingsSchema } from "./breaker.ts";

export const buyerSchema = z.strictObject({
  id: idSchema,
  name: nameSchema,
  status: statusSchema,
  /** How far below zero the balance may go. 0: prepaid. null: no limit (invoiced). */
  credit_limit: positiveMoneySchema.nullable().default(0 as never),
  notes: z.string().max(2_000).optional(),
  contacts: z.array(contactSchema).max(20).default([]),
  sla: slaSchema.prefault({}),
  /** Planned times in which nothing goes to any of its endpoints. */
  maintenance: maintenanceSchema,
});
export type BuyerInput = z.input<typeof buyerSchema>;
export type Buyer = z.output<typeof buyerSchema>;

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
  /** What test leads use in their place, by name; a credential that is not named here is the live one. */
  test_credentials_sealed: z.record(fieldNameSchema, z.string()).default({}),
  /** Client certificate (mTLS): the name of a binding of the Worker, `MTLS_ACME`. */
  client_certificate: z
    .string()
    .regex(/^MTLS_[A-Z0-9_]{1,40}$/, "must be the name of a binding, like MTLS_ACME")
    .optional(),
  ping_timeout_ms: z.int().min(50).max(25_000).default(100),
  post_timeout_ms: z.int().min(500).max(25_000).default(10_000),
  /** The buyer recognises a repeated post by its reservation id and answers as the first time. */
  idempotent: z.boolean().default(false),
  /** What test leads may do here: nothing, or be sent with the dialect's test mark. */
  accepts_test: z.boolean().default(false),
  breaker: breakerSettingsSchema.prefault({}),
  /**
   * While more than so many percent of its pings are answered too late for the auction, it is asked in fewer, down to the least share.
   * A least share of 100 switches it off.
   */
  shaping: z
    .strictObject({
      from_late_percent: z.int().min(10).max(97).default(80),
      least_share_percent: z.int().min(1).max(100).default(5),
    })
    .prefault({}),
  /** The buyer's own schemas of what we send: looked at in tests, never on the way of a lead. */
  schemas: sentSchemasSchema.optional(),
  notes: z.string().max(2_000).optional(),
  /** Planned times in which nothing goes to this endpoint. */
  maintenance: maintenanceSchema,
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

/** Even out a contract's leads: at least so far apart, and at most so many in so many minutes (gliding). */
export const pacingSchema = z
  .strictObject({
    min_interval_s: z.number().min(0.1).max(86_400).optional(),
    count: z.int().min(1).max(100_000).optional(),
    minutes: z.int().min(1).max(1_440).optional(),
  })
  .refine((p) => (p.count === undefined) === (p.minutes === undefined), {
    path: ["minutes"],
    message: "count and minutes belong together",
  })
  .refine((p) => p.min_interval_s !== undefined || p.count !== undefined, "needs min_interval_s, or count and minutes");
export type Pacing = z.output<typeof pacingSchema>;

/** What becomes of a lead that this contract won and cannot take for its cap or pacing. */
export const onCapSchema = z.discriminatedUnion("do", [
  /** The next bidder in line. */
  z.strictObject({ do: z.literal("next") }),
  /** Pending publishers: everybody else is asked first; if nobody takes it, the lead waits for the window, at most so many hours. */
  z.strictObject({ do: z.literal("queue"), max_hours: z.int().min(1).max(72).default(24) }),
  /** Another contract of the same buyer and campaign takes it, at the bid's price. */
  z.strictObject({ do: z.literal("contract"), contract_id: idSchema }),
]);

/** A buyer that fails the lead after it accepted it (its report, or an operator's). */
export const afterSaleSchema = z.strictObject({
  /** refund: the charge is given back at once when reported in time; review: an operator decides. */
  on_failure: z.enum(["refund", "review"]).default("review"),
  within_hours: z.int().min(1).max(720).default(72),
  /** A refunded lead is offered to others: next bidders whose bids live, then contracts that take aged leads. */
  re_auction: z.boolean().default(false),
});

/** A buyer's standing order on a campaign, through an endpoint. */
export const contractSchema = z.strictObject({
  id: idSchema,
  buyer_id: idSchema,
  campaign_id: idSchema,
  endpoint_id: idSchema,
  name: nameSchema,
  status: statusSchema,
  /** A new contract is a draft. One that was stored before there were stages is live. */
  stage: z.enum(CONTRACT_STAGES).default("live"),
  ramp: rampSchema.prefault({}),
  /** Fields of the campaign that this buyer does not want: nobody asks why its dialect leaves them out. */
  not_needed: z.array(fieldNameSchema).max(100).default([]),
  price: priceSchema,
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
  /**
   * How an unknown outcome is found out: the same post again with the same key; the dialect's status call, and never the post again;
   * or nothing but the buyer's own word (callback).
   */
  find_out: z.enum(["retry_same", "ask_status", "nothing"]).default("retry_same"),
  /** When that has not helped. The last two carry a risk, which is flagged on the lead. */
  on_unknown: z.enum(["review", "next_buyer", "treat_as_sold"]).default("review"),
  /** After an unknown, "duplicate" means that the first request was accepted; `unknown` where the buyer says it to everybody's leads. */
  duplicate_after_unknown: z.enum(["accepted", "unknown"]).default("accepted"),
  /** Takes leads that nobody bought at once, up to this age. `only`: nothing else. */
  aged: z.strictObject({ max_age_hours: z.number().min(0.1).max(720), only: z.boolean().default(false) }).optional(),
  pacing: pacingSchema.optional(),
  on_cap: onCapSchema.prefault({ do: "next" }),
  /** An open post breaker may be tried with a real lead of this contract. */
  probe_with_lead: z.boolean().default(false),
  after_sale: afterSaleSchema.prefault({}),
  /** The buyer's answer names a lower price than its bid. */
  on_lower_price: z.enum(["keep", "review"]).default("review"),
  publisher_share: percentSchema.optional(),
  drift: driftSchema.prefault({}),
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

/** A buyer's own API key (`/v1/buyer/...`). Only its SHA-256 is kept. */
export const buyerKeySchema = z.strictObject({
  /** SHA-256 of the key, lower-case hex. */
  id: z.string().regex(/^[0-9a-f]{64}$/),
  buyer_id: idSchema,
  prefix: z.string().max(16),
  label: z.string().max(80).default(""),
  status: statusSchema,
});
export type BuyerKey = z.output<typeof buyerKeySchema>;

/** Switches that hold for everything. */
export const settingsSchema = z.strictObject({
  id: z.literal("gateway"),
  status: statusSchema,
});
export type Settings = z.output<typeof settingsSchema>;
