import type { SealedLead } from "../../schema/rpc/book.ts";
import type { CompiledCampaign } from "../auction/compiled.ts";
import { consentFields } from "../auction/fields/index.ts";
import type { Consent } from "./answers.ts";

/**
 * The lead with the consent object's parts in its consent fields: only those that the campaign knows, and only where the lead
 * itself says nothing.
 */
export function withConsent(
  lead: Record<string, unknown>,
  consent: Consent,
  campaign: CompiledCampaign,
): Record<string, unknown> {
  const known = Object.entries(consentFields(consent).fields).filter(
    ([field]) => campaign.classOf(field) !== undefined,
  );
  return { ...Object.fromEntries(known), ...lead };
}

const PARTS = { text: "consent_text", at: "consent_at", ip: "consent_ip", ua: "consent_user_agent" } as const;

/** Consent as a post's template names it (`consent.text`, …): whose it is, and the lead's consent fields. */
export function consentOfLead({ lead, consent }: SealedLead): Record<string, string> {
  const parts = Object.entries(PARTS).flatMap(([name, field]) =>
    lead[field] === undefined ? [] : [[name, String(lead[field])]],
  );
  return { ...consent, ...Object.fromEntries(parts) };
}
