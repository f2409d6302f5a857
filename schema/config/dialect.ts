import * as z from "zod";
import { ATTEMPT_OUTCOMES } from "../lists.ts";

/**
 * The first dialect: JSON (or form, or query) requests, JSON answers. A dialect is data; `worker/buyers/dialects` reads it.
 * Other kinds (xml, text, …) join this union; the interface they fill does not change.
 */
const json: z.ZodType<unknown> = z.json();

/**
 * A request. In `url`, `headers` and `body`, `{{name}}` is replaced; a body value that is exactly one `{{name}}` keeps its type
 * and is left out when the value is missing. Names: lead fields (`zip`), `gateway.*` (`ping_id`, `lead_id`, `reservation_id`,
 * `price`, `callback_url`, `campaign`, `source`, `sub_id1`, `test`, `now`), `bid.*` (carried from the bid: `ref`, and own names), `consent.*` (of the
 * post: `brand`, `text`, `at`, `ip`, `ua`), `secret.*` (credentials; only they may stand in the URL's host).
 */
export const requestTemplateSchema = z.strictObject({
  method: z.enum(["POST", "PUT", "GET"]).default("POST"),
  url: z.string().min(8).max(2_000),
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]{1,60}$/), z.string().max(1_000)).default({}),
  encoding: z.enum(["json", "form", "query"]).default("json"),
  body: json.optional(),
});
export type RequestTemplate = z.output<typeof requestTemplateSchema>;

/** A condition on an answer. `path` is dots and numbers into the JSON (`data.0.price`); `status` compares the HTTP status. */
const testSchema = z.strictObject({
  path: z.string().max(200).optional(),
  status: z.array(z.union([z.int().min(100).max(599), z.string().regex(/^[1-5]xx$/)])).optional(),
  equals: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
  in: z.array(z.union([z.string(), z.number(), z.boolean()])).optional(),
  contains: z.string().max(200).optional(),
  present: z.boolean().optional(),
  gt: z.number().optional(),
});
export type AnswerTest = z.output<typeof testSchema>;
export type AnswerWhen = AnswerTest | { all: AnswerWhen[] } | { any: AnswerWhen[] } | { not: AnswerWhen };
const whenSchema: z.ZodType<AnswerWhen, AnswerWhen> = z.lazy(() =>
  z.union([
    testSchema,
    z.strictObject({ all: z.array(whenSchema).min(1) }),
    z.strictObject({ any: z.array(whenSchema).min(1) }),
    z.strictObject({ not: whenSchema }),
  ]),
);

const pathsSchema = z.union([z.string().max(200), z.array(z.string().max(200)).min(1).max(10)]);

/** Rules are tried in order, the first that matches decides. No match is an error, never a bid. */
export const bidAnswerSchema = z.strictObject({
  rules: z
    .array(z.strictObject({ when: whenSchema, outcome: z.enum(["bid", "no_bid", "error"]) }))
    .min(1)
    .max(50),
  price: pathsSchema.optional(),
  ref: pathsSchema.optional(),
  brand: pathsSchema.optional(),
  consent_text: pathsSchema.optional(),
  expires_in_s: pathsSchema.optional(),
  reason: pathsSchema.optional(),
  /** Further values to carry into the post as `bid.<name>`. */
  carry: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,39}$/), pathsSchema).default({}),
});

export const outcomeAnswerSchema = z.strictObject({
  /** Empty: the defaults of docs/buyers.md by HTTP status and the usual words. */
  rules: z
    .array(
      z.strictObject({ when: whenSchema, outcome: z.enum(ATTEMPT_OUTCOMES), held_for_review: z.boolean().optional() }),
    )
    .max(50)
    .default([]),
  price: pathsSchema.optional(),
  buyer_lead_id: pathsSchema.optional(),
  redirect_url: pathsSchema.optional(),
  reason: pathsSchema.optional(),
});

export const jsonDialectSchema = z.strictObject({
  kind: z.literal("json"),
  /** Missing for endpoints that are never pinged (fixed price only). */
  ping: z.strictObject({ request: requestTemplateSchema, answer: bidAnswerSchema }).optional(),
  post: z.strictObject({ request: requestTemplateSchema, answer: outcomeAnswerSchema.prefault({}) }),
  /**
   * What became of an earlier post? `gateway.reservation_id` names it; it carries nothing personal. Outcomes: accepted; rejected; not_taken
   * (it never arrived); unknown (ask again). Nothing else, and no match, proves anything.
   */
  status: z.strictObject({ request: requestTemplateSchema, answer: outcomeAnswerSchema.prefault({}) }).optional(),
});
export type JsonDialect = z.output<typeof jsonDialectSchema>;

export const dialectSchema = z.discriminatedUnion("kind", [jsonDialectSchema]);
export type DialectConfig = z.output<typeof dialectSchema>;
