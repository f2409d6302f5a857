import type { Fields, FieldValue } from "../../schema/rpc/auction.ts";
import type { LeadView, SealedLead } from "../../schema/rpc/book.ts";
import type { CompiledCampaign } from "../auction/compiled.ts";
import { hasStandingPrice } from "../auction/prices/table.ts";
import { openForLead, openLeadKey } from "../crypto/seal.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { isEvidence } from "./edit-lead.ts";

/** One field of a resting lead, for whoever wants to mend it. Its value only where the lead was opened. */
export interface LetterField {
  name: string;
  label: string | null;
  type: string;
  class: string;
  /** Of type enum. */
  values: string[] | null;
  required: boolean;
  /** The lead has a value. */
  present: boolean;
  /** Why it cannot be edited; null = it can. */
  locked: string | null;
  /** What the campaign's rules say against its value as it is; null = nothing. */
  problem: string | null;
  value?: FieldValue | null;
}

/** [] for a lead whose content was erased, or whose campaign is configured no more. */
export async function letterFields(g: Gateway, lead: LeadView, open: boolean): Promise<LetterField[]> {
  const campaign = (await g.snapshot()).campaign(lead.campaign_id);
  if (lead.erased_at !== null || !campaign) return [];
  const key = await openLeadKey(await g.ring(), lead.wrapped_key, lead.lead_id);
  const { lead: content } = (await openForLead(key, lead.sealed)) as SealedLead;
  return describeFields(campaign, content, open);
}

/** The campaign's fields, in its order, and how the lead's content stands to them. */
export function describeFields(campaign: CompiledCampaign, content: Fields, open: boolean): LetterField[] {
  const parsed = campaign.parsePost(content, {}, { unknown_fields: "ignore" });
  const problems = new Map(parsed.ok ? [] : parsed.problems.map(({ field, message }) => [field, message]));
  const { fields, consent } = campaign.config;
  return fields.map(({ name, label, type, class: kind, values, required }) => ({
    name,
    label: label ?? null,
    type,
    class: kind,
    values: values ?? null,
    required: required !== "never" || consent.required.includes(name),
    present: Object.hasOwn(content, name),
    locked: isEvidence(campaign, name)
      ? "It is evidence of the consent: what the consumer agreed to is not edited."
      : null,
    problem: problems.get(name) ?? null,
    ...(open ? { value: content[name] ?? null } : {}),
  }));
}

/** Contracts of the lead's campaign that a replay can name, with what each would pay without a price named. */
export async function replayTargets(g: Gateway, lead: LeadView): Promise<Record<string, unknown>[]> {
  const snapshot = await g.snapshot();
  return snapshot
    .contractsOf(lead.campaign_id)
    .slice(0, MOST_TARGETS)
    .map(({ config, buyer, endpoint }) => {
      const bidder = lead.plan.findLast((b) => b.contract_id === config.id);
      return {
        contract_id: config.id,
        name: config.name,
        buyer_id: buyer.id,
        endpoint_id: endpoint.id,
        fixed: hasStandingPrice(config),
        status: bidder?.status ?? null,
      };
    });
}

const MOST_TARGETS = 200;
