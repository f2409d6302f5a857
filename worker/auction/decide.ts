import type { Campaign } from "../../schema/config/campaign.ts";
import type { AnswerCode } from "../../schema/lists.ts";
import { type Money, ZERO } from "../../schema/money.ts";
import type { Candidate, Fields, RankedBid } from "../../schema/rpc/auction.ts";
import type { BidReading } from "../buyers/dialect.ts";
import { type BidRules, checkBid, lossOf, type ReceivedAnswer } from "./bids.ts";
import type { CompiledContract } from "./compiled.ts";
import { basisPoints } from "./money-rules.ts";
import { drawOf, type Rankable, type Ranked, rank } from "./ranking.ts";

export type { ReceivedAnswer } from "./bids.ts";

export interface DecideInput {
  campaign: Pick<Campaign, "auction">;
  /** The publisher's own share in percent; a contract's goes before it, the campaign's comes last. */
  publisher_share: number | undefined;
  /** The least that the publisher takes. */
  min_price: Money;
  /** Of the draw between equal bids. */
  seed: number;
  /** Auctions won lately, by contract. */
  recent_wins: Pick<ReadonlyMap<string, number>, "get">;
  answers: readonly ReceivedAnswer[];
  /** What a buyer has left to spend; null or undefined = no limit known. Absent: not looked at (test leads). */
  available?(contract: CompiledContract): Money | null | undefined;
  /** Contracts with a fixed price or a table of prices: standing bids. */
  fixed: readonly CompiledContract[];
  /** Of the lead: what a price by table is looked up by. */
  facts: Fields;
  ping_id: string;
  /** Epoch ms from which a bid's own validity counts. */
  now: number;
}

export interface Decision {
  result: "accepted" | "rejected";
  code?: AnswerCode;
  /** The promise: the winner's payout; 0 without a winner. */
  price: Money;
  /** Valid bids, best first. */
  ranked: RankedBid[];
  /** Every contract that was asked or has a fixed price: the ranked ones in order of rank, then the others by id. */
  candidates: Candidate[];
}

/** Validates the bids, ranks them and gives every loser its reason. The order in which answers arrived changes nothing. */
export function decide(input: DecideInput): Decision {
  const entries = [
    ...input.answers.map((answer) => entryOf(input, answer.contract, answer)),
    ...input.fixed.map((contract) => entryOf(input, contract, null)),
  ];
  const placed = rank(
    input.campaign.auction.mode,
    entries.flatMap((entry) => entry.bid ?? []),
  );
  const losers = entries.filter((entry) => entry.bid === null).map((entry) => entry.candidate);
  losers.sort((a, b) => (a.contract_id < b.contract_id ? -1 : 1));
  const candidates = [...placed.map(candidateOf), ...losers];
  const ranked = placed.map(({ bid }, index) => rankedBid(input, bid, index + 1));
  const winner = ranked[0];
  if (winner) return { result: "accepted", price: winner.payout, ranked, candidates };
  return { result: "rejected", code: codeOf(candidates), price: ZERO, ranked, candidates };
}

interface Bid extends Rankable {
  contract: CompiledContract;
  reading: Extract<BidReading, { outcome: "bid" }> | null;
  candidate: Candidate;
}
/** `bid` is null when the candidate has a reason not to be ranked. */
interface Entry {
  candidate: Candidate;
  bid: Bid | null;
}

