import type { CompiledCampaign } from "../../auction/compiled.ts";
import { readEmail, readPhone } from "../../auction/fields/index.ts";
import { sha256Hex } from "../../crypto/hash.ts";

/**
 * What of a lead goes into a ping. Other exchanges' pings carry personal fields; ours use none of them: a phone and an e-mail leave
 * their digests behind, by which the consumer is known again.
 */
export function pingLead(campaign: CompiledCampaign, lead: Record<string, unknown>): Record<string, unknown> {
  const kept = Object.fromEntries(Object.entries(lead).filter(([name]) => campaign.classOf(name) !== "personal"));
  const phone = digestOf(lead.phone, readPhone);
  const email = digestOf(lead.email, readEmail);
  return {
    ...(phone === undefined ? {} : { phone_hash: phone }),
    ...(email === undefined ? {} : { email_hash: email }),
    ...kept,
  };
}

function digestOf(value: unknown, read: typeof readPhone): string | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const text = read(value);
  return typeof text === "string" ? sha256Hex(text) : undefined;
}

/** By campaign: our field of each name and alias, in lower case. */
const TABLES = new WeakMap<CompiledCampaign, Map<string, string>>();

/** Members of the publisher's document that are fields of the campaign by their own name. `sent` gets the name of each. */
export function byName(
  campaign: CompiledCampaign,
  others: Record<string, unknown>,
  sent: Map<string, string>,
): Record<string, unknown> {
  const known = TABLES.get(campaign) ?? tableOf(campaign);
  TABLES.set(campaign, known);
  const lead: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(others)) {
    const field = known.get(name.toLowerCase());
    if (field === undefined || sent.has(field)) continue;
    sent.set(field, name);
    lead[field] = value;
  }
  return lead;
}

function tableOf({ config }: CompiledCampaign): Map<string, string> {
  const table = new Map<string, string>([
    ["phone_hash", "phone_hash"],
    ["email_hash", "email_hash"],
  ]);
  for (const { name } of config.fields) table.set(name, name);
  for (const { name, aliases } of config.fields)
    for (const alias of aliases) if (!table.has(alias)) table.set(alias.toLowerCase(), name);
  return table;
}
