import type { BuyerTrace } from "../../../../schema/api/auction-trace.ts";

/** Groups of the picture, from what matters most for the outcome to what matters least. */
export const GROUPS = [
  { group: "ranked", title: "Offers, best first" },
  { group: "unusable", title: "Offers that did not count" },
  { group: "late", title: "Answered too late" },
  { group: "timeout", title: "No answer in time" },
  { group: "error", title: "Answered with an error" },
  { group: "not_reached", title: "Could not be asked in time" },
  { group: "closed_early", title: "Not waited for: could not win any more" },
  { group: "no_bid", title: "Declined" },
] as const;
export type Group = (typeof GROUPS)[number]["group"];

/** null: not asked and no standing bid, so it has no place in time. */
export function groupOf(buyer: BuyerTrace): Group | null {
  if (buyer.rank !== null) return "ranked";
  switch (buyer.outcome) {
    case null:
      return null;
    case "bid":
      return "unusable";
    case "no_bid":
    case "late":
    case "timeout":
    case "closed_early":
      return buyer.outcome;
    case "error":
      return buyer.bid !== null || buyer.reason === "bid_invalid" ? "unusable" : "error";
    case "not_attempted":
      return "not_reached";
  }
}

const order = new Map<string, number>(GROUPS.map(({ group }, i) => [group, i]));

/** Rank first, then by group and reason, quickest first within one. */
export function sorted(buyers: readonly BuyerTrace[]): { buyer: BuyerTrace; group: Group }[] {
  return buyers
    .flatMap((buyer) => {
      const group = groupOf(buyer);
      return group === null ? [] : [{ buyer, group }];
    })
    .sort(
      (a, b) =>
        (order.get(a.group) ?? 0) - (order.get(b.group) ?? 0) ||
        (a.buyer.rank ?? 0) - (b.buyer.rank ?? 0) ||
        compare(a.buyer.reason ?? "", b.buyer.reason ?? "") ||
        (a.buyer.ms ?? 0) - (b.buyer.ms ?? 0) ||
        compare(a.buyer.contract_id, b.buyer.contract_id),
    );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Contracts beneath the picture: fixed prices that are not ranked, and those that were not asked; by reason, then by id. */
export const notPictured = (buyers: readonly BuyerTrace[]): BuyerTrace[] =>
  buyers
    .filter((buyer) => groupOf(buyer) === null)
    .sort((a, b) => compare(a.reason ?? "", b.reason ?? "") || compare(a.contract_id, b.contract_id));
