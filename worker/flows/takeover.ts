import type { PlanBidder } from "../../schema/rpc/book.ts";
import { settleFence } from "../auction/settle.ts";
import { policyOf, settled } from "./deliver.ts";
import type { Work } from "./work.ts";
import { reservationId } from "./work.ts";

/**
 * After a take-over: asks each buyer that the earlier holder may have been at, and shuts that holder out there (fence). What the
 * buyer's object knows decides: nothing reserved = nothing sent; held = it may have been sent, so unknown; captured = sold.
 */
export async function fenceOpenBidders(w: Work): Promise<boolean> {
  for (const [index, bidder] of w.lead.plan.entries()) {
    await letGoOfEarlier(w, bidder);
    const inFlight = bidder.status === "in_flight";
    // Sold at our risk, or at an operator's word, by a worker that died before the book knew: its charge is all that says so.
    const mayBeSold = bidder.status === "unknown";
    if (!inFlight && !mayBeSold) continue;
    const reservation_id = reservationId(w.lead.lead_id, bidder.contract_id, bidder.round);
    // Test leads hold no money: what the evidence says is all there is.
    const replies = w.lead.test ? [] : await w.g.account(bidder.buyer_id).fence(w.lead.lead_id, w.lead.epoch);
    w.g.deps.crash("after-fence");
    const state = replies.find((reply) => reply.reservation_id === reservation_id)?.state ?? "none";
    if (!inFlight && state !== "captured") continue;
    if (state === "captured") w.charged = index;
    const status = settleFence(state, bidder, policyOf(w, bidder));
    // A definite no whose flow died before it could give the hold back.
    if (state === "held" && status !== "unknown" && status !== "accepted")
      await w.g.account(bidder.buyer_id).release(reservation_id, status, w.lead.epoch);
    if (!(await settled(w, { index, status }))) return false;
  }
  return true;
}

/**
 * A round is over once nothing was sent in it, also where its hold's reply was lost; whoever was to give that hold back may have died
 * first, or found the buyer's object away, in any of the rounds. Giving back what is given back changes nothing; should the object be
 * away still, the hold ends by itself (72 h).
 */
async function letGoOfEarlier(w: Work, bidder: PlanBidder): Promise<void> {
  const over = unsentRounds(bidder);
  if (w.lead.test || bidder.doubt || over < 1) return;
  const ids = Array.from({ length: over }, (_, i) => reservationId(w.lead.lead_id, bidder.contract_id, i + 1));
  const account = w.g.account(bidder.buyer_id);
  await Promise.all(ids.map((id) => account.release(id, "not_dispatched", w.lead.epoch).catch(() => null)));
}

/** Rounds that are over without a request: those before the present one, and it too once its object was given up as out of reach. */
const unsentRounds = ({ round, status, refusal }: PlanBidder): number =>
  status === "refused" && refusal === "unreachable" ? round : round - 1;
