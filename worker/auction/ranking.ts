import type { Campaign } from "../../schema/config/campaign.ts";
import type { LossReason } from "../../schema/lists.ts";
import type { Money } from "../../schema/money.ts";

/** What a valid bid is ranked by. */
export interface Rankable {
  contract_id: string;
  /** 1 before 2. */
  priority: number;
  /** What the buyer pays. */
  price: Money;
  /** What the publisher gets of it. */
  payout: Money;
  /** Auctions that this contract won lately. */
  wins: number;
  /** The auction's own draw, {@link drawOf}. */
  draw: number;
}

export interface Ranked<B extends Rankable> {
  bid: B;
  /** Why it is not first; null for the first. */
  loss: LossReason | null;
}

export type AuctionMode = Campaign["auction"]["mode"];
type Ranker = <B extends Rankable>(bids: readonly B[]) => Ranked<B>[];

/** One step of a total order, and what a bid is told that loses by it. */
interface Step {
  compare(a: Rankable, b: Rankable): number;
  loss: LossReason;
}

const BY_TIER: Step = { compare: (a, b) => a.priority - b.priority, loss: "lower_tier" };
const BY_MONEY: Step[] = [
  { compare: (a, b) => b.payout - a.payout, loss: "lower_bid" },
  { compare: (a, b) => b.price - a.price, loss: "lower_bid" },
];
/** Equal money: priority, then who won less, then the draw. Ids are unique, so that no two bids are ever equal. */
const TIE_BREAK: Step[] = [
  { compare: (a, b) => a.priority - b.priority, loss: "lost_tie" },
  { compare: (a, b) => a.wins - b.wins, loss: "lost_tie" },
  { compare: (a, b) => a.draw - b.draw, loss: "lost_tie" },
  { compare: (a, b) => (a.contract_id < b.contract_id ? -1 : a.contract_id > b.contract_id ? 1 : 0), loss: "lost_tie" },
];

/** Ranks by the first step that tells two bids apart; the order in which bids arrived plays no part. */
function byOrder(steps: readonly Step[]): Ranker {
  const deciding = (a: Rankable, b: Rankable): Step | undefined => steps.find((step) => step.compare(a, b) !== 0);
  return (bids) => {
    const sorted = [...bids].sort((a, b) => deciding(a, b)?.compare(a, b) ?? 0);
    const first = sorted[0];
    return sorted.map((bid) => ({
      bid,
      loss: first === undefined || bid === first ? null : (deciding(first, bid)?.loss ?? "lost_tie"),
    }));
  };
}

/** One ranker a mode: a mode that joins the campaign's list (weighted, round robin, publisher's choice) must join here to compile. */
const RANKERS: Readonly<Record<AuctionMode, Ranker>> = {
  highest: byOrder([...BY_MONEY, ...TIE_BREAK]),
  priority_tiers: byOrder([BY_TIER, ...BY_MONEY, ...TIE_BREAK]),
};

export function rank<B extends Rankable>(mode: AuctionMode, bids: readonly B[]): Ranked<B>[] {
  return RANKERS[mode](bids);
}

/**
 * A contract's lot in one auction: 32 bits of `seed` and its id (FNV-1a with Murmur3's finaliser), the lowest wins. Recorded seeds make
 * a draw repeatable; the finaliser keeps it fair between ids that differ in one letter.
 */
export function drawOf(seed: number, contract_id: string): number {
  let hash = 0x811c9dc5;
  for (const char of `${seed}/${contract_id}`) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