function entryOf(input: DecideInput, contract: CompiledContract, answer: ReceivedAnswer | null): Entry {
  const candidate = blank(contract, answer);
  if (answer && answer.outcome !== "bid") {
    const reason = lossOf(answer.outcome, answer.error);
    return { candidate: { ...candidate, ...late(answer), reason }, bid: null };
  }
  const reading = answer?.reading?.outcome === "bid" ? answer.reading : null;
  const price = answer ? (reading?.price ?? null) : contract.priceAt(input.facts);
  const shown = price === null || !Number.isSafeInteger(price) ? {} : { bid: price };
  const checked = checkBid(price, rulesFor(input, contract));
  if (!checked.ok) {
    const payout = checked.payout === undefined ? {} : { payout: checked.payout };
    const invalid =
      checked.reason === "bid_invalid" && answer ? ({ outcome: "error", error: "bid_invalid" } as const) : {};
    return { candidate: { ...candidate, ...invalid, ...shown, ...payout, reason: checked.reason }, bid: null };
  }
  const contract_id = contract.config.id;
  const whole = { ...candidate, bid: checked.price, payout: checked.payout };
  const bid: Bid = {
    contract,
    contract_id,
    reading,
    candidate: whole,
    price: checked.price,
    payout: checked.payout,
    priority: contract.config.priority,
    wins: input.recent_wins.get(contract_id) ?? 0,
    draw: drawOf(input.seed, contract_id),
  };
  return { candidate: whole, bid };
}

function blank(contract: CompiledContract, answer: ReceivedAnswer | null): Candidate {
  const { id: contract_id, buyer_id, endpoint_id } = contract.config;
  const candidate: Candidate = { contract_id, buyer_id, endpoint_id, outcome: answer?.outcome ?? null, reason: null };
  if (!answer) return candidate;
  if (answer.error !== undefined) candidate.error = answer.error;
  if (answer.http_status !== undefined) candidate.http_status = answer.http_status;
  if (answer.ms !== undefined) candidate.ms = answer.ms;
  if (answer.sent_at_ms !== undefined) {
    candidate.sent_at_ms = answer.sent_at_ms;
    if (answer.timeout_ms !== undefined) candidate.timeout_ms = answer.timeout_ms;
  }
  return candidate;
}

/** A late bid is shown, never used. */
function late({ outcome, reading }: ReceivedAnswer): { bid?: Money } {
  return outcome === "late" && reading?.outcome === "bid" && reading.price !== null ? { bid: reading.price } : {};
}

type Asked = Pick<DecideInput, "campaign" | "publisher_share" | "min_price" | "available">;

/** What a bid of this contract is measured by. */
export function rulesFor(input: Asked, contract: CompiledContract): BidRules {
  const { config } = contract;
  const { floor, min_margin, publisher_share } = input.campaign.auction;
  return {
    floor,
    min_margin,
    share: basisPoints(config.publisher_share ?? input.publisher_share ?? publisher_share),
    min_price: input.min_price,
    available: input.available?.(contract) ?? undefined,
    max_bid: config.price.type === "bid" ? config.price.max_bid : undefined,
  };
}

const candidateOf = ({ bid, loss }: Ranked<Bid>, index: number): Candidate => ({
  ...bid.candidate,
  rank: index + 1,
  reason: loss,
});

function rankedBid({ ping_id, now }: DecideInput, bid: Bid, place: number): RankedBid {
  const { config } = bid.contract;
  const ranked: RankedBid = {
    bid_id: `${ping_id}_${place}`,
    contract_id: config.id,
    buyer_id: config.buyer_id,
    endpoint_id: config.endpoint_id,
    price: bid.price,
    payout: bid.payout,
    carried: bid.reading?.carried ?? {},
  };
  const brand = bid.reading?.brand ?? config.consent.brand;
  if (brand !== undefined) ranked.brand = brand;
  if (bid.reading?.consent_text !== undefined) ranked.consent_text = bid.reading.consent_text;
  const valid_until = Math.floor(now + (bid.reading?.expires_in_s ?? 0) * 1_000);
  // Zero, negative or beyond all numbers: what the buyer said about its validity says nothing.
  if (valid_until > now && Number.isSafeInteger(valid_until)) ranked.valid_until = valid_until;
  return ranked;
}

function codeOf(candidates: readonly Candidate[]): AnswerCode {
  if (candidates.length === 0) return "no_eligible_buyers";
  return candidates.some((candidate) => candidate.reason === "below_min_price") ? "below_min_price" : "no_bids";
}
