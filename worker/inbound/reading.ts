import type { InboundMode } from "../../schema/config/inbound.ts";

export type Pairs = [string, string][];

/** A publisher's request as it came in, bounded in size already. */
export interface RawRequest {
  method: string;
  /** What follows the address's key, without slashes at its ends: `ping`, `new_api/api.php`. */
  path: string;
  query: Pairs;
  header(name: string): string | null;
  /** The body as text, or a multipart form's pairs. */
  body: string | Pairs;
  /** Epoch ms. */
  now: number;
}

/** The request as sources and conditions see it. */
export interface Reading {
  document: Record<string, unknown>;
  raw: RawRequest;
  query: Record<string, unknown>;
  /** By `request.ping_id`; for `$ping_id` in the rules of the mode. */
  ping_id: unknown;
}

/** What a request says, in our words. Values are as the document had them: the calls' own schemas check them. */
export interface InboundCall {
  /** undefined: no rule says. */
  mode: InboundMode | undefined;
  key: string | undefined;
  /** Value of `campaigns.from`. */
  campaign: string | undefined;
  /** Members of the call beside `campaign` and `lead`: `ping_id`, `bid_ids`, `min_price`, `click_id`, `test`, … */
  envelope: Record<string, unknown>;
  lead: Record<string, unknown>;
  /** Plain members of the document by the publisher's names, for `other_fields: by_name`. */
  others: Record<string, unknown>;
}
