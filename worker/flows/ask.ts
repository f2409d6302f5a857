import type { PlanBidder } from "../../schema/rpc/book.ts";
import { settleAnswer } from "../auction/find-out.ts";
import type { AttemptResult } from "../buyers/channel.ts";
import { unsent } from "../buyers/http-channel.ts";
import { requestNonce } from "../buyers/nonce.ts";
import { contractOf } from "./bidder-contract.ts";
import { account, contested, recordOf, taken, tell } from "./conclude.ts";
import { policyOf, settled } from "./deliver.ts";
import { wayTo } from "./way.ts";
import type { Work } from "./work.ts";
import { postTimeout, reservationId } from "./work.ts";

type Done = "settled" | "stale";

/**
 * One status call about a bidder in doubt. It carries nothing personal and begins no sale, so it needs no leave of the book; whoever
 * makes it twice learns the same. A "yes" for a lead whose publisher was told no is contested, as any late proof is.
 */
export async function askStatus(w: Work, index: number): Promise<Done> {
  const bidder = bidderOf(w, index);
  w.g.deps.crash("before-ask");
  const result = await call(w, bidder);
  w.g.deps.crash("after-ask");
  const asked = (bidder.asked ?? 0) + 1;
  const { round } = bidder;
  const { retry_after_ms } = result;
  const context = { policy: policyOf(w, bidder), round, random: w.g.deps.random(), retry_after_ms };
  // Without an answer (it never left for want of a connection or a token, say) the call says nothing of the post.
  const said = result.http_status === null ? "unknown" : result.outcome;
  const answer = settleAnswer(said, asked, context);
  const reservation_id = reservationId(w.lead.lead_id, bidder.contract_id, round);
  const of = { index, round, attempt: bidder.attempts, attempt_id: `${reservation_id}_s${asked}_${w.lead.epoch}` };
  const record = await recordOf(w, of, bidder, reservation_id, { ...result, outcome: answer.status });
  const evidence = await tell(w, { ...record, kind: "status", takes: answer.status === "accepted" });
  w.g.deps.crash("after-evidence");
  if (result.outcome === "set_up_error")
    w.g.log({ event: "set_up_error", lead_id: w.lead.lead_id, endpoint: bidder.endpoint_id, class: result.class });
  if (answer.status === "accepted")
    return evidence.kind === "late" ? contested(w, bidder, reservation_id) : taken(w, index, result);
  if (answer.status !== "unknown" && !(await release(w, bidder, answer.status))) return "stale";
  return (await settled(w, { index, ...answer })) ? "settled" : "stale";
}

/** The buyer does not have the lead, whoever found it out: its hold goes back, and the doubt is over. */
export async function clear(w: Work, index: number, as: "rejected" | "not_taken"): Promise<Done> {
  const bidder = bidderOf(w, index);
  if (!(await release(w, bidder, as))) return "stale";
  const context = { policy: policyOf(w, bidder), round: bidder.round, random: w.g.deps.random() };
  const { asked: _, ...settlement } = settleAnswer(as, bidder.asked ?? 0, context);
  return (await settled(w, { index, ...settlement })) ? "settled" : "stale";
}

/** False: charged meanwhile at an operator's word, or in a later holder's hands. Whoever takes the lead over finds out which. */
async function release(w: Work, bidder: PlanBidder, why: string): Promise<boolean> {
  const reservation_id = reservationId(w.lead.lead_id, bidder.contract_id, bidder.round);
  const released = await account(w, bidder)?.release(reservation_id, why, w.lead.epoch);
  w.g.deps.crash("after-release");
  return released ?? true;
}

async function call(w: Work, bidder: PlanBidder): Promise<AttemptResult> {
  const { g, lead } = w;
  const contract = contractOf(w.snapshot, bidder);
  if (!contract) return unsent("set_up_error", "client", "the contract is gone");
  const way = await wayTo(w, contract);
  if ("refused" in way) return way.refused;
  return way.channel.ask({
    dialect: g.dialect(contract),
    facts: {
      reservation_id: reservationId(lead.lead_id, bidder.contract_id, bidder.round),
      lead_id: lead.lead_id,
      ping_id: lead.ping_id ?? lead.lead_id,
      test: lead.test,
      bid: bidder.carried,
      secrets: way.secrets,
      nonce: requestNonce(g.deps),
      now: g.deps.now(),
    },
    timeout_ms: postTimeout(contract),
    tokens: way.tokens,
  });
}

function bidderOf(w: Work, index: number): PlanBidder {
  const bidder = w.lead.plan[index];
  if (!bidder) throw new Error("a step must name a bidder of the plan");
  return bidder;
}
