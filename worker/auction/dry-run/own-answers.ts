import type { Candidate } from "../../../schema/rpc/auction.ts";
import type { Recorded } from "./replay.ts";

type Answer = Pick<Candidate, "outcome" | "bid">;

/**
 * What a contract answered in the auction that is nearest in time among those of the same state (of all, where none has that state). Only
 * what it said by itself counts: bids and refusals, no timeouts. undefined: it never answered.
 */
export function nearestAnswers(
  auctions: readonly Recorded[],
  contract_id: string,
): (of: Recorded) => Answer | undefined {
  const answers = auctions.flatMap(({ record }) => {
    const own = record.candidates.find((one) => one.contract_id === contract_id);
    if (own?.outcome !== "bid" && own?.outcome !== "no_bid") return [];
    return [
      {
        at: record.at,
        state: record.facts.state,
        answer: { outcome: own.outcome, ...(own.bid === undefined ? {} : { bid: own.bid }) },
      },
    ];
  });
  answers.sort((a, b) => a.at - b.at);
  const byState = Map.groupBy(answers, ({ state }) => state);
  return ({ record }) => {
    const alike = byState.get(record.facts.state) ?? answers;
    return nearest(alike, record.at)?.answer;
  };
}

/** Of a list in order of time; of two as near the earlier one. */
function nearest<T extends { at: number }>(list: readonly T[], at: number): T | undefined {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.at ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [list[low - 1], list[low]];
  if (!before || !after) return before ?? after;
  return at - before.at <= after.at - at ? before : after;
}
