import type { AuctionRecord } from "../schema/rpc/auction.ts";
import type {
  AdvanceReply,
  AttemptKey,
  AttemptRecord,
  ClaimCommand,
  ClaimReply,
  EvidenceReply,
  LeaseReply,
  PlanBidder,
  SettleCommand,
} from "../schema/rpc/book.ts";
import { inDoubt } from "../worker/auction/settle.ts";
import type { Lead } from "./book/lead.ts";
import { binding, indexOf, isOver, soldTo, told, untried } from "./book/lead-state.ts";

/** Take-overs in a row without a step forward that a lead is worth; a further one is refused, and it rests. */
const MOST_STALLS = 7;

/** A wake-up that comes so little before its time (ms) is in time: queues count in whole seconds. */
const EARLY_MS = 1_000;

export type ClaimRefusal = Exclude<ClaimReply, { kind: "yours" }>;

/** The same lead again: the caller's own claim whose reply was lost (`mine`), or what its first claim came to. */
export function decideRepeat(lead: Lead, command: ClaimCommand, now: number): { kind: "mine" } | ClaimRefusal {
  if (lead.publisher_id !== command.publisher_id) return { kind: "no_auction", foreign: true };
  if (lead.content_hash !== command.content_hash) return { kind: "conflict", lead_id: lead.lead_id };
  const outcome = told(lead);
  if (outcome) return { kind: "replay", lead_id: lead.lead_id, outcome, wrapped_key: lead.wrapped_key };
  if (lead.owner === command.owner) return { kind: "mine" };
  return { kind: "wait", lead_id: lead.lead_id, answer_in_ms: Math.max(0, lead.answer_by - now) };
}

/** May a ping that was never posted be posted now? null = yes. */
export function refuseFirst(auction: AuctionRecord | null, command: ClaimCommand, now: number): ClaimRefusal | null {
  if (!auction) return { kind: "no_auction", foreign: false };
  if (auction.publisher_id !== command.publisher_id) return { kind: "no_auction", foreign: true };
  if (auction.result === "rejected") return { kind: "ping_rejected" };
  if (auction.expires_at < now) return { kind: "expired" };
  const unknown = command.bid_ids.find((id) => !auction.ranked.some((bid) => bid.bid_id === id));
  return unknown === undefined ? null : { kind: "bid_unknown", bid_id: unknown };
}

export type LeaseDecision = { kind: "take" | "renew" | "stuck"; lead: Lead } | { kind: "refused"; reply: LeaseReply };

/**
 * Who may work on a lead: whoever holds it, or anybody once the lease has run out or was given up and its time has come. `stuck`: nobody
 * any more, too many have taken it and moved nothing.
 */
export function decideLease(lead: Lead | null, owner: string, now: number): LeaseDecision {
  const refused = (why: LeaseReply["why"], retry_in_ms?: number): LeaseDecision => ({
    kind: "refused",
    reply: { lead: null, why, retry_in_ms },
  });
  if (!lead) return refused("unknown");
  if (lead.state !== "open") return refused("ended");
  if (lead.owner === owner) return { kind: "renew", lead };
  if (lead.owner !== null && lead.lease_until > now) return refused("leased", lead.lease_until - now);
  if (lead.resume_at !== null && lead.resume_at > now + EARLY_MS) return refused("not_due", lead.resume_at - now);
  return { kind: lead.stalls >= MOST_STALLS ? "stuck" : "take", lead };
}

/** Does this epoch still work on the lead? A lease that ran out counts until somebody takes over: that raises the epoch. */
export const holds = (lead: Lead, epoch: number): boolean =>
  lead.state === "open" && lead.epoch === epoch && lead.owner !== null;

type AdvanceDecision = Exclude<AdvanceReply, { kind: "news" }> | { kind: "news" };

/**
 * May a post to this bidder begin? Not once evidence says that some bidder has the lead (the caller's view is old), nor once this one
 * has said that it does not (`news`), nor when the publisher has been told "rejected"; in final mode not after `answer_by` either, unless it was told "accepted" (the risk is ours).
 * @throws when another bidder is in flight (an exclusive lead is with one buyer at a time, whoever asks), or this one had the lead and failed it.
 */
export function decideAdvance(lead: Lead, epoch: number, key: AttemptKey, now: number): AdvanceDecision {
  if (!holds(lead, epoch) || hasAccepted(lead)) return { kind: "stale", state: lead.state, epoch: lead.epoch };
  const bidder = bidderAt(lead, key.index);
  if (bidder.status === "returned") throw new Error("who failed the lead is never asked again");
  if (bidder.definite_no !== undefined && inDoubt(bidder)) return { kind: "news" };
  if (lead.plan.some((bidder, i) => i !== key.index && bidder.status === "in_flight")) {
    throw new Error("a bidder is in flight: settle it before advancing to another");
  }
  const final = binding(lead);
  if (final?.result === "rejected") return { kind: "closed" };
  if (lead.mode === "final" && !final && now >= lead.answer_by) return { kind: "closed" };
  return { kind: "go", answer_in_ms: lead.answer_by - now };
}

