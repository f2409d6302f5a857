import type { Endpoint } from "../../schema/config/buyer.ts";
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

export interface DeliveryJob {
  endpoint: Endpoint;
  dialect: Dialect;
  facts: PostFacts;
  context: OutcomeContext;
  timeout_ms: number;
  /** Asked after the connection slot is held, right before the first byte: false = too late (or superseded), do not send. */
  may_dispatch(): boolean;
}

export interface StatusJob {
  dialect: Dialect;
  facts: StatusFacts;
  timeout_ms: number;
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
  buyer_lead_id?: string;
}
