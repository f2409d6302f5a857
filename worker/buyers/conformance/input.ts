import type { Endpoint } from "../../../schema/config/buyer.ts";
import type { Money } from "../../../schema/money.ts";
import type { Fields } from "../../../schema/rpc/auction.ts";
import type { Deps } from "../../deps.ts";
import type { TokenSource } from "../channel.ts";
import type { UrlGuard } from "../url-guard.ts";
import type { TextField } from "./people.ts";

export interface TrialInput {
  deps: Deps;
  guard: UrlGuard;
  endpoint: Endpoint;
  secrets: Record<string, string>;
  tokens?: TokenSource;
  /** The sample lead, normalised; made-up people are made of it. */
  lead: Fields;
  /** What of it a ping may show. */
  visible(lead: Fields): Fields;
  consent(lead: Fields): Record<string, string>;
  texts: readonly TextField[];
  campaign: string;
  /** What the buyer is told to pay where it names no price itself. */
  price: Money;
  ping_timeout_ms: number;
  post_timeout_ms: number;
  /** Pings for the speed, pings at once, and requests in all. */
  pings: number;
  at_once: number;
  most_requests: number;
  /** Epoch ms after which nothing more is sent; absent: no end. */
  ends_at?: number;
  /** Values of the sample by which the buyer's test system gives an outcome. */
  scenarios: readonly Scenario[];
}

/** Values in place of the sample's, and fields that are taken out of it. */
export interface Scenario {
  outcome: string;
  lead: Fields;
  without?: readonly string[];
}

/** An answer as it stood on the wire. */
export interface Seen {
  phase: "ping" | "post";
  status: number;
  content_type: string;
  retry_after: string | null;
  bytes: number;
}
