import type { AnswerCode } from "../../../schema/lists.ts";
import type { Money } from "../../../schema/money.ts";
import type { Candidate, RankedBid } from "../../../schema/rpc/auction.ts";
import { nearestAnswers } from "./own-answers.ts";
import { type OwnPart, type Recorded, type Replayed, type Rules, replay } from "./replay.ts";

/** Sums of auctions under one set of rules. */
export interface Totals {
  /** Auctions that somebody won. */
  won: number;
  /** What the winners would pay, and what the publishers get of it. */
  revenue: number;
  payouts: number;
  margin: number;
  /** Auctions that the looked-at contract won, and what it would pay. */
  own_won: number;
  own_revenue: number;
}
export interface Side {
  contract_id: string;
  buyer_id: string;
  price: Money;
  payout: Money;
}
/** An auction that changes hands, or whose price moves. */
export interface Moved {
  ping_id: string;
  at: number;
  posted: boolean;
  from: Side | null;
  to: Side | null;
  /** About the looked-at contract (of campaign rules: about who lost it, or won it). */
  why: OwnPart & { of: string; when: "before" | "after" };
}
export interface Sums {
  before: Totals;
  after: Totals;
  /** `after`, if the contract had answered where nobody asked it as it did in its nearest similar auction. */
  assumed: Totals | null;
}
export interface Comparison {
  looked_at: number;
  /** Refused before anybody was asked (suppressed, duplicates, pauses): no contract could have sold them. */
  not_held: number;
  /** Auctions of which the recorded winner is that of the replay under the present rules. */
  reproduced: number;
  all: Sums;
  /** Only of auctions whose ping was posted. */
  posted: Sums & { auctions: number };
  /** Auctions in which the contract would be asked for the first time: its bid is not recorded. */
  unknown: { before: number; after: number; assumed: number };
  /** The contract's reasons, `won` among them. */
  reasons: { before: Record<string, number>; after: Record<string, number> };
  moved: Moved[];
  /** All of them, listed or not. */
  moved_count: number;
}
export interface CompareInput {
  auctions: readonly (Recorded & { posted: boolean })[];
  before: Rules;
  after: Rules;
  /** More auctions that moved are counted, not listed. */
  most_moved: number;
}

const NOT_HELD: ReadonlySet<AnswerCode> = new Set([
  "duplicate_ping",
  "duplicate",
  "suppressed",
  "gateway_paused",
  "publisher_paused",
  "campaign_paused",
]);

/** What recorded auctions would have come to under other rules. Pure; a change that changes nothing moves nothing. */
export function compare({ auctions, before, after, most_moved }: CompareInput): Comparison {
  const result = nothing(auctions.length);
  const assumed = after.contract ? nearestAnswers(auctions, after.contract.config.id) : null;
  for (const auction of auctions) {
    const { record, posted } = auction;
    if (record.code !== undefined && NOT_HELD.has(record.code)) {
      result.not_held++;
      continue;
    }
    const [was, is] = [replay(auction, before), replay(auction, after)];
    if (was.decision.ranked[0]?.contract_id === record.ranked[0]?.contract_id) result.reproduced++;
    const guess = is.own?.unknown ? assumed?.(auction) : undefined;
    const guessed = guess ? replay(auction, { ...after, assumed: guess }) : is;
    count(result, was, is, guess !== undefined);
    const own = after.contract?.config.id ?? before.contract?.config.id;
    for (const sums of posted ? [result.all, result.posted] : [result.all]) {
      addTo(sums.before, was.decision.ranked[0], own);
      addTo(sums.after, is.decision.ranked[0], own);
      if (sums.assumed) addTo(sums.assumed, guessed.decision.ranked[0], own);
    }
    if (posted) result.posted.auctions++;
    noteMove(result, auction, [was, is], own, most_moved);
  }
  if (result.unknown.assumed === 0) [result.all.assumed, result.posted.assumed] = [null, null];
  return result;
}

const zero = (): Totals => ({ won: 0, revenue: 0, payouts: 0, margin: 0, own_won: 0, own_revenue: 0 });
const sums = (): Sums => ({ before: zero(), after: zero(), assumed: zero() });
const nothing = (looked_at: number): Comparison => ({
  ...{ looked_at, not_held: 0, reproduced: 0, all: sums(), posted: { ...sums(), auctions: 0 } },
  ...{ unknown: { before: 0, after: 0, assumed: 0 }, reasons: { before: {}, after: {} }, moved: [], moved_count: 0 },
});

function addTo(totals: Totals, winner: RankedBid | undefined, own: string | undefined): void {
  if (!winner) return;
  totals.won++;
  totals.revenue += winner.price;
  totals.payouts += winner.payout;
  totals.margin += winner.price - winner.payout;
  if (winner.contract_id !== own) return;
  totals.own_won++;
  totals.own_revenue += winner.price;
}

function count(result: Comparison, was: Replayed, is: Replayed, guessed: boolean): void {
  for (const [when, { own }] of [
    ["before", was],
    ["after", is],
  ] as const) {
    if (!own) continue;
    const reason = own.reason ?? "won";
    result.reasons[when][reason] = (result.reasons[when][reason] ?? 0) + 1;
    if (own.unknown) result.unknown[when]++;
  }
  if (guessed) result.unknown.assumed++;
}

function noteMove(
  result: Comparison,
  { record, posted }: Recorded & { posted: boolean },
  [was, is]: readonly [Replayed, Replayed],
  own: string | undefined,
  most: number,
): void {
  const [from, to] = [sideOf(was.decision.ranked[0]), sideOf(is.decision.ranked[0])];
  const same = from?.contract_id === to?.contract_id && from?.price === to?.price && from?.payout === to?.payout;
  if (same) return;
  result.moved_count++;
  if (result.moved.length >= most) return;
  result.moved.push({ ping_id: record.ping_id, at: record.at, posted, from, to, why: whyOf(was, is, from, to, own) });
}

const sideOf = (bid: RankedBid | undefined): Side | null =>
  bid ? { contract_id: bid.contract_id, buyer_id: bid.buyer_id, price: bid.price, payout: bid.payout } : null;

/** Who won it only afterwards did not before for this reason; who won it before does not any more for that one. */
function whyOf(was: Replayed, is: Replayed, from: Side | null, to: Side | null, own: string | undefined): Moved["why"] {
  if (own !== undefined && from?.contract_id === own && is.own) return { ...is.own, of: own, when: "after" };
  if (own !== undefined && was.own) return { ...was.own, of: own, when: "before" };
  const lost = from && reasonIn(is.decision.candidates, from.contract_id);
  if (from && lost) return { reason: lost, unknown: false, of: from.contract_id, when: "after" };
  const of = to?.contract_id ?? from?.contract_id ?? "";
  return { reason: reasonIn(was.decision.candidates, of), unknown: false, of, when: "before" };
}

const reasonIn = (candidates: readonly Candidate[], id: string): Candidate["reason"] =>
  candidates.find(({ contract_id }) => contract_id === id)?.reason ?? null;
