import type { ReserveReply } from "../../schema/rpc/account.ts";
import type { PlanBidder } from "../../schema/rpc/book.ts";
import type { CompiledContract } from "../auction/compiled.ts";
import { termsOf } from "../auction/terms.ts";
import { sleep } from "../deps.ts";
import type { Work } from "./work.ts";
import { HOLD_MS } from "./work.ts";

/** Ms after which a hold that we may have left behind is given back. */
const LET_GO_MS = [1_000, 5_000];

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
