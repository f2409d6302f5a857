import type { Publisher } from "../../schema/config/publisher.ts";
import type { AdvanceReply, AttemptKey, BookPort, LeadView, SealedLead } from "../../schema/rpc/book.ts";
import type { CompiledCampaign, CompiledContract } from "../auction/compiled.ts";
import type { LeadKey } from "../crypto/seal.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";

/** A lead in the hands of whoever holds its lease: the live request, or a queue consumer. */
export interface Work {
  g: Gateway;
  snapshot: Snapshot;
  campaign: CompiledCampaign;
  publisher: Publisher;
  book: BookPort;
  /** As the book last showed it; replaced after each settled step. */
  lead: LeadView;
  key: LeadKey;
  plain: SealedLead;
  /** The consumer's marks for buyers' duplicate windows. */
  marks: string[];
  /** The queue's turn, not the publisher's own request. */
  woken: boolean;
  /** Something broke in this turn (a connection, an object, an endpoint's set-up): a sale after it is recovered. */
  failed: boolean;
  /** A publisher waits for the answer. */
  live: boolean;
  /** `deps.now()` by which the publisher must have its answer; in the past when nobody waits. */
  answer_by: number;
  /** `deps.now()` after which this holder begins no new post. */
  turn_ends: number;
  /** Set when the buyer's answer is in hand: what `finish` needs beside the plan. */
  accepted: { index: number; price: LeadView["promise"] | null; redirect_url?: string } | null;
  begun: Begun | null;
  /** The bidder that a worker before was found to have charged: the lead is sold to it, whoever else has said yes since. */
  charged?: number;
}

/** An advance that the book made with an earlier call, begun at `at` (`deps.now()`). `Work.lead` does not show it yet. */
export interface Begun {
  key: AttemptKey;
  reply: AdvanceReply;
  at: number;
}

/** Ms for which a book's leave for a post counts: whoever stands still for longer asks again, for a buyer's word may have come since. */
export const LEAVE_MS = 3_000;

/** Ms: a lease outlives the dispatch window, one post and a margin. */
export const DISPATCH_MS = 3_000;
export const LEASE_MARGIN_MS = 5_000;
/** A hold that nobody settles becomes doubtful after this; doubt itself ends after {@link DOUBT_MS}. */
export const HOLD_MS = 60_000;
export const DOUBT_MS = 72 * 3_600_000;

export const leaseMs = (longest_post_ms: number): number => DISPATCH_MS + longest_post_ms + LEASE_MARGIN_MS;

export { reservationId } from "../auction/reservation-id.ts";

export const postTimeout = (contract: CompiledContract): number =>
  contract.config.post_timeout_ms ?? contract.endpoint.post_timeout_ms;
