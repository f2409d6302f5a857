import type { AuctionRecord } from "../../schema/rpc/auction.ts";
import type { AttemptView, LeadStory, LeadView } from "../../schema/rpc/book.ts";
import type { AuctionRow, DeliveryRow, LeadRow } from "../ledger/reads.ts";

/** What the ledger keeps of a lead, beside its columns (the book writes it at the lead's end). */
type KeptStory = Pick<LeadView, "plan" | "promise" | "bid_ids" | "risk_rule" | "frozen" | "outcome" | "epoch"> &
  Pick<LeadStory, "steps">;

/** The story of a lead whose book has let it go, from the ledger's rows. null: it has not ended, so its book must have it. */
export function storyFromLedger(row: LeadRow, deliveries: DeliveryRow[], auction: AuctionRow | null): LeadStory | null {
  if (row.story === null) return null;
  const kept = JSON.parse(row.story) as KeptStory;
  return {
    lead: {
      ...kept,
      lead_id: row.lead_id,
      ping_id: row.ping_id,
      publisher_id: row.publisher_id,
      campaign_id: row.campaign_id,
      test: row.test === 1,
      mode: row.mode as LeadView["mode"],
      state: row.state as LeadView["state"],
      answer_in_ms: 0,
      consumer_keys: [],
      sealed: row.sealed,
      wrapped_key: row.wrapped_key,
      risk_flag: row.risk === 1,
      click_id: row.click_id ?? undefined,
      sub_ids: JSON.parse(row.sub_ids ?? "{}") as Record<string, string>,
      postback_due: false,
      re_auctions: row.re_auctions,
      stalls: 0,
      rest: null,
      erased_at: row.erased_at,
      created_at: row.at,
      closed_at: row.closed_at,
    },
    auction: auction === null ? null : (JSON.parse(auction.record) as AuctionRecord),
    attempts: deliveries.map((delivery) => attemptOf(delivery, kept)),
    steps: kept.steps,
  };
}

function attemptOf(row: DeliveryRow, { plan }: KeptStory): AttemptView {
  const {
    late_evidence,
    sealed,
    price,
    month: _m,
    tenant: _t,
    n: _n,
    summed: _s,
    leg: _l,
    test: _e,
    lead_id: _i,
    ...rest
  } = row;
  return {
    ...(rest as unknown as AttemptView),
    index: plan.findIndex((bidder) => bidder.contract_id === row.contract_id),
    held_for_review: false,
    price: price === null ? undefined : (price as AttemptView["price"]),
    sealed: sealed ?? undefined,
    late_evidence: late_evidence === 1,
  };
}
