import { MONEY_LIMIT, type Money } from "../../schema/money.ts";
import { type BidRules, checkBid } from "./bids.ts";
import { split } from "./money-rules.ts";

/** What decides between two bids before any tie-break: see `highest` in ranking.ts. */
interface Worth {
  payout: Money;
  price: Money;
}

/**
 * Can an auction for the highest bid end before everybody has answered? When the best bid so far beats whatever those outstanding may
 * offer, and enough others stand behind it in case its buyer does not take the lead. A buyer's offer is bounded by its contract's
 * `max_bid` and by what it has left to spend; one that is bounded by neither must have answered.
 */
export class EarlyClose {
  private best: Worth | null = null;
  private valid = 0;
  /** By place in the fan-out; null: has answered. Infinite: not bounded. */
  private readonly bounds: (Worth | null)[];

  /** `rules`: of each contract that is asked, in the fan-out's order. `fallback_bids`: besides the best. */
  constructor(
    private readonly rules: readonly BidRules[],
    private readonly fallback_bids: number,
  ) {
    this.bounds = rules.map(mostOf);
  }

  /** A standing price: a bid that is there from the beginning. */
  stands(price: Money | null, rules: BidRules): void {
    this.count(price, rules);
  }

  /** The contract at this place has answered; `price`: its bid, null for any other answer. */
  came(place: number, price: Money | null): void {
    const rules = this.rules[place];
    if (rules && this.bounds[place] !== null && price !== null) this.count(price, rules);
    this.bounds[place] = null;
  }

  /** The most that the contract at this place may leave the publisher, while it has not answered; 0 afterwards. */
  most(place: number): number {
    return this.bounds[place]?.payout ?? 0;
  }

  /** Nobody who is outstanding can win. */
  decided(): boolean {
    const { best } = this;
    if (best === null || this.valid <= this.fallback_bids) return false;
    return this.bounds.every((bound) => bound === null || beats(best, bound));
  }

  private count(price: Money | null, rules: BidRules): void {
    const checked = checkBid(price, rules);
    if (!checked.ok) return;
    this.valid++;
    if (this.best === null || beats(checked, this.best)) this.best = checked;
  }
}

/** Equal money is no defeat: priority or the draw would decide. */
const beats = (a: Worth, b: Worth): boolean => a.payout > b.payout || (a.payout === b.payout && a.price > b.price);

/** A lower price never leaves the publisher more: the most that a contract may bid is the most that it is worth. */
function mostOf({ max_bid, available, share, min_margin }: BidRules): Worth {
  const price = Math.min(max_bid ?? MONEY_LIMIT, available ?? MONEY_LIMIT) as Money;
  return { price, payout: split(price, share, min_margin).payout };
}
