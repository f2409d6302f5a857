import type { AlertChannel, Alerting, Synthetic } from "./alerting.ts";
import { alertChannelSchema, alertingSchema, syntheticSchema } from "./alerting.ts";
import type { Buyer, BuyerKey, Contract, Endpoint, Settings } from "./buyer.ts";
import { buyerKeySchema, buyerSchema, contractSchema, endpointSchema, settingsSchema } from "./buyer.ts";
import type { Campaign } from "./campaign.ts";
import { campaignSchema } from "./campaign.ts";
import type { Inbound } from "./inbound.ts";
import { inboundSchema } from "./inbound.ts";
import type { Form, Publisher, PublisherKey } from "./publisher.ts";
import { formSchema, keySchema, publisherSchema } from "./publisher.ts";

/** Every kind of configuration record, with its schema. The kind is the first half of a record's key in D1. */
export const CONFIG_SCHEMAS = {
  settings: settingsSchema,
  campaign: campaignSchema,
  publisher: publisherSchema,
  key: keySchema,
  form: formSchema,
  inbound: inboundSchema,
  buyer: buyerSchema,
  buyer_key: buyerKeySchema,
  endpoint: endpointSchema,
  contract: contractSchema,
  alerting: alertingSchema,
  alert_channel: alertChannelSchema,
  synthetic: syntheticSchema,
} as const;
export type ConfigKind = keyof typeof CONFIG_SCHEMAS;

export interface ConfigTypes {
  settings: Settings;
  campaign: Campaign;
  publisher: Publisher;
  key: PublisherKey;
  form: Form;
  inbound: Inbound;
  buyer: Buyer;
  buyer_key: BuyerKey;
  endpoint: Endpoint;
  contract: Contract;
  alerting: Alerting;
  alert_channel: AlertChannel;
  synthetic: Synthetic;
}

/** One stored record: `seq` is the gateway-wide number of the change that wrote it, `version` counts this record's changes. */
export interface ConfigRow<K extends ConfigKind = ConfigKind> {
  kind: K;
  id: string;
  seq: number;
  version: number;
  body: ConfigTypes[K];
}
