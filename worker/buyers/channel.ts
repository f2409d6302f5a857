import type { Endpoint } from "../../schema/config/buyer.ts";
import type { ReasonClass } from "../../schema/config/dialect.ts";
import type { AttemptClass, AttemptOutcome } from "../../schema/lists.ts";
import type { Money } from "../../schema/money.ts";
import type { Dialect, OutcomeContext, PostFacts, StatusFacts } from "./dialect.ts";

/**
 * How a lead reaches a buyer: http today; e-mail, batch file, portal, pull and call later. A channel does one attempt and says
 * what came of it in the words of the closed list; retry, waterfall and money are the flow's.
 */
export interface Channel {
  attempt(job: DeliveryJob): Promise<AttemptResult>;
  /** What became of an earlier attempt? Carries nothing personal and sells nothing, so it may be made at any time. */
  ask(job: StatusJob): Promise<AttemptResult>;
}

/** The token of an endpoint that needs one. */
export interface TokenSource {
  current(): Record<string, string>;
  /** After the buyer refused the present one: true = {@link TokenSource.current} is another one now. Never rejects for long. */
  renew(): Promise<boolean>;
}

export interface DeliveryJob {
  endpoint: Endpoint;
  dialect: Dialect;
  facts: PostFacts;
  context: OutcomeContext;
  timeout_ms: number;
  /** Asked after the connection slot is held, right before a request that could hand the lead over: false = too late (or superseded). */
  may_dispatch(): boolean;
  /** Absent: the endpoint needs no token. */
  tokens?: TokenSource;
}

export interface StatusJob {
  dialect: Dialect;
  facts: StatusFacts;
  timeout_ms: number;
  tokens?: TokenSource;
}

export interface AttemptResult {
  outcome: AttemptOutcome;
  class: AttemptClass;
  held_for_review: boolean;
  http_status: number | null;
  ms: number;
  price?: Money;
  redirect_url?: string;
  retry_after_ms?: number;
  /** Raw payloads for the sealed record; credentials are masked. */
  request: string;
  answer: string;
  reason?: string;
  reason_class?: ReasonClass;
  buyer_lead_id?: string;
}
