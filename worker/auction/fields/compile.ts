import type { Campaign } from "../../../schema/config/campaign.ts";
import type { Fields } from "../../../schema/rpc/auction.ts";
import type { CompiledCampaign } from "../compiled.ts";
import { parseFields } from "./parse.ts";
import { fieldTable } from "./table.ts";

const NOTHING_KNOWN: Fields = {};

/**
 * Compiles a campaign's fields once per version; parsing then is a walk over the lead with map look-ups.
 * `phone_hash` and `email_hash` (class hashed) belong to every campaign, and consent that the campaign requires is required in a post.
 */
export function compileCampaign(config: Campaign, version: number): CompiledCampaign {
  const table = fieldTable(config);
  return {
    config,
    version,
    parsePing: (input, options) =>
      parseFields(table, "ping", input, NOTHING_KNOWN, options?.unknown_fields ?? config.unknown_fields),
    parsePost: (input, known, options) =>
      parseFields(table, "post", input, known, options?.unknown_fields ?? config.unknown_fields),
    classOf: (field) => table.byCanonicalName.get(field)?.class,
  };
}
