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
