import * as z from "zod";
import { idSchema, nameSchema, statusSchema } from "./common.ts";
import { ownNameSchema, sourceSchema } from "./dialect/common.ts";
import { inboundAnswersSchema } from "./inbound/answers.ts";
import { inboundRequestSchema } from "./inbound/request.ts";

export * from "./inbound/answers.ts";
export * from "./inbound/request.ts";

/**
 * What a publisher's system speaks: its own requests in, the answers that it expects out, so that it sells to us by a change of URL.
 * Reference with an example for each word: docs/inbound.md. `worker/inbound` compiles it once per version.
 */
export const inboundDialectSchema = z.strictObject({
  /** Of this language. */
  version: z.literal(1),
  notes: z.string().max(4_000).optional(),
  /** Value maps for the pipe `map`. */
  maps: z
    .record(
      ownNameSchema,
      z.record(z.string().max(200), z.union([z.string().max(2_000), z.number(), z.boolean(), z.null()])),
    )
    .default({}),
  request: inboundRequestSchema,
  answers: inboundAnswersSchema,
});
export type InboundDialect = z.output<typeof inboundDialectSchema>;

/** Which of our campaigns a request is about, where one address serves several. */
const campaignsSchema = z.strictObject({
  /** Where the request says so: `TYPE`, `lp_campaign_id`. */
  from: sourceSchema,
  map: z.record(z.string().min(1).max(200), idSchema),
  /** For all other values, and for none. */
  default: idSchema.optional(),
});

/** An address of a publisher's own dialect: `ANY /in/:id`. */
export const inboundSchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_]{12,40}$/, "is the address's key: 12-40 letters, digits or _"),
  publisher_id: idSchema,
  name: nameSchema.default("Inbound"),
  status: statusSchema,
  /** One campaign, or `campaigns` where the request decides. */
  campaign_id: idSchema.optional(),
  campaigns: campaignsSchema.optional(),
  /** HMACs of the keys that the publisher's requests carry; the admin call takes them in plain as `keys`. */
  key_digests: z.array(z.string().max(64)).max(5).default([]),
  /** Everything that comes here is a test. */
  test: z.boolean().default(false),
  dialect: inboundDialectSchema,
  notes: z.string().max(2_000).optional(),
});
export type Inbound = z.output<typeof inboundSchema>;
