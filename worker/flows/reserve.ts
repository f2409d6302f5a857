import type { ReserveReply } from "../../schema/rpc/account.ts";
import type { RankedBid } from "../../schema/rpc/auction.ts";
import type { PlanBidder } from "../../schema/rpc/book.ts";
import { type AtCap, settleAtCap } from "../auction/at-cap.ts";
import type { CompiledContract } from "../auction/compiled.ts";
import { termsOf } from "../auction/terms.ts";
import { sleep } from "../deps.ts";
import { pingFacts } from "./facts.ts";
import type { Work } from "./work.ts";
import { HOLD_MS } from "./work.ts";

/** Ms after which a hold that we may have left behind is given back; in sum less than the 30 s that an invocation has after its answer. */
const LET_GO_MS = [1_000, 5_000, 20_000];

/**
 * Holds the money and the place for one bidder. A lost reply is asked for once more: the same id is the same reservation. null: the
 * buyer's object is out of reach; nothing has been sent, and a hold that it may have taken is given back as soon as it answers.
 */
export async function reserve(
  w: Work,
  bidder: PlanBidder,
  contract: CompiledContract,
  reservation_id: string,
  dispatch_in_ms: number,
): Promise<ReserveReply | null> {
  const { g, lead } = w;
  const ask = () =>
    g.account(bidder.buyer_id).reserve({
      v: 1,
      reservation_id,
      lead_id: lead.lead_id,
      epoch: lead.epoch,
      source: lead.publisher_id,
      consumer_keys: w.marks,
      amount: bidder.price,
      dispatch_in_ms,
      hold_ms: HOLD_MS,
      terms: termsOf(contract),
    });
  const reply = await ask().catch(() => ask().catch(() => null));
  // A bidder in doubt keeps its hold: it may have the lead from an earlier request.
  if (reply === null && !bidder.doubt) g.waitUntil(letGo(w, bidder, reservation_id));
  return reply;
}

async function letGo(w: Work, bidder: PlanBidder, reservation_id: string): Promise<void> {
  const { g, lead } = w;
  for (const pause of LET_GO_MS) {
    await sleep(g.deps, pause);
    const done = await g
      .account(bidder.buyer_id)
      .release(reservation_id, "not_dispatched", lead.epoch)
      .catch(() => null);
    if (done !== null) return;
  }
}

/** What becomes of a bidder whose reservation was refused for its cap or pace. `reopens_in_ms`: absent = never, or unknown. */
export function atCapOf(
  w: Work,
  bidder: PlanBidder,
  contract: CompiledContract,
  refusal: AtCap,
  reopens_in_ms: number | undefined,
): ReturnType<typeof settleAtCap> {
  const { on_cap } = contract.config;
  const now = w.g.deps.now();
  return settleAtCap({
    bidder,
    refusal,
    reopens_in_ms,
    on_cap,
    mode: w.lead.mode,
    age_ms: now - w.lead.created_at,
    now,
    random: w.g.deps.random(),
    overflow: on_cap.do === "contract" ? overflowOf(w, bidder, on_cap.contract_id) : null,
  });
}

/** The bid as another contract of the same buyer takes it, if that may have this lead now. */
function overflowOf(w: Work, bidder: PlanBidder, contract_id: string): RankedBid | null {
  const contract = w.snapshot.contract(contract_id);
  if (!contract || contract.buyer.id !== bidder.buyer_id) return null;
  if (contract.config.campaign_id !== w.lead.campaign_id || contract.config.status === "paused") return null;
  const facts = pingFacts({ campaign: w.campaign, lead: w.plain.lead });
  const fits = contract.matches(facts) && contract.openAt(w.g.deps.now());
  if (!fits || !contract.takesSource(w.lead.publisher_id, w.lead.sub_ids.sub_id1)) return null;
  const { bid_id, buyer_id, price, payout, brand, consent_text, carried, valid_until } = bidder;
  const endpoint_id = contract.endpoint.id;
  return { bid_id, contract_id, buyer_id, endpoint_id, price, payout, brand, consent_text, carried, valid_until };
}
