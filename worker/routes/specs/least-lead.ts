import type { Campaign } from "../../../schema/config/campaign.ts";
import type { FieldValue } from "../../../schema/rpc/auction.ts";
import { fieldTable } from "../../auction/fields/table.ts";

/** The ZIP that sells a test lead to a simulated buyer; see `MAGIC_ZIPS`. */
export const SOLD_ZIP = "00001";

/** Stands in a body where a program puts the consumer's time of consent. */
export const CONSENT_TIME = "CONSENT_TIME";

export type Values = Record<string, FieldValue>;

/** The least that a ping and the post after it must hold, by the campaign's samples; its ZIP is the magic one. */
export interface LeastLead {
  ping: Values;
  /** Beyond the ping's. */
  post: Values;
  /** Whether the campaign has a ZIP, so that tests can be forced. */
  magic: boolean;
}

export function leastLead(campaign: Pick<Campaign, "fields" | "consent">): LeastLead {
  const { fields, state, zip } = fieldTable(campaign);
  const samples = new Map(campaign.fields.map(({ name, sample }) => [name, sample]));
  const lead: LeastLead = { ping: {}, post: {}, magic: zip !== undefined };
  for (const { name, type, required } of fields) {
    const sample = samples.get(name);
    // A missing state is filled in from the ZIP, and the magic ones lie where no sample does.
    if (required === "never" || sample === undefined || name === state?.name) continue;
    const value = name === "consent_at" && type === "datetime" ? CONSENT_TIME : name === zip?.name ? SOLD_ZIP : sample;
    lead[required][name] = value;
  }
  if (zip && !Object.hasOwn(lead.ping, zip.name)) lead.ping = { [zip.name]: SOLD_ZIP, ...lead.ping };
  return lead;
}
