import * as z from "zod";
import { alertChannelSchema, alertingSchema, syntheticSchema } from "../../../schema/config/alerting.ts";
import { buyerSchema, contractSchema, endpointSchema } from "../../../schema/config/buyer.ts";
import { campaignSchema } from "../../../schema/config/campaign.ts";
import { fieldNameSchema } from "../../../schema/config/common.ts";
import { CONTRACT_STAGES } from "../../../schema/config/going-live.ts";
import { inboundDialectSchema, inboundSchema } from "../../../schema/config/inbound.ts";
import type { ConfigKind } from "../../../schema/config/index.ts";
import { formSchema, publisherSchema } from "../../../schema/config/publisher.ts";

/** Kinds that an operator writes as records, by the word that their calls have in the path. */
export const COLLECTIONS = {
  campaigns: "campaign",
  publishers: "publisher",
  buyers: "buyer",
  endpoints: "endpoint",
  contracts: "contract",
  forms: "form",
  inbound: "inbound",
  alerting: "alerting",
  "alert-channels": "alert_channel",
  synthetics: "synthetic",
} as const satisfies Record<string, ConfigKind>;
export type Collection = keyof typeof COLLECTIONS;
export type RecordKind = (typeof COLLECTIONS)[Collection];

/** A form's id has its own alphabet; a publisher may have many keys, they have calls of their own. */
export const PAUSABLE = [
  "campaigns",
  "publishers",
  "buyers",
  "endpoints",
  "contracts",
  "forms",
  "inbound",
  "alerting",
  "alert-channels",
  "synthetics",
] as const satisfies Collection[];

/** Standard Webhooks: 24 to 64 bytes in base64 behind `whsec_`. */
const webhookSecretSchema = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, "must be whsec_ and 24 to 64 bytes in base64: openssl rand -base64 32");

/** null takes the secret away; one that is not named stays as it is. */
export const secretSchema = z.string().min(1).max(8_000).nullable();
const secret = secretSchema;

/** What an operator writes: the stored schemas, with secrets in plain in place of their sealed forms. */
export const WIRE_SCHEMAS = {
  campaign: campaignSchema,
  publisher: publisherSchema.omit({ postback_secret_sealed: true }),
  buyer: buyerSchema,
  endpoint: endpointSchema.omit({ credentials_sealed: true, test_credentials_sealed: true }).extend({
    credentials: z
      .record(fieldNameSchema, secret)
      .optional()
      .meta({ description: "By name, in plain; sealed at once and never shown again. null takes one away." }),
    test_credentials: z
      .record(fieldNameSchema, secret)
      .optional()
      .meta({ description: "What test leads use in their place; a name that is not here is the live one." }),
  }),
  // A body without a stage keeps the one that is there; a new contract is a draft.
  contract: contractSchema.extend({ stage: z.enum(CONTRACT_STAGES).optional() }),
  form: formSchema.omit({ turnstile_sealed: true }).extend({ turnstile_secret: secret.optional() }),
  inbound: inboundSchema.omit({ key_digests: true }).extend({
    dialect: inboundDialectSchema.optional().meta({ description: "May be left out, or in part, beside a `preset`." }),
    keys: z.array(z.string().min(4).max(200)).max(5).optional().meta({
      description: "What the publisher's requests carry as its key, in plain; kept as digests. All of them, or none.",
    }),
    preset: z
      .string()
      .max(40)
      .optional()
      .meta({ description: "A ready dialect; `dialect` is merged over it.", examples: ["boberdoo"] }),
  }),
  alerting: alertingSchema,
  alert_channel: alertChannelSchema.omit({ secret_sealed: true, hook_url_sealed: true }).extend({
    secret: webhookSecretSchema
      .nullable()
      .optional()
      .meta({ description: "webhook: signs what is sent; sealed at once and never shown again." }),
    hook_url: z
      .url({ protocol: /^https?$/ })
      .max(2_000)
      .nullable()
      .optional()
      .meta({ description: "slack: the hook's address; whoever knows it may write there, so it is sealed too." }),
  }),
  synthetic: syntheticSchema.omit({ key_sealed: true }).extend({
    key: z
      .string()
      .regex(/^pk_test_[0-9A-Za-z]{32}$/, "must be a test key of a publisher, pk_test_…")
      .nullable()
      .optional()
      .meta({ description: "As which publisher it is sent; sealed at once and never shown again." }),
  }),
} as const satisfies Record<RecordKind, z.ZodType>;

/** Members of the stored bodies by which a list may be filtered. */
export const LIST_FILTERS: Record<RecordKind, readonly string[]> = {
  campaign: ["vertical", "status"],
  publisher: ["status"],
  buyer: ["status"],
  endpoint: ["buyer_id", "status"],
  contract: ["buyer_id", "campaign_id", "endpoint_id", "status", "stage"],
  form: ["publisher_id", "campaign_id", "status"],
  inbound: ["publisher_id", "campaign_id", "status"],
  alerting: ["buyer_id", "status"],
  alert_channel: ["type", "status"],
  synthetic: ["campaign_id", "status"],
};
