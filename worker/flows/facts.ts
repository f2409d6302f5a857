import type { Fields } from "../../schema/rpc/auction.ts";
import type { CompiledCampaign } from "../auction/compiled.ts";
import { splitByClass } from "../auction/fields/index.ts";
import { hashesOf } from "./consumers.ts";

/** What buyers may be asked about: never a personal field, the digests in their place. */
export function pingFacts(input: { campaign: CompiledCampaign; lead: Fields }): Fields {
  const { public: open, quasi, hashed } = splitByClass(input.campaign, input.lead);
  const hashes = hashesOf(input.lead);
  return {
    ...open,
    ...quasi,
    ...hashed,
    ...(hashes.phone && { phone_hash: hashes.phone.sha256 }),
    ...(hashes.email && { email_hash: hashes.email.sha256 }),
  };
}

/** The publisher's own ids, as a dialect names them: `gateway.sub_id1`, `gateway.click_id`. */
export const ownIds = (sub_ids: Record<string, string>, click_id: string | undefined): Record<string, string> =>
  click_id === undefined ? sub_ids : { ...sub_ids, click_id };
