import type { AuctionTrace, BuyerTrace } from "../../../../schema/api/auction-trace.ts";
import { money } from "../../shell/format.ts";
import { sorted } from "./rows.ts";

const whole = (ms: number): string => `${Math.round(ms)} ms`;

/** One buyer's place in the auction, in words: what the picture shows by its shape. */
export function outcomeWords(buyer: BuyerTrace, currency: string): string {
  const bid = buyer.bid === null ? "" : money(buyer.bid, currency);
  const time = buyer.ms === null ? "" : ` after ${whole(buyer.ms)}`;
  const why = buyer.why === null ? "" : ` (${buyer.why})`;
  if (buyer.outcome === null) return buyer.rank === null ? `not asked${why}` : `fixed price ${bid}${rankWords(buyer)}`;
  switch (buyer.outcome) {
    case "bid":
      return `offered ${bid}${time}${buyer.rank === null ? why : rankWords(buyer)}`;
    case "no_bid":
      return `declined${time}`;
    case "timeout":
      return `did not answer within ${buyer.ms === null ? "its time" : whole(buyer.ms)}`;
    case "late":
      return `answered${bid ? ` with ${bid}` : ""} too late${time}`;
    case "error":
      return `answered with an error${time}${why}`;
    case "not_attempted":
      return `was not called${why}`;
    case "closed_early":
      return `was not waited for: it could not have won any more${time}`;
  }
}

const rankWords = ({ rank, why }: BuyerTrace): string =>
  rank === 1 ? ", the winner" : `, ranked ${rank}${why === null ? "" : `: ${why}`}`;

/** The whole picture in a few sentences, for those who cannot see it. */
export function summary({ auction, buyers }: Pick<AuctionTrace, "auction" | "buyers">): string {
  const rows = sorted(buyers);
  const winner = buyers.find((buyer) => buyer.rank === 1);
  const best = winner
    ? `${winner.buyer_name ?? winner.buyer_id} ${outcomeWords(winner, auction.currency)}.`
    : "Nobody won.";
  const count = (group: string): number => rows.filter((row) => row.group === group).length;
  const counts = [
    [count("ranked"), "ranked"],
    [count("unusable"), "with an offer that did not count"],
    [count("late"), "too late"],
    [count("timeout"), "without an answer in time"],
    [count("error"), "with an error"],
    [count("not_reached"), "not reached"],
    [count("closed_early"), "not waited for"],
    [count("no_bid"), "declined"],
  ] as const;
  const parts = counts.flatMap(([n, words]) => (n > 0 ? [`${n} ${words}`] : []));
  return `${rows.length} ${rows.length === 1 ? "buyer" : "buyers"} in ${whole(auction.took_ms)}: ${parts.join(", ") || "none"}. ${best}`;
}
