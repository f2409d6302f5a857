import type { Campaign } from "../../../schema/config/campaign.ts";
import { readerOf } from "./readers.ts";
import { Refusal } from "./reading.ts";

/** Names that identify a person wherever they appear; a ping must never carry them. */
const ALWAYS_PERSONAL = ["first_name", "last_name", "full_name", "phone", "email", "address"];
const ALWAYS_HASHED = ["phone_hash", "email_hash"];

/** What is wrong with a campaign's fields beyond its schema, as sentences for the operator; empty = nothing. */
export function checkCampaign(campaign: Pick<Campaign, "fields" | "consent">): string[] {
  const problems: string[] = [];
  const names = new Set<string>();
  for (const { name, aliases } of campaign.fields) {
    for (const used of [name, ...aliases]) {
      if (names.has(used)) problems.push(`fields: ${used} is used twice as a name or alias`);
      if (used in Object.prototype) problems.push(`fields: ${used} cannot be a name`);
      names.add(used);
    }
  }
  const declared = new Set(campaign.fields.map((field) => field.name));
  for (const name of campaign.consent.required) {
    if (!declared.has(name)) problems.push(`consent.required: ${name} is not a field of the campaign`);
  }
  for (const field of campaign.fields) {
    const { name, type, class: kind, min, max } = field;
    const identifies = ALWAYS_PERSONAL.includes(name) || type === "phone" || type === "email";
    if (identifies && kind !== "personal") problems.push(`fields: ${name} must be of class personal`);
    if (ALWAYS_HASHED.includes(name) && kind !== "hashed") problems.push(`fields: ${name} must be of class hashed`);
    if (kind === "hashed" && type !== "string") problems.push(`fields: ${name} is hashed and must be of type string`);
    if (min !== undefined && max !== undefined && min > max) problems.push(`fields: ${name} has min above max`);
    if (readerOf(field)(field.sample) instanceof Refusal)
      problems.push(`fields: the sample of ${name} is not valid for its type`);
  }
  return problems;
}