/** The bidder after `advance`. Attempts and rounds never go back. @throws when they would. */
export function advanced(bidder: PlanBidder, key: AttemptKey): PlanBidder {
  const back = key.round < bidder.round || (key.round === bidder.round && key.attempt < bidder.attempts);
  if (back) throw new Error("an attempt must not be numbered before the last one of its bidder");
  const current = key.round === bidder.round ? bidder : inRound(bidder, key.round);
  const { endpoint_id = bidder.endpoint_id } = key;
  return { ...current, endpoint_id, status: "in_flight", attempts: key.attempt, not_before: undefined };
}

/**
 * The bidder after `settle`. `unknown` leaves a doubt for the rest of its round; a new round starts without. A bidder that evidence
 * has marked accepted stays so: whoever settles it otherwise has not seen that evidence.
 */
export function settled(bidder: PlanBidder, command: SettleCommand, now: number): PlanBidder {
  if (bidder.status === "accepted" || bidder.status === "returned") return bidder;
  const { status } = command;
  const proven = bidder.definite_no !== undefined && (status === "rejected" || status === "not_taken");
  const next: PlanBidder = {
    ...(command.next_round ? inRound(bidder, bidder.round + 1) : bidder),
    status,
    // One that waits for its cap is untried, and shows why.
    refusal:
      status === "refused" ? (command.refusal ?? bidder.refusal) : status === "untried" ? command.refusal : undefined,
    not_before: command.retry_in_ms === undefined ? undefined : now + command.retry_in_ms,
    ...(command.asked && { asked: (bidder.asked ?? 0) + 1 }),
    ...(proven && { doubt: false, definite_no: undefined }),
  };
  return status === "unknown" && !command.next_round ? { ...next, doubt: true } : next;
}

/** The bidder at the start of a later round: nothing of the earlier one counts any more. */
export function inRound(bidder: PlanBidder, round: number): PlanBidder {
  const past = {
    last_outcome: undefined,
    last_class: undefined,
    held_for_review: undefined,
    definite_no: undefined,
    passed_over: undefined,
    asked: undefined,
  };
  return { ...bidder, ...past, round, attempts: 0, doubt: false };
}

/**
 * What an attempt's answer adds to its bidder, even when its flow died before it could settle. A status call, a report or an operator's
 * word says nothing about how a post was answered: it can only rule the buyer out, or leave things as they are.
 */
export function witnessed(bidder: PlanBidder, record: AttemptRecord): PlanBidder {
  if (record.round !== bidder.round) return bidder;
  if ((record.kind ?? "post") !== "post") {
    const { outcome } = record;
    const no = outcome === "rejected" || outcome === "not_taken";
    return no && inDoubt(bidder) ? { ...bidder, definite_no: outcome } : bidder;
  }
  return {
    ...bidder,
    doubt: bidder.doubt || record.outcome === "unknown",
    held_for_review: bidder.held_for_review || record.held_for_review || undefined,
    last_outcome: record.outcome,
    last_class: record.class,
  };
}

/**
 * Does evidence come in time? `late`: the publisher was told otherwise for good, the lead has ended without this reservation,
 * another bidder has it, or the round is over (its hold was given back). A "yes" that is late is contested, never a sale.
 */
export function evidenceStands(lead: Lead, record: AttemptRecord): EvidenceReply["kind"] {
  if (soldTo(lead, record.reservation_id)) return "open";
  if (isOver(lead) || binding(lead)?.result === "rejected") return "late";
  if (!record.takes) return "open";
  const bidder = bidderAt(lead, indexOf(lead.plan, record));
  const elsewhere = bidder.status !== "accepted" && hasAccepted(lead);
  const gone = bidder.round !== record.round || lead.contested.includes(record.reservation_id);
  return elsewhere || gone ? "late" : "open";
}

/**
 * A repeat of this post is on its way: a "no" that somebody says now was found before it came, and says nothing of it. Of the first post
 * of a round it can only be about that one; then it waits for that one's end.
 */
export function isEarly(lead: Lead, record: AttemptRecord): boolean {
  if (lead.state !== "open" || lead.owner === null) return false;
  if ((record.kind ?? "post") === "post" || record.takes === true) return false;
  const bidder = lead.plan[indexOf(lead.plan, record)];
  return bidder?.status === "in_flight" && bidder.round === record.round && bidder.doubt;
}

/** The plan with the contract that takes what this bidder has no room for: the next after it, once. */
export function withOverflow(lead: Lead, { index, overflow }: SettleCommand): Lead {
  if (!overflow || lead.plan.some((bidder) => bidder.contract_id === overflow.contract_id)) return lead;
  return { ...lead, plan: lead.plan.toSpliced(index + 1, 0, untried(overflow, "overflow")) };
}

export const hasAccepted = (lead: Lead): boolean => lead.plan.some((bidder) => bidder.status === "accepted");

/** @throws when the plan has no such bidder. */
export function bidderAt(lead: Lead, index: number): PlanBidder {
  const bidder = lead.plan[index];
  if (!bidder) throw new Error(`the plan has no bidder ${index}`);
  return bidder;
}

export function withBidder(lead: Lead, index: number, change: (bidder: PlanBidder) => PlanBidder): Lead {
  return { ...lead, plan: lead.plan.map((bidder, i) => (i === index ? change(bidder) : bidder)) };
}
