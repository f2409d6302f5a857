import type { ContractInput } from "../../../../schema/config/buyer.ts";
import { ZERO } from "../../../../schema/money.ts";
import type { AuctionRecord, Candidate } from "../../../../schema/rpc/auction.ts";
import type { CompiledContract } from "../../../../worker/auction/compiled.ts";
import type { ReceivedAnswer } from "../../../../worker/auction/decide.ts";
import { decide } from "../../../../worker/auction/decide.ts";
import type { CompareInput } from "../../../../worker/auction/dry-run/compare.ts";
import { compare } from "../../../../worker/auction/dry-run/compare.ts";
import { eligible } from "../../../../worker/auction/eligibility.ts";
import { inputOf } from "../eligibility-input.ts";
import { campaignOf, contractOf, m } from "../fixtures.ts";

export const AT = Date.parse("2026-11-20T15:00:00Z");
export type Facts = Record<string, string | number>;
/** Bids by contract; null: it declines. A contract without an entry is not asked. */
export interface Played {
  facts: Facts;
  bids: Record<string, number | null>;
  posted?: boolean;
  excluded?: AuctionRecord["excluded"];
}

/** An auction as the gateway holds and records it. */
export function recorded(contracts: CompiledContract[], { facts, bids, posted = true, excluded = [] }: Played, at = 0) {
  const campaign = campaignOf();
  const out = new Set(excluded.map(({ contract_id }) => contract_id));
  const { bidders, fixed, filtered } = eligible(
    inputOf(
      contracts.filter((c) => !out.has(c.config.id)),
      { facts, now: AT + at },
    ),
  );
  const answers = bidders.map((contract): ReceivedAnswer => {
    const bid = bids[contract.config.id] ?? null;
    if (bid === null) return { contract, outcome: "no_bid" };
    return { contract, outcome: "bid", reading: { outcome: "bid", price: m(bid), carried: {} } };
  });
  const decision = decide({
    ...{ campaign: campaign.config, publisher_share: undefined, min_price: ZERO, seed: 7 + at, recent_wins: new Map() },
    ...{ answers, fixed, facts, ping_id: `p${at}`, now: AT + at },
  });
  const record: AuctionRecord = {
    ...{
      ping_id: `p${at}`,
      publisher_id: "pub",
      campaign_id: "auto",
      test: false,
      at: AT + at,
      expires_at: AT + at + 1,
    },
    ...{ config_seq: 1, facts, sub_ids: {}, min_price: ZERO, excluded, filtered, took_ms: 5 },
    ...decision,
  };
  return { record, facts, publisher_share: undefined, posted };
}

export const candidateOf = (record: AuctionRecord, id: string): Candidate | undefined =>
  record.candidates.find(({ contract_id }) => contract_id === id);

/** Compares a contract with a changed one over auctions that were held among `others` and it. */
export function changed(
  contracts: CompiledContract[],
  auctions: CompareInput["auctions"],
  id: string,
  change: Partial<ContractInput>,
  parts: { pingable?: boolean } = {},
) {
  const before = contracts.find((one) => one.config.id === id) ?? null;
  const after = contractOf(id, { ...parts, contract: change });
  const campaign = campaignOf();
  const other = (other_id: string) => contracts.find((one) => one.config.id === other_id);
  return compare({
    auctions,
    before: { campaign, contract: before, other },
    after: { campaign, contract: after, other },
    most_moved: 10,
  });
}
