import * as z from "zod";
import { ALERT_KINDS, CHANNEL_TYPES, SEVERITIES } from "../lists.ts";
import { positiveMoneySchema } from "../money.ts";
import {
  fieldNameSchema,
  idSchema,
  nameSchema,
  percentSchema,
  statusSchema,
  timeZoneSchema,
  urlSchema,
} from "./common.ts";

const posts = z.int().min(1).max(100_000);
const errors = z.int().min(1).max(10_000);
const minutes = z.int().min(5).max(60);
const seconds = z
  .int()
  .min(1)
  .max(7 * 86_400);
const hours = z.number().min(0.1).max(720);

/** A rule's settings; what a record leaves out is the default (worker/alerts/catalogue.ts). */
const rule = <T extends z.ZodRawShape>(shape: T) => z.strictObject({ on: z.boolean(), ...shape });

/** Every rule with what may be set of it. Percent of the posts in the newest `minutes`. */
export const RULE_SETTINGS = {
  success_low: rule({ warning: percentSchema, critical: percentSchema, min_posts: posts, minutes }),
  success_falling: rule({ points: percentSchema, min_posts: posts, minutes }),
  transport_errors: rule({ percent: percentSchema, min_errors: errors, min_posts: posts, minutes }),
  http_errors: rule({ percent: percentSchema, min_errors: errors, min_posts: posts, minutes }),
  errors_in_row: rule({ count: errors }),
  slow_answers: rule({ slow_ms: z.int().min(100).max(25_000), percent: percentSchema, min_posts: posts, minutes }),
  breaker_open: rule({}),
  cap_near: rule({ percent: percentSchema }),
  cap_reached: rule({}),
  balance_low: rule({ warning: positiveMoneySchema, critical: positiveMoneySchema }),
  nothing_accepted: rule({ hours, min_posts: posts }),
  volume_low: rule({ percent: percentSchema, min_pings: posts }),
  volume_high: rule({ percent: z.int().min(101).max(10_000), min_pings: posts }),
  differences_open: rule({}),
  outbox_late: rule({ warning_s: seconds, critical_s: seconds }),
  unknown_old: rule({ warning_hours: hours, critical_hours: hours }),
  synthetic_failed: rule({}),
  synthetic_slow: rule({}),
  channel_failed: rule({}),
  ledger_away: rule({}),
  config_refused: rule({}),
} as const;
export type RuleName = keyof typeof RULE_SETTINGS;
export type RuleSettings = { [K in RuleName]: z.output<(typeof RULE_SETTINGS)[K]> };
export type RuleChanges = { [K in RuleName]?: Partial<RuleSettings[K]> };

type PartialRules = { [K in RuleName]: z.ZodOptional<ReturnType<(typeof RULE_SETTINGS)[K]["partial"]>> };
const partialRules = Object.fromEntries(
  Object.entries(RULE_SETTINGS).map(([name, schema]) => [name, schema.partial().optional()]),
) as unknown as PartialRules;

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const clockSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of day like 22:00");

/** Hours in which nothing is sent, by the clock on the wall of the zone. `days`: on which they begin. */
export const quietSchema = z.strictObject({
  time_zone: timeZoneSchema,
  from: clockSchema,
  to: clockSchema,
  days: z
    .array(z.enum(WEEKDAYS))
    .min(1)
    .max(7)
    .default([...WEEKDAYS]),
  /** Critical alerts are sent all the same. */
  critical_passes: z.boolean().default(true),
});
export type Quiet = z.output<typeof quietSchema>;

/**
 * Which alerts are raised and when they are told: the record `main` for all, `buyer_<id>` for one buyer. A member that a buyer's
 * record leaves out is as in `main`. Paused: alerts are found and shown, nobody is told.
 */
export const alertingSchema = z.strictObject({
  id: z
    .string()
    .regex(/^(main|buyer_[a-z0-9][a-z0-9_-]{0,39})$/, "must be main, or buyer_ and the buyer's id")
    .meta({ examples: ["main", "buyer_acme"] }),
  /** Whose; none in `main`. */
  buyer_id: idSchema.optional(),
  status: statusSchema,
  rules: z.strictObject(partialRules).default({}),
  /** The same alert is told again after so many minutes at the earliest, unless it got worse. Default 30. */
  cooling_off_min: z.int().min(0).max(1_440).optional(),
  /** null: none, whatever `main` says. */
  quiet: quietSchema.nullable().optional(),
});
export type AlertingInput = z.input<typeof alertingSchema>;
export type Alerting = z.output<typeof alertingSchema>;

const addressSchema = z.email().max(200);

/** Where notices go, and which. */
export const alertChannelSchema = z.strictObject({
  id: idSchema,
  name: nameSchema,
  status: statusSchema,
  type: z.enum(CHANNEL_TYPES),
  /** email: who sends (a verified address of yours), and to whom. */
  from: addressSchema.optional(),
  to: z.array(addressSchema).min(1).max(20).optional(),
  /** webhook */
  url: urlSchema.optional(),
  /** webhook: signs by Standard Webhooks; slack: the hook's address. Sealed. */
  secret_sealed: z.string().optional(),
  hook_url_sealed: z.string().optional(),
  min_severity: z.enum(SEVERITIES).default("warning"),
  /** Absent: all. */
  kinds: z.array(z.enum(ALERT_KINDS)).min(1).max(100).optional(),
  /** Only what is about one of these; absent: everything. */
  buyers: z.array(idSchema).min(1).max(500).optional(),
  /** Also tells when an alert is over. */
  tell_resolved: z.boolean().default(true),
});
export type AlertChannel = z.output<typeof alertChannelSchema>;

/** A lead that is sent on a schedule, as a publisher would send it, to watch the whole way. A test lead: it is in no report. */
export const syntheticSchema = z.strictObject({
  id: idSchema,
  name: nameSchema,
  status: statusSchema,
  campaign_id: idSchema,
  way: z.enum(["two_step", "one_step"]).default("two_step"),
  every_min: z.int().min(1).max(1_440).default(15),
  /** In place of the campaign's samples; `zip: "00001"` sells to a simulated buyer. */
  lead: z.record(fieldNameSchema, z.union([z.string().max(500), z.number(), z.boolean()])).default({}),
  /** `result` of the last answer. */
  expect: z.enum(["accepted", "rejected", "pending"]).default("accepted"),
  /** All its answers together may take so long. */
  slow_ms: z.int().min(50).max(60_000).default(3_000),
  /** So many failures in a row are an alert. */
  failures: z.int().min(1).max(10).default(1),
  /** A test key of the publisher that it is sent as, sealed. */
  key_sealed: z.string().optional(),
});
export type Synthetic = z.output<typeof syntheticSchema>;
