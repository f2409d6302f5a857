import * as z from "zod";
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
] as const satisfies Collection[];

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
};
