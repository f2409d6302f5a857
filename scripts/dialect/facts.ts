import { parse } from "yaml";
import { campaignSchema } from "../../schema/config/campaign.ts";
import type { DialectConfig } from "../../schema/config/dialect.ts";
import { parseMoney, ZERO } from "../../schema/money.ts";
import type { Fields } from "../../schema/rpc/auction.ts";
import { autoInsurance } from "../../schema/verticals/index.ts";
import { compileCampaign, sampleLead } from "../../worker/auction/fields/index.ts";
import type { PingFacts, PostFacts } from "../../worker/buyers/dialect.ts";
import { placeholders, stepPlaceholders } from "../../worker/buyers/dialects/mapping.ts";
import { consentOfLead } from "../../worker/flows/consent.ts";
import { UsageError } from "../shared/output.ts";
import { textOf } from "./source.ts";

/** What a request is made of, on the command line: a sample lead, and names in place of all that only a gateway has. */
export interface Given {
  lead?: string;
  price?: string;
  test: boolean;
  now: number;
}

const shipped = () => compileCampaign(campaignSchema.parse(autoInsurance), 1);

/** What auto insurance makes of the field: other campaigns may have it otherwise. */
export function shippedClasses(): (name: string) => string | undefined {
  const { classOf } = shipped();
  return classOf;
}

/** A lead of a file (JSON or YAML; a flat object), or the samples of the shipped campaign for auto insurance. */
export function leadOf(file: string | undefined, now: number): Fields {
  if (file === undefined) {
    const campaign = shipped();
    const sample = sampleLead(campaign.config, now);
    const parsed = campaign.parsePost({ ...sample.ping, ...sample.post }, {});
    return parsed.ok ? parsed.fields : {};
  }
  const value: unknown = parse(textOf(file));
  const lead = typeof value === "object" && value !== null && "lead" in value ? value.lead : value;
  if (typeof lead !== "object" || lead === null || Array.isArray(lead))
    throw new UsageError(`${file}: must be an object of fields`);
  return lead as Fields;
}

/** Without personal fields: no ping carries one. */
export function pingFactsOf(dialect: DialectConfig, given: Given): PingFacts {
  const classOf = shippedClasses();
  const fields = Object.entries(leadOf(given.lead, given.now)).filter(([name]) => classOf(name) !== "personal");
  return {
    fields: Object.fromEntries(fields),
    gateway: { ...gatewayOf(given), min_price: ZERO, timeout_ms: 500 },
    ...common(dialect),
  };
}

export function postFactsOf(dialect: DialectConfig, given: Given): PostFacts {
  const fields = leadOf(given.lead, given.now);
  return {
    fields,
    consent: consentOfLead({ lead: fields, consent: { brand: "Sample Brand" } }),
    bid: placeholders(dialect, "bid"),
    gateway: {
      ...gatewayOf(given),
      lead_id: "lb0SampleLead00000000000000a",
      reservation_id: "lb0SampleLead00000000000000a_contract_1_1",
      price: parseMoney(given.price ?? "12.50") ?? ZERO,
      callback_url: "https://gateway.example/v1/callbacks/sample",
    },
    ...common(dialect),
  };
}

const common = (dialect: DialectConfig) => ({
  secrets: placeholders(dialect, "secret"),
  token: placeholders(dialect, "token"),
  steps: stepPlaceholders(dialect),
  nonce: "0123456789abcdef0123456789abcdef",
});

const gatewayOf = ({ test, now }: Given) => ({
  ping_id: "pb0SamplePing00000000000000a",
  campaign: "sample_campaign",
  source: "sample_publisher",
  sub_ids: { sub_id1: "sub1" },
  test,
  now,
});
