import type { Campaign } from "../../schema/config/campaign.ts";
import type { Fields, FieldValue } from "../../schema/rpc/auction.ts";
import type { LeadView, SealedLead } from "../../schema/rpc/book.ts";
import type { CompiledCampaign, FieldProblem } from "../auction/compiled.ts";
import { shardOfConsumer } from "../crypto/hash.ts";
import { readId } from "../crypto/ids.ts";
import { openForLead, openLeadKey, sealForLead } from "../crypto/seal.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { claimConsumers } from "./claim.ts";
import { consumerKeys, consumerMarks, hashesOf, personMarks } from "./consumers.ts";
import { given } from "./sell.ts";

/** New values by field; null takes one away. */
export type FieldChanges = Record<string, FieldValue | null>;

export type Edited =
  | { kind: "edited"; fields: string[] }
  | { kind: "fields"; problems: FieldProblem[] }
  | { kind: "refused"; why: "not_found" | "not_resting" | "erased" | "changed_meanwhile" };

/** What the consumer signed, and when. An operator's pen in it would make it worthless. */
const EVIDENCE_NAMES = /^consent_|^universal_leadid$|^trusted_form_cert_url$/;

/**
 * Mends fields of a resting lead. The whole lead is parsed anew by its campaign, so that what is stored is what a publisher could have
 * sent; sealed again with the lead's own key. Evidence of consent cannot be edited, and a consumer who may not be sold stays unsold.
 * Which fields, never which values, goes to the book's steps.
 */
export async function editLead(
  g: Gateway,
  lead_id: string,
  changes: FieldChanges,
  by: { author: string },
): Promise<Edited> {
  const id = readId(g.settings.HASH_SECRET, lead_id, "l");
  const book = id ? g.book(id.shard) : null;
  const lead = (await book?.story(lead_id))?.lead;
  if (!book || !lead) return { kind: "refused", why: "not_found" };
  if (lead.erased_at !== null) return { kind: "refused", why: "erased" };
  if (lead.state !== "review" && lead.state !== "parked") return { kind: "refused", why: "not_resting" };
  const campaign = (await g.snapshot()).campaign(lead.campaign_id);
  if (!campaign) return { kind: "refused", why: "not_found" };
  const refused = untouchable(campaign, Object.keys(changes));
  if (refused.length > 0) return { kind: "fields", problems: refused };
  const key = await openLeadKey(await g.ring(), lead.wrapped_key, lead_id);
  const plain = (await openForLead(key, lead.sealed)) as SealedLead;
  const parsed = merged(campaign, plain.lead, changes);
  if (!parsed.ok) return { kind: "fields", problems: parsed.problems };
  const fields = Object.keys(changes);
  const person = await otherPerson(g, lead, campaign.config, parsed.fields, fields);
  if (!person.ok) return { kind: "fields", problems: person.problems };
  const reply = await book.edit({
    v: 1,
    lead_id,
    author: by.author,
    was: lead.sealed,
    sealed: await sealForLead(key, g.deps.bytes(12), { ...plain, lead: parsed.fields } satisfies SealedLead),
    fields,
    person_marks: personMarks(g.settings, given(parsed.fields)),
    consumer_keys: person.keys,
  });
  if (reply === "changed") return { kind: "refused", why: "changed_meanwhile" };
  return reply === "reopened" ? { kind: "edited", fields } : { kind: "refused", why: "not_resting" };
}

export const isEvidence = ({ config }: Pick<CompiledCampaign, "config">, field: string): boolean =>
  EVIDENCE_NAMES.test(field) || config.consent.required.includes(field);

function untouchable(campaign: CompiledCampaign, names: string[]): FieldProblem[] {
  return names.flatMap((field): FieldProblem[] => {
    if (campaign.classOf(field) === undefined)
      return [{ field, code: "unknown", message: "is not a field of the lead's campaign" }];
    return isEvidence(campaign, field)
      ? [{ field, code: "conflict", message: "is evidence of the consent and cannot be edited" }]
      : [];
  });
}

/** The lead with its changes, read by the campaign as if a publisher had sent it so. */
function merged(campaign: CompiledCampaign, lead: Fields, changes: FieldChanges) {
  const next: Record<string, FieldValue | null> = { ...lead, ...changes };
  // Digests that came with the ping are the old values'; a lead that had them gets the new ones.
  for (const [field, digest] of [
    ["phone", "phone_hash"],
    ["email", "email_hash"],
  ] as const)
    if (field in changes && digest in next) delete next[digest];
  const parsed = campaign.parsePost(next, {}, { unknown_fields: "ignore" });
  if (!parsed.ok) return parsed;
  const hashes = hashesOf(parsed.fields);
  const fields: Fields = { ...parsed.fields };
  if ("phone" in changes && "phone_hash" in lead && hashes.phone) fields.phone_hash = hashes.phone.sha256;
  if ("email" in changes && "email_hash" in lead && hashes.email) fields.email_hash = hashes.email.sha256;
  return { ok: true as const, fields };
}

/**
 * Another phone or e-mail may be another person: one who is suppressed, or whom another lead of this campaign has, stays unsold; else
 * the person's rows are this lead's from now on. Repeating the edit claims the same rows.
 */
async function otherPerson(
  g: Gateway,
  lead: LeadView,
  campaign: Campaign,
  fields: Fields,
  changed: string[],
): Promise<{ ok: true; keys: string[] } | { ok: false; problems: FieldProblem[] }> {
  const field = changed.find((name) => name === "phone" || name === "email");
  if (field === undefined || lead.test) return { ok: true, keys: [] };
  const no = (message: string) => ({ ok: false as const, problems: [{ field, code: "conflict" as const, message }] });
  const hashes = given(fields);
  const { suppressed } = await g.snapshot();
  if (consumerMarks(g.settings, hashes).some((mark) => suppressed.has(mark))) return no("is on the suppression list");
  if (campaign.duplicate_check === "off") return { ok: true, keys: [] };
  const keys = consumerKeys(g.settings, campaign, hashes).filter((key) => !lead.consumer_keys.includes(key));
  const claimed = await claimConsumers(g, keys, lead.lead_id, campaign.duplicate_window_days * 86_400_000);
  if (claimed === "ours") return { ok: true, keys };
  // One of them may have been claimed before another was refused: the lead does not know of it, and would never free it.
  await Promise.all(keys.map((key) => g.book(shardOfConsumer(key)).settleConsumer(key, lead.lead_id, null)));
  return no("was sold in this campaign within its window, or is on its way");
}
