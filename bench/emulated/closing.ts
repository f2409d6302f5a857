import { names } from "../../test/support/lead-load.ts";
import { seededRandom } from "../../test/support/random.ts";
import { type Spread, short, spread } from "./cell.ts";
import { type Bidder, mean, mosts, play, type Worth, worthOf } from "./market.ts";

/** What early close changes: the same pings, buyers, latencies and prices, with the campaign's option off or on. */
export interface ClosingCell {
  buyers: number;
  /** Bids that must stand behind the best; null: everybody is waited for. */
  fallback_bids: number | null;
  /** Share of the contracts that have a `max_bid`; without one a buyer must have answered. */
  bounded: number;
  pings: number;
  seed: number;
}
export interface ClosingFigures extends ClosingCell, Worth {
  answer_ms: Spread;
  /** Share of buyers that were not waited for, of auctions that ended so. */
  cut: number;
  closed: number;
}

export async function runClosing(cell: ClosingCell): Promise<ClosingFigures> {
  const { buyers, fallback_bids, bounded, seed } = cell;
  const random = seededRandom(seed * 11);
  const most = mosts(buyers, seed);
  const bidders = names(buyers).map((name, i): Bidder => {
    const max_bid = random() < bounded ? most[i] : undefined;
    return { name, most: most[i] ?? 0, contract: { price: { type: "bid", max_bid } } };
  });
  const { answers, records } = await play(
    bidders,
    cell,
    fallback_bids === null ? {} : { early_close: { fallback_bids } },
  );
  const cut = records.map(({ candidates }) => candidates.filter(({ outcome }) => outcome === "closed_early").length);
  return {
    ...cell,
    answer_ms: spread(answers),
    cut: short(mean(cut) / buyers, 4),
    closed: short(mean(cut.map((count) => (count > 0 ? 1 : 0))), 4),
    ...worthOf(records, seed),
  };
}
