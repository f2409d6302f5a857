import * as z from "zod";
import { ATTEMPT_OUTCOMES } from "../../lists.ts";
import { ownNameSchema, sourceSchema } from "./common.ts";
import { conditionTextSchema, dialectConditionSchema } from "./condition.ts";

/** What an answer may be. The format is the dialect's to say, not a header's; of several the first that fits is taken. */
export const ANSWER_FORMATS = ["json", "json_in_text", "xml", "html", "form", "lines", "csv", "text"] as const;
export type AnswerFormat = (typeof ANSWER_FORMATS)[number];

/** Our own classes of a buyer's reason, for reports and for the drift watch. */
export const REASON_CLASSES = [
  "duplicate",
  "cap",
  "hours",
  "geo",
  "invalid",
  "consent",
  "price",
  "credit",
  "other",
] as const;
export type ReasonClass = (typeof REASON_CLASSES)[number];

const formatSchema = z.enum(ANSWER_FORMATS);

/** How the answer is taken apart before rules and paths look at it. */
const reading = {
  format: z.union([formatSchema, z.array(formatSchema).min(1).max(4)]).default("json"),
  /** `csv`: names of the columns, and what is between them. `lines`: what stands between name and value. `form`: between two pairs. */
  columns: z.array(z.string().max(60)).max(50).optional(),
  delimiter: z.string().min(1).max(5).optional(),
  /** Documents within the document, parsed in place: `{at: "string", format: xml}`. */
  inner: z
    .array(z.strictObject({ at: z.string().max(200), format: formatSchema }))
    .max(3)
    .default([]),
  /**
   * Regular expressions (RE2) over the whole text; their named groups can be used like paths. They work on broken documents too.
   * The first that matches gives a name its value.
   */
  capture: z.array(z.string().max(500)).max(10).default([]),
  /** Names of answer headers that paths may use as `$header.<name>`. */
  headers: z
    .array(z.string().regex(/^[A-Za-z0-9-]{1,60}$/))
    .max(10)
    .default([]),
};

/** One rule in its long form, or short: `{bid: "status is success and price > 0"}`. */
function rules<const T extends readonly [string, ...string[]]>(outcomes: T, max = 50) {
  const long = z.strictObject({
    when: dialectConditionSchema,
    outcome: z.enum(outcomes),
    /** With `unknown`: a person at the buyer looks at it; never sent again. */
    held_for_review: z.boolean().optional(),
    /** With `accepted`: the buyer says so to everything, so it is no proof of delivery. */
    unverified: z.boolean().optional(),
    reason_class: z.enum(REASON_CLASSES).optional(),
  });
  const short = z
    .partialRecord(z.enum(outcomes), conditionTextSchema)
    .refine((rule) => Object.keys(rule).length === 1, {
      message: `must be one outcome (${outcomes.join(", ")}) and its condition`,
    });
  return z.array(z.union([long, short])).max(max);
}

/** `{duplicate: "reason contains duplicate"}`: the first that matches classes the reason. */
const reasonClassesSchema = z
  .array(z.partialRecord(z.enum(REASON_CLASSES), conditionTextSchema))
  .max(30)
  .default([]);

const BID_OUTCOMES = ["bid", "no_bid", "error"] as const;
/** `review` is short for `unknown` with `held_for_review`. */
export const POST_RULE_OUTCOMES = [...ATTEMPT_OUTCOMES, "review"] as const;

/** A list of offers in one answer (brands, legs). */
const bidsSchema = z.strictObject({
  /** Where the list is; of several places the first that has one. */
  each: sourceSchema,
  /** Only those for which it holds; paths within one of them. */
  when: dialectConditionSchema.optional(),
  /** Paths within one of them. */
  price: sourceSchema,
  ref: sourceSchema.optional(),
  name: sourceSchema.optional(),
  consent_text: sourceSchema.optional(),
  /** Which ones count: the best one, all (the price is their sum). Their refs are carried as `bid.refs`, the best one's as `bid.ref`. */
  pick: z.enum(["best", "all"]).default("best"),
});

/** Rules are tried in order, the first that matches decides. No match is an error, never a bid. */
export const bidAnswerSchema = z.strictObject({
  ...reading,
  rules: rules(BID_OUTCOMES).min(1),
  reason_classes: reasonClassesSchema,
  price: sourceSchema.optional(),
  ref: sourceSchema.optional(),
  brand: sourceSchema.optional(),
  consent_text: sourceSchema.optional(),
  expires_in_s: sourceSchema.optional(),
  /** ISO 8601, epoch seconds or epoch milliseconds. */
  expires_at: sourceSchema.optional(),
  reason: sourceSchema.optional(),
  bids: bidsSchema.optional(),
  /** Call buyers: number or SIP address, and the seconds that a call must last. */
  destination: sourceSchema.optional(),
  min_duration_s: sourceSchema.optional(),
  /** Further values to carry into later requests as `bid.<name>`. */
  carry: z.record(ownNameSchema, sourceSchema).default({}),
});
export type BidAnswer = z.output<typeof bidAnswerSchema>;

export const outcomeAnswerSchema = z.strictObject({
  ...reading,
  /** Empty: the defaults of docs/buyers.md by HTTP status and the usual words. */
  rules: rules(POST_RULE_OUTCOMES).default([]),
  reason_classes: reasonClassesSchema,
  price: sourceSchema.optional(),
  /** With a rejection: the lower price at which the buyer would have taken it. Kept for the record. */
  counter_price: sourceSchema.optional(),
  buyer_lead_id: sourceSchema.optional(),
  redirect_url: sourceSchema.optional(),
  reason: sourceSchema.optional(),
  /** Seconds that the buyer asks us to wait, where it does not say so in Retry-After. */
  retry_after_s: sourceSchema.optional(),
  destination: sourceSchema.optional(),
  /** Further values for the steps that follow, as `answer.<name>`. */
  carry: z.record(ownNameSchema, sourceSchema).default({}),
});
export type OutcomeAnswer = z.output<typeof outcomeAnswerSchema>;

/** A step's answer: may we go on? Of a ping's steps: `go_on`, `no_bid`, `error`; of a post's: `go_on` and the outcomes of a post. */
export const stepAnswerSchema = z.strictObject({
  ...reading,
  rules: rules(["go_on", "no_bid", "error", ...POST_RULE_OUTCOMES]).min(1),
  reason: sourceSchema.optional(),
  /** For later requests as `step.<step>.<name>`. */
  carry: z.record(ownNameSchema, sourceSchema).default({}),
});
export type StepAnswer = z.output<typeof stepAnswerSchema>;

export type RuleConfig = z.output<ReturnType<typeof rules<typeof POST_RULE_OUTCOMES>>>[number];
