import type { Campaign } from "../../../schema/config/campaign.ts";
import type { FieldValue } from "../../../schema/rpc/auction.ts";

export interface SampleLead {
  ping: Record<string, FieldValue>;
  /** Repeats the ping's fields but the digests, which the post's own phone and e-mail replace. */
  post: Record<string, FieldValue>;
}

/**
 * A complete lead of the campaign's samples, for the posting specification, the demo and tests.
 * @param now epoch ms; sets a `consent_at` of type datetime a minute before it, because a fixed sample grows too old to be posted.
 */
export function sampleLead(campaign: Pick<Campaign, "fields">, now?: number): SampleLead {
  const lead: SampleLead = { ping: {}, post: {} };
  for (const { name, type, class: kind, sample } of campaign.fields) {
    const fresh = now !== undefined && name === "consent_at" && type === "datetime";
    const value = fresh ? new Date(now - 60_000).toISOString() : sample;
    if (kind !== "personal") lead.ping[name] = value;
    if (kind !== "hashed") lead.post[name] = value;
  }
  return lead;
}
