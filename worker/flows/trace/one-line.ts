import type { AnswerCode, LeadState, RestReason } from "../../../schema/lists.ts";
import { type Money, toWire } from "../../../schema/money.ts";
import { whyItRests } from "../explain.ts";
import { CODE_TEXTS, count } from "./words.ts";

/** Where the buyers' own reasons say more than a code: what a list can say without them. */
const BRIEF: Partial<Record<AnswerCode, string>> = {
  no_eligible_buyers: "no contract could be asked",
  no_bids: "nobody made a usable offer",
  below_min_price: "no offer reached the publisher's minimum",
};

interface LeadFacts {
  state: LeadState;
  code: AnswerCode | null;
  result: string | null;
  buyer_id: string | null;
  rest_why: RestReason | null;
  recovered: boolean;
}

/** What became of a lead, in one sentence. */
export function leadLineText({ state, code, result, buyer_id, rest_why, recovered }: LeadFacts): string {
  switch (state) {
    case "sold":
      return `Sold to ${buyer_id ?? "a buyer"}${recovered ? ", recovered by the waterfall" : ""}.`;
    case "open":
      return `Still being sold${result === null ? "" : `; the publisher was told "${result}"`}.`;
    case "returned":
      return "Sold, then given back; nobody has it now.";
    case "review":
    case "parked":
      return rest_why ? whyItRests({ why: rest_why, at: 0 }) : "It rests until an operator ends it.";
    case "unsold":
      return `Not sold: ${codeText(code)}.`;
  }
}

const codeText = (code: AnswerCode | null): string =>
  code === null ? "nobody bought it" : (BRIEF[code] ?? CODE_TEXTS[code] ?? code);

interface AuctionFacts {
  result: "accepted" | "rejected";
  code: AnswerCode | null;
  price: Money;
  bidders: number;
  bids: number;
  lead_id: string | null;
}

/** What an auction came to, in one sentence. */
export function auctionLineText({ result, code, price, bidders, bids, lead_id }: AuctionFacts): string {
  if (result === "rejected") return `Rejected: ${codeText(code)}.`;
  const offer = `${count(bids, "offer")} of ${count(bidders, "contract")}`;
  return `${offer}, ${toWire(price)} promised; ${lead_id === null ? "nobody posted it" : "posted"}.`;
}
