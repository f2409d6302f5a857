import type { AttemptClass, AttemptOutcome, PingError } from "../../schema/lists.ts";
import type { Money } from "../../schema/money.ts";
import type { Fields } from "../../schema/rpc/auction.ts";
import type { WireRequest } from "../../schema/rpc/dialer.ts";

/**
 * A dialect is pure: it builds requests and reads answers, it never calls. Its configuration is data (schema/config/dialect.ts);
 * it is compiled once per version of its endpoint. XML, form, SOAP, text and the rest fill the same interface.
 */
export interface Dialect {
  /** null when the endpoint cannot be pinged. */
  buildPing(facts: PingFacts): BuildResult | null;
  readBid(answer: WireAnswer): BidReading;
  buildPost(facts: PostFacts): BuildResult;
  readOutcome(answer: WireAnswer, context: OutcomeContext): OutcomeReading;
  /** null when the endpoint has no status call. */
  buildStatus(facts: StatusFacts): BuildResult | null;
  /** Only what a rule of the dialect says: `accepted`, `rejected`, `not_taken`, else `unknown`. */
  readStatus(answer: WireAnswer): OutcomeReading;
}

/** What the gateway tells beside the lead: `gateway.*` in templates. */
export interface GatewayFacts {
  ping_id: string;
  campaign: string;
  /** Publisher's id, and the sub ids that it sent. */
  source: string;
  sub_ids: Record<string, string>;
  test: boolean;
  /** Epoch ms. */
  now: number;
}
export interface PingFacts {
  /** Only what this contract may see in a ping. */
  fields: Fields;
  gateway: GatewayFacts;
  secrets: Record<string, string>;
}
export interface PostFacts {
  fields: Fields;
  consent: Record<string, string>;
  /** Values carried from the bid (`ref` and own names). */
  bid: Record<string, string>;
  /** `callback_url`: where the buyer may say later what became of this delivery; absent where the gateway has no public address. */
  gateway: GatewayFacts & { lead_id: string; reservation_id: string; price: Money; callback_url?: string };
  secrets: Record<string, string>;
}

/** What a status call may name: the earlier post and the bid, nothing of the consumer. */
export interface StatusFacts {
  reservation_id: string;
  lead_id: string;
  bid: Record<string, string>;
  secrets: Record<string, string>;
}

/** `set_up`: the configuration cannot make a request of these facts; `message` names the part, never a value. */
export type BuildResult = { ok: true; request: WireRequest } | { ok: false; message: string };

export interface WireAnswer {
  status: number;
  content_type: string;
  body: string;
  retry_after: string | null;
  location: string | null;
}

export type BidReading =
  | {
      outcome: "bid";
      price: Money | null;
      carried: Record<string, string>;
      brand?: string;
      consent_text?: string;
      expires_in_s?: number;
    }
  | { outcome: "no_bid"; reason?: string }
  | { outcome: "error"; error: PingError; reason?: string };

export interface OutcomeContext {
  /** An earlier request of this round ended unknown: `duplicate` proves that it was taken. */
  after_unknown: boolean;
  idempotent: boolean;
}
export interface OutcomeReading {
  outcome: AttemptOutcome;
  class: AttemptClass;
  /** The buyer looks at it by hand: never send again. */
  held_for_review: boolean;
  /** Counter-price. */
  price?: Money;
  redirect_url?: string;
  buyer_lead_id?: string;
  reason?: string;
  /** Ms that the buyer asks us to wait. */
  retry_after_ms?: number;
}
