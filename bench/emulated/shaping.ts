import { names } from "../../test/support/lead-load.ts";
import { MEDIAN_MS } from "./buyers.ts";
import { type Spread, short, spread } from "./cell.ts";
import { type Bidder, mean, mosts, pingOf, play, type Worth, worthOf } from "./market.ts";

/** What asking habitually late buyers less often saves, and what it loses: the same pings and answers, with shaping off or on. */
export interface ShapingCell {
  buyers: number;
  /** So many of them are slow, with this median; the others as always (5 % late). */
  slow: number;
  median_ms: number;
  /** Their `ping_timeout_ms`: above the auction's 965 ms it is the auction that ends before them, which no breaker counts. */
  timeout_ms: number;
  on: boolean;
  /** The slow are as fast as the others from the middle on. */
  recovers: boolean;
  pings: number;
  seed: number;
}
export interface ShapingFigures extends ShapingCell, Worth {
  /** Share of the slow buyers' calls that come too late, by the first half. */
  late: number;
  /** Calls a ping: of buyers, of dialers. */
  calls: number;
  object_calls: number;
  answer_ms: Spread;
  /** Share of pings in which a slow buyer is asked: in the second quarter, in the last. */
  asked_second: number;
  asked_last: number;
}

export async function runShaping(cell: ShapingCell): Promise<ShapingFigures> {
  const { buyers, slow, median_ms, timeout_ms, on, recovers, pings, seed } = cell;
  const most = mosts(buyers, seed);
  const bidders = names(buyers).map((name, i): Bidder => {
    const is = i < slow ? { median_ms, well_from: recovers ? pings / 2 : undefined } : { median_ms: MEDIAN_MS };
    const shaping = on ? {} : { least_share_percent: 100 };
    const endpoint = { shaping, ...(i < slow ? { ping_timeout_ms: timeout_ms } : {}) };
    return { name, most: most[i] ?? 0, endpoint, contract: { price: { type: "bid", max_bid: most[i] } }, ...is };
  });
  // One isolate: what it learns it learns for itself.
  const { answers, records, calls, object_calls } = await play(bidders, { ...cell, isolates: 1 });
  const slowOnes = new Set(names(slow));
  const seen = (from: number, to: number) =>
    records
      .filter((record) => pingOf(record) >= from * pings && pingOf(record) < to * pings)
      .map(({ candidates }) => candidates.filter(({ contract_id }) => slowOnes.has(contract_id)));
  const late = seen(0, 0.5).flat();
  const asked = (from: number, to: number) => short(mean(seen(from, to).map((list) => list.length / slow)), 3);
  return {
    ...cell,
    late: short(mean(late.map(({ outcome }) => (outcome === "late" || outcome === "timeout" ? 1 : 0))), 3),
    calls: short(calls / pings),
    object_calls: short(object_calls / pings),
    answer_ms: spread(answers),
    asked_second: asked(0.25, 0.5),
    asked_last: asked(0.75, 1),
    ...worthOf(records, seed),
  };
}
