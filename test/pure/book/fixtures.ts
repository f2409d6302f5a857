import { type Money, ZERO } from "../../../schema/money.ts";
import type { AuctionRecord, RankedBid } from "../../../schema/rpc/auction.ts";
import type { AttemptRecord, ClaimCommand, CloseCommand, LeadOutcome } from "../../../schema/rpc/book.ts";

export const SHARD = "enam-07";
export const T0 = Date.UTC(2026, 10, 21, 12);
export const PING = "p1";
export const m = (units: number): Money => Math.round(units * 10_000) as Money;

export function bid(rank: number, payout: number, ping_id = PING): RankedBid {
  return {
    bid_id: `${ping_id}_${rank}`,
    contract_id: `c${rank}`,
    buyer_id: `b${rank}`,
    endpoint_id: `e${rank}`,
    price: m(payout * 1.25),
    payout: m(payout),
    carried: {},
  };
}

/** Three bids: 10, 8 and 6 to the publisher. */
export function auction(changes: Partial<AuctionRecord> = {}): AuctionRecord {
  const ping_id = changes.ping_id ?? PING;
  const ranked = [bid(1, 10, ping_id), bid(2, 8, ping_id), bid(3, 6, ping_id)];
  return {
    ping_id,
    publisher_id: "pub",
    campaign_id: "auto",
    test: false,
    at: T0,
    expires_at: T0 + 120_000,
    config_seq: 7,
    facts: { zip: "10001" },
    sub_ids: {},
    min_price: ZERO,
    result: "accepted",
    price: m(10),
    ranked,
    candidates: ranked.map((r, i) => ({
      contract_id: r.contract_id,
      buyer_id: r.buyer_id,
      endpoint_id: r.endpoint_id,
      outcome: "bid",
      bid: r.price,
      rank: i + 1,
      reason: i === 0 ? null : "lower_bid",
    })),
    excluded: [],
    filtered: 0,
    took_ms: 88,
    ...changes,
  };
}

export function claim(changes: Partial<ClaimCommand> = {}): ClaimCommand {
  return {
    v: 1,
    owner: "w1",
    lead_id: "l1",
    ping_id: PING,
    aliases: [],
    content_hash: "h1",
    publisher_id: "pub",
    campaign_id: "auto",
    test: false,
    mode: "final",
    risk_rule: "rejected",
    allow_below_promise: false,
    bid_ids: [],
    consumer_keys: [],
    person_marks: {},
    consumer_keep_ms: 30 * 86_400_000,
    answer_in_ms: 5_000,
    lease_ms: 18_000,
    sealed: "sealed-lead",
    wrapped_key: "k1:wrapped",
    sub_ids: {},
    wants_postback: false,
    ...changes,
  };
}

export function attempt(index: number, changes: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    attempt_id: `a${index}-1`,
    index,
    round: 1,
    attempt: 1,
    contract_id: `c${index + 1}`,
    buyer_id: `b${index + 1}`,
    endpoint_id: `e${index + 1}`,
    reservation_id: `r${index}`,
    outcome: "accepted",
    class: "ok",
    held_for_review: false,
    http_status: 200,
    ms: 300,
    ...changes,
  };
}

export const sold = (index: number, epoch: number | null = null): CloseCommand => ({
  v: 1,
  lead_id: "l1",
  state: "sold",
  index,
  reservation_id: `r${index}`,
  price: bid(index + 1, [10, 8, 6][index] ?? 6).price,
  payout: bid(index + 1, [10, 8, 6][index] ?? 6).payout,
  epoch,
});

export const ended = (
  state: "unsold" | "review" | "parked",
  epoch: number | null,
  code?: CloseCommand["code"],
): CloseCommand => ({
  v: 1,
  lead_id: "l1",
  state,
  code,
  epoch,
});

export const no: LeadOutcome = { result: "rejected", code: "no_answer_in_time", price: ZERO };
export const yes: LeadOutcome = { result: "accepted", price: m(10) };
export const later: LeadOutcome = { result: "pending", code: "in_progress", price: ZERO };
