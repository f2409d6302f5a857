import type { CampaignInput } from "../../../schema/config/campaign.ts";
import { type Money, ZERO } from "../../../schema/money.ts";
import { type DecideInput, decide, type ReceivedAnswer } from "../../../worker/auction/decide.ts";
import type { BidReading } from "../../../worker/buyers/dialect.ts";
import { type ContractParts, campaignOf, contractOf, m } from "./fixtures.ts";

type BidPart = Partial<Extract<BidReading, { outcome: "bid" }>>;
export const NOW = 1_000_000;

export function bidOf(
  id: string,
  price: Money | null,
  parts: ContractParts = {},
  reading: BidPart = {},
): ReceivedAnswer {
  const contract = contractOf(id, parts);
  return {
    contract,
    outcome: "bid",
    ms: 20,
    sent_at_ms: 3,
    http_status: 200,
    reading: { outcome: "bid", price, carried: {}, ...reading },
  };
}
export const priced = (id: string, price: number, config: ContractParts["contract"] = {}) =>
  bidOf(id, m(price), { contract: config });

export interface Changes extends Partial<Omit<DecideInput, "campaign">> {
  auction?: CampaignInput["auction"];
}
export const decided = ({ auction, ...changes }: Changes) =>
  decide({
    campaign: campaignOf({ auction: { publisher_share: 80, ...auction } }).config,
    publisher_share: undefined,
    min_price: ZERO,
    seed: 1,
    recent_wins: new Map(),
    answers: [],
    fixed: [],
    facts: {},
    ping_id: "p1",
    now: NOW,
    ...changes,
  });
