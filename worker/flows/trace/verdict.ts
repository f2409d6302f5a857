import type { AuctionPart, BuyerTrace } from "../../../schema/api/auction-trace.ts";
import type { LeadTrace } from "../../../schema/api/trace.ts";
import { CODE_TEXTS, count, listed, priced, tally } from "./words.ts";

type Auction = Pick<AuctionPart, "result" | "code" | "price" | "min_price" | "currency">;
export type Told = Pick<LeadTrace, "buyers" | "sale"> & {
  lead: Pick<LeadTrace["lead"], "state" | "code" | "result" | "mode">;
  auction: Auction | null;
  currency: string;
  /** Why it rests, as a sentence; "" unless it does. */
  rests: string;
};

const named = (b: Pick<BuyerTrace, "buyer_name" | "buyer_id">): string => b.buyer_name ?? b.buyer_id;
const posted = (b: BuyerTrace): boolean => b.post !== null && (b.post.attempts > 0 || b.post.rounds > 1);

/** Why a lead did, or did not, sell: one sentence, or two. */
export function leadVerdict(told: Told): string {
  const { lead, buyers, rests } = told;
  switch (lead.state) {
    case "sold":
      return soldText(told);
    case "returned":
      return `Sold, then given back: ${listed(buyers.filter((b) => b.post?.status === "returned").map(named)) || "its buyer"} failed it, and nobody has it now.`;
    case "review":
      return `In review: ${lower(rests)}`;
    case "parked":
      return `Parked: ${lower(rests)}`;
    case "open":
      return openText(told);
    case "unsold":
      return `Not sold: ${unsoldText(told)}`;
  }
}

function soldText({ sale, buyers, currency, lead }: Told): string {
  if (!sale) return "Sold.";
  const winner = buyers.find((b) => b.contract_id === sale.contract_id);
  const refused = buyers.filter((b) => b.contract_id !== sale.contract_id && notTaken(b)).map(named);
  const who = winner ? named(winner) : (sale.buyer_id ?? "a buyer");
  const after = refused.length > 0 ? `, after ${listed(refused)} had not taken it` : "";
  const no = lead.result === "rejected" ? " The publisher had been told no." : "";
  return `Sold to ${who} for ${priced(sale.price, currency)}${after}; the publisher gets ${priced(sale.payout, currency)}.${no}`;
}

const notTaken = (b: BuyerTrace): boolean =>
  b.post !== null && ["rejected", "refused", "not_taken", "set_up_error", "returned"].includes(b.post.status);

function openText({ buyers, lead }: Told): string {
  const doubtful = buyers.filter((b) => b.post?.status === "unknown" || b.post?.status === "in_flight").map(named);
  const waits =
    doubtful.length > 0 ? `it is not known yet whether ${listed(doubtful)} has taken it` : "it waits for its next turn";
  const told = lead.result === null ? "" : ` The publisher was told "${lead.result}".`;
  return `Still being sold: ${waits}.${told}`;
}

function unsoldText(told: Told): string {
  const { lead, auction, buyers } = told;
  switch (lead.code) {
    case null:
    case "no_bids":
    case "no_eligible_buyers":
    case "below_min_price":
      return auction ? noOffer(auction, buyers) : "nobody bought it.";
    case "buyers_rejected":
      return `${listed(buyers.filter((b) => b.post?.status === "rejected").map(named)) || "every buyer that was posted it"} refused it${others(buyers)}.`;
    case "not_taken":
      return `nobody could take it. ${sentences(buyers)}`.trim();
    case "no_answer_in_time":
      return `${CODE_TEXTS.no_answer_in_time}. ${sentences(buyers)}`.trim();
    default:
      return `${CODE_TEXTS[lead.code] ?? lead.code}.`;
  }
}

/** What kept those that were to have the lead, beside the ones that refused it. */
function others(buyers: readonly BuyerTrace[]): string {
  const kept = buyers.filter(
    (b) => b.post !== null && ["refused", "not_taken", "set_up_error", "unknown"].includes(b.post.status),
  );
  return kept.length > 0 ? `, and ${listed(kept.map(named))} did not get or take it` : ", and nobody else had bid";
}

const MOST = 3;
const sentences = (buyers: readonly BuyerTrace[]): string =>
  buyers
    .filter((b) => b.post !== null && b.post.status !== "untried")
    .slice(0, MOST)
    .map((b) => `${named(b)}: ${lower(b.post?.text ?? "")}`)
    .join(" ");

/** What an auction without a winner came to. */
function noOffer(auction: Auction, buyers: readonly BuyerTrace[]): string {
  const { code, min_price, currency } = auction;
  const said = code === null ? null : CODE_TEXTS[code];
  if (said) return `${said}.`;
  const asked = buyers.filter((b) => b.asked || b.outcome !== null || b.rank !== null);
  const shut = buyers.filter((b) => !asked.includes(b));
  const notAsked = shut.length > 0 ? ` ${count(shut.length, "contract")} could not be asked: ${tallied(shut)}.` : "";
  if (buyers.length === 0) return "the campaign has no contracts.";
  if (asked.length === 0) return `nobody could be asked. Of ${count(buyers.length, "contract")}, ${tallied(shut)}.`;
  const best = Math.max(...asked.flatMap((b) => b.payout ?? []));
  if (code === "below_min_price" && best > 0)
    return `the best offer would have paid the publisher ${priced(best, currency)}, and it asked for at least ${priced(min_price, currency)}.${notAsked}`;
  return `${count(asked.length, "buyer was", "buyers were")} asked and none made a usable offer: ${tallied(asked)}.${notAsked}`;
}

const tallied = (buyers: readonly BuyerTrace[]): string => tally(buyers.flatMap((b) => b.reason ?? []));

/** What an auction came to by itself. `posted`: its post became a lead. */
export function auctionVerdict(auction: Auction, buyers: readonly BuyerTrace[], posted: boolean): string {
  const winner = buyers.find((b) => b.rank === 1);
  if (auction.result === "rejected" || !winner) return `Rejected: ${noOffer(auction, buyers)}`;
  const offer = `${named(winner)} offered ${priced(winner.bid ?? 0, auction.currency)}, of which the publisher was promised ${priced(auction.price, auction.currency)}`;
  return posted ? `Accepted and posted: ${offer}.` : `Accepted, and nobody posted it: ${offer}.`;
}

export const wasPosted = posted;

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
