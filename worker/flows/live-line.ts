import type { LiveItem } from "../../schema/api/live.ts";
import { ANSWER_CODES, type AnswerCode, type ExclusionReason, type LossReason } from "../../schema/lists.ts";
import { formatMoney, type Money, toWire } from "../../schema/money.ts";
import type { LiveAuctionRow, LiveSaleRow } from "../ledger/live.ts";

/** Words that follow a number: "2 declined to bid". Exhaustive: a reason without words does not compile. */
const SAID: Record<LossReason | ExclusionReason, string> = {
  gateway_paused: "while the gateway was paused",
  publisher_paused: "of a paused publisher",
  campaign_paused: "of a paused campaign",
  buyer_paused: "of a paused buyer",
  endpoint_paused: "at a paused endpoint",
  contract_paused: "paused",
  maintenance: "in maintenance",
  not_live: "not live yet",
  not_in_test: "that take no tests",
  source: "that do not take this source",
  filter: "filtered out",
  schedule: "outside their hours",
  aged_only: "for aged leads only",
  consent: "without the consent that they require",
  fixed_price_missing: "without a price",
  breaker_open: "with an open breaker",
  cap_reached: "at a cap",
  paced: "waiting for the next paced place",
  balance: "without balance",
  thinned: "with their last places offered already",
  maximum_too_low: "that may not bid enough",
  shaped: "left out for being late too often",
  no_bid: "declined to bid",
  timeout: "did not answer in time",
  late: "answered too late",
  error: "answered with an error",
  not_attempted: "could not be asked",
  closed_early: "were not waited for",
  bid_invalid: "bid no usable amount",
  above_maximum_bid: "bid above the contract's maximum",
  below_floor: "bid below the floor",
  below_margin: "left less than the margin",
  below_min_price: "bid below the publisher's minimum",
  above_balance: "bid more than the balance covers",
  lower_tier: "stood in a lower tier",
  lower_bid: "bid less",
  lost_tie: "lost a draw",
};
const WORDS: Readonly<Record<string, string>> = SAID;

const CODES: Partial<Record<AnswerCode, string>> = {
  no_eligible_buyers: "No buyer takes such a lead now",
  no_bids: "No usable bid",
  below_min_price: "The best bid was below the publisher's minimum",
  duplicate: "The consumer was sold before",
  suppressed: "The consumer is suppressed",
  gateway_paused: "The gateway is paused",
  publisher_paused: "The publisher is paused",
  campaign_paused: "The campaign is paused",
};

/** The most telling reasons first; three are enough for a line. */
function said(text: string): string {
  const counts = Object.entries(JSON.parse(text || "{}") as Record<string, number>).sort(([, a], [, b]) => b - a);
  return counts
    .slice(0, 3)
    .map(([reason, n]) => `${n} ${WORDS[reason] ?? reason.replaceAll("_", " ")}`)
    .join(", ");
}

export const isCode = (code: string | null): code is AnswerCode =>
  code !== null && (ANSWER_CODES as readonly string[]).includes(code);

/** Why an auction came out as it did, in one line without anything personal. */
export function auctionWhy(row: LiveAuctionRow): string {
  if (row.forced !== null) return `Test value ${row.forced} forced this.`;
  const shut = [said(row.shut_out), row.filtered ? `${row.filtered} filtered out` : ""].filter(Boolean).join(", ");
  const rest = [said(row.lost), shut && `shut out: ${shut}`].filter(Boolean).join("; ");
  const tail = rest === "" ? "." : `: ${rest}.`;
  if (row.winner_contract !== null && row.result === "accepted")
    return `${row.winner_contract} is first with ${formatMoney((row.winner_price ?? 0) as Money)}${rest === "" ? "." : `; ${rest}.`}`;
  const happened = isCode(row.code) ? (CODES[row.code] ?? row.code.replaceAll("_", " ")) : "Not accepted";
  return `${happened}${tail}`;
}

export function auctionItem(row: LiveAuctionRow): LiveItem {
  const { winner_contract, winner_buyer } = row;
  return {
    kind: "auction",
    at: new Date(row.at).toISOString(),
    ping_id: row.ping_id,
    publisher: row.publisher_id,
    campaign: row.campaign_id,
    test: row.test === 1,
    result: row.result,
    code: isCode(row.code) ? row.code : null,
    price: toWire(row.price as Money),
    took_ms: row.took_ms,
    asked: row.bidders,
    bids: row.bids,
    winner:
      winner_contract === null || winner_buyer === null
        ? null
        : { contract_id: winner_contract, buyer_id: winner_buyer, bid: toWire((row.winner_price ?? 0) as Money) },
    why: auctionWhy(row),
  };
}

export function saleItem(row: LiveSaleRow): LiveItem {
  const [price, payout] = [row.price as Money, row.payout as Money];
  return {
    kind: "sale",
    at: new Date(row.at).toISOString(),
    lead_id: row.lead_id,
    publisher: row.publisher_id,
    campaign: row.campaign_id,
    contract_id: row.contract_id,
    buyer_id: row.buyer_id,
    currency: row.currency,
    price: toWire(price),
    payout: toWire(payout),
    recovered: row.recovered === 1,
    why: `${row.contract_id} paid ${formatMoney(price)}, the publisher gets ${formatMoney(payout)}${row.recovered === 1 ? "; recovered after a failure" : ""}.`,
  };
}
