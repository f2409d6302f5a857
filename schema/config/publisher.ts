import * as z from "zod";
import { idSchema, nameSchema, percentSchema, statusSchema, urlSchema } from "./common.ts";

export const publisherSchema = z.strictObject({
  id: idSchema,
  name: nameSchema,
  status: statusSchema,
  campaigns: z.array(idSchema).min(1).max(500),
  /** final: resells elsewhere what we do not take at once. pending: waits for a postback. */
  mode: z.enum(["final", "pending"]).default("final"),
  /** Final mode, post unknown at the deadline: who carries the risk. `accepted` pays the publisher at once. */
  risk_rule: z.enum(["rejected", "accepted"]).default("rejected"),
  /** Overrides the campaign's share. */
  publisher_share: percentSchema.optional(),
  /** Two-step: may a post be sold below the price that its ping answered? */
  allow_below_promise: z.boolean().default(false),
  pings_per_second: z.int().min(1).max(10_000).default(200),
  /** Where the end of a pending lead is told. GET URLs may hold the macros {lead_id} {result} {price} {click_id} {sub_id1}..{sub_id5}. */
  postback: z.strictObject({ url: urlSchema, method: z.enum(["POST", "GET"]).default("POST") }).optional(),
  /** Signs postbacks (Standard Webhooks), sealed; made by its own admin call and shown there once. */
  postback_secret_sealed: z.string().optional(),
  notes: z.string().max(2_000).optional(),
});
export type PublisherInput = z.input<typeof publisherSchema>;
export type Publisher = z.output<typeof publisherSchema>;

/** An API key of a publisher. Only its SHA-256 is kept; the key itself is shown once. */
export const keySchema = z.strictObject({
  /** SHA-256 of the key, lower-case hex. */
  id: z.string().regex(/^[0-9a-f]{64}$/),
  publisher_id: idSchema,
  /** First characters, to tell keys apart on a page. */
  prefix: z.string().max(16),
  label: z.string().max(80).default(""),
  test: z.boolean().default(false),
  status: statusSchema,
});
export type PublisherKey = z.output<typeof keySchema>;

/** A browser form that posts straight to the gateway: `POST /f/:form_key`. */
export const formSchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_]{12,40}$/, "is the public form key: 12-40 letters, digits or _"),
  publisher_id: idSchema,
  campaign_id: idSchema,
  status: statusSchema,
  allowed_origins: z
    .array(z.url().transform((u) => new URL(u).origin))
    .max(50)
    .default([]),
  thank_you_url: urlSchema.optional(),
  /** Turnstile's secret, sealed; the admin call takes it in plain as `turnstile_secret`. */
  turnstile_sealed: z.string().optional(),
  unknown_fields: z.enum(["reject", "ignore"]).default("ignore"),
  test: z.boolean().default(false),
});
export type Form = z.output<typeof formSchema>;
