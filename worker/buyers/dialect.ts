import type { ReasonClass, TokenAuth } from "../../schema/config/dialect.ts";
import type { AttemptClass, AttemptOutcome, PingError } from "../../schema/lists.ts";
import type { Money } from "../../schema/money.ts";
import type { WireRequest } from "../../schema/rpc/dialer.ts";
import type { LossFacts, PingFacts, PostFacts, StatusFacts, TokenFacts, WinFacts } from "./dialect-facts.ts";

export type * from "./dialect-facts.ts";

/**
 * A dialect is pure: it builds requests and reads answers, it never calls. Its configuration is data (schema/config/dialect.ts,
 * docs/dialect-language.md); it is compiled once per version of its endpoint.
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
  readStatus(answer: WireAnswer, bid?: Readonly<Record<string, string>>): OutcomeReading;

  /** Conditions of `ping.require`: false = this buyer is not called and does not win. */
  requirePing(facts: PingFacts): boolean;
  /** Other requests, in their order, beside the main ones. */
  steps: {
    beforePing: CompiledStep<PingFacts>[];
    beforePost: CompiledStep<PostFacts>[];
    afterPost: CompiledAfter[];
  };
  /** Tells a buyer that the lead is its own; null when the dialect has none. */
  buildWin(facts: WinFacts): BuildResult | null;
  /** Tells a buyer that it lost; null when the dialect has none. */
  buildLoss(facts: LossFacts): BuildResult | null;

  /** `auth` where a token must be fetched first: its values come back as `token` in the facts. null: none needed. */
  tokenAuth: TokenAuth | null;
  /** The request of an `exchange`; null for every other `auth`. */
  buildExchange(facts: TokenFacts): BuildResult | null;
  /** Does this answer say that the token is not (or no longer) good? */
  tokenRefused(answer: WireAnswer): boolean;
}

/** A request before the main one. Its carried values go into `facts.steps[name]` of what follows. */
export interface CompiledStep<Facts> {
  name: string;
  /** Already hands over the lead: no answer to it is `unknown`, not `not_taken`. */
  delivers: boolean;
  when(facts: Facts): boolean;
  build(facts: Facts): BuildResult;
  read(answer: WireAnswer): StepReading;
}

/** A request after the post's answer; its outcome replaces the answer's. */
export interface CompiledAfter {
  name: string;
  /** Ms before each try; asked again as long as the outcome is `unknown`. */
  wait_ms: number[];
  /** It has rules of its own: after a doubt or a yes, what none of them matches proves nothing. */
  strict: boolean;
  /** Over the answer of the post (`bid`: carried from the ping). */
  when(answer: WireAnswer, bid: Record<string, string>): boolean;
  build(facts: PostFacts): BuildResult;
  read(answer: WireAnswer, context: OutcomeContext): OutcomeReading;
}

/** `go_on`: the next request may be sent; anything else ends the ping or post with it. */
export interface StepReading {
  outcome: "go_on" | "no_bid" | "error" | AttemptOutcome;
  class: AttemptClass;
  held_for_review: boolean;
  unverified?: boolean;
  reason?: string;
  reason_class?: ReasonClass;
  /** `step.<name>.<value>` for later requests. */
  carried: Record<string, string>;
}

/** `set_up`: the configuration cannot make a request of these facts; `message` names the part, never a value. */
export type BuildResult = { ok: true; request: WireRequest } | { ok: false; message: string };

export interface WireAnswer {
  status: number;
  content_type: string;
  body: string;
  retry_after: string | null;
  location: string | null;
  /** Of the answer's other headers those that the request asked for (`want_headers`), names in lower case. */
  headers?: Record<string, string>;
  /** Epoch ms at which it came; absent where no clock is at hand. */
  now?: number;
}

/** One offer of several in one answer. */
export interface BidLeg {
  price: Money;
  ref?: string;
  name?: string;
  consent_text?: string;
}

export type BidReading =
  | {
      outcome: "bid";
      price: Money | null;
      carried: Record<string, string>;
      brand?: string;
      consent_text?: string;
      /** From now on; until `expires_at`, where the buyer named a moment (epoch ms). */
      expires_in_s?: number;
      expires_at?: number;
      /** The offers of `bids` that have a price; `price` is the best one's, or their sum. */
      legs?: BidLeg[];
      /** Call buyers: a number or SIP address, and the seconds that a call must last. */
      destination?: string;
      min_duration_s?: number;
    }
  | { outcome: "no_bid"; reason?: string; reason_class?: ReasonClass }
  | { outcome: "error"; error: PingError; reason?: string; reason_class?: ReasonClass };

export interface OutcomeContext {
  /** An earlier request of this round ended unknown: `duplicate` proves that it was taken. */
  after_unknown: boolean;
  idempotent: boolean;
  /** Carried from the ping: `$bid.<name>`. */
  bid?: Readonly<Record<string, string>>;
}
export interface OutcomeReading {
  outcome: AttemptOutcome;
  class: AttemptClass;
  /** A rule of the dialect says so; absent: it is the default of its HTTP status or words. */
  ruled?: true;
  /** The buyer looks at it by hand: never send again. */
  held_for_review: boolean;
  /** Of an accepted lead, where the answer names one. */
  price?: Money;
  /** With a no: the lower price at which the buyer would have taken it. */
  counter_price?: Money;
  /** With `accepted`: the buyer says so to everything, so it is no proof of delivery. */
  unverified?: boolean;
  redirect_url?: string;
  buyer_lead_id?: string;
  reason?: string;
  /** Why not, in our own classes. */
  reason_class?: ReasonClass;
  /** Call buyers: a number or SIP address. */
  destination?: string;
  /** `answer.<name>` for the steps that follow. */
  carried?: Record<string, string>;
  /** Ms that the buyer asks us to wait. */
  retry_after_ms?: number;
}
