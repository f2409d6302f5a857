import type { AttemptKey, AttemptRecord, PlanBidder } from "../../schema/rpc/book.ts";
import type { CompiledContract } from "../auction/compiled.ts";
import { settleStatus } from "../auction/settle.ts";
import type { Step } from "../auction/waterfall.ts";
import type { AttemptResult } from "../buyers/channel.ts";
import { sealForLead } from "../crypto/seal.ts";
import { deliveryLine } from "../telemetry/log.ts";
import { policyOf, settled, stepOf } from "./deliver.ts";
import type { Work } from "./work.ts";
import { DOUBT_MS, reservationId } from "./work.ts";

export type PostStep = Extract<Step, { do: "post" }>;

/** Evidence first, at any epoch; then what the rules make of it; then the money and the bidder's place in the plan. */
export async function conclude(
  w: Work,
  step: PostStep,
  bidder: PlanBidder,
  contract: CompiledContract | undefined,
  result: AttemptResult,
): Promise<"settled" | "stale"> {
  const { g, lead } = w;
  const reservation_id = reservationId(lead.lead_id, bidder.contract_id, step.round);
  const verdict = settleStatus(result, {
    doubt: bidder.doubt,
    round: step.round,
    attempt: step.attempt,
    policy: policyOf(w, bidder),
    random: g.deps.random(),
  });
  const record = await recordOf(w, step, bidder, reservation_id, result);
  const line = deliveryLine(lead.lead_id, record, lead.test);
  g.log(line);
  g.analytics.delivery(line);
  const why = wasSent(result) ? result.outcome : "not_dispatched";
  const release = async () => void (await account(w, bidder)?.release(reservation_id, why, lead.epoch));
  // A first "no" may reach the buyer's object at the same time: what is released is never taken for a sale. In doubt the order holds.
  const beside = verdict.reservation === "release" && !bidder.doubt;
  // An answer that is lost here is a sale in doubt: written once per attempt, so a lost reply is asked for again.
  const tell = () => w.book.evidence(lead.lead_id, { ...record, takes: verdict.status === "accepted" });
  const [evidence] = await Promise.all([tell().catch(tell), beside ? release() : null]);
  g.deps.crash("after-evidence");
  if (contract && !lead.test) countPost(w, contract, result);
  if (verdict.status === "accepted" && evidence.kind === "late") {
    // The publisher was told otherwise, or another buyer has the lead: contested, never an automatic charge.
    await account(w, bidder)?.doubt(reservation_id, DOUBT_MS);
    return "stale";
  }
  if (verdict.alert)
    g.log({ event: "set_up_error", lead_id: lead.lead_id, endpoint: bidder.endpoint_id, class: result.class });
  // The evidence has marked the bidder accepted: what is left is the capture.
  if (verdict.status === "accepted") return taken(w, step.index, result);
  if (verdict.reservation === "doubt") await account(w, bidder)?.doubt(reservation_id, DOUBT_MS);
  else if (!beside) await release();
  g.deps.crash("after-release");
  const done = await settled(w, {
    index: step.index,
    status: verdict.status,
    retry_in_ms: verdict.retry_in_ms,
    next_round: verdict.next_round,
    next: verdict.status === "rejected" ? nextAfter(w, step.index) : undefined,
  });
  return done ? "settled" : "stale";
}

function taken(w: Work, index: number, { price, redirect_url }: AttemptResult): "settled" {
  w.accepted = { index, price: price ?? null, redirect_url };
  const plan = w.lead.plan.map((bidder, i): PlanBidder => (i === index ? { ...bidder, status: "accepted" } : bidder));
  w.lead = { ...w.lead, plan };
  return "settled";
}

/** The first request of the bidder after a definite no: the book advances to it in the same call. */
function nextAfter(w: Work, rejected: number): AttemptKey | undefined {
  const now = w.g.deps.now();
  const plan = w.lead.plan.map(
    (bidder, i): PlanBidder => (i === rejected ? { ...bidder, status: "rejected" } : bidder),
  );
  const next = stepOf(w, plan, now);
  if (next.do !== "post" || now >= w.turn_ends) return undefined;
  return { index: next.index, round: next.round, attempt: next.attempt };
}

const account = (w: Work, bidder: PlanBidder) => (w.lead.test ? null : w.g.account(bidder.buyer_id));

async function recordOf(
  w: Work,
  step: PostStep,
  bidder: PlanBidder,
  reservation_id: string,
  result: AttemptResult,
): Promise<AttemptRecord> {
  const { request, answer, reason, buyer_lead_id, redirect_url } = result;
  return {
    attempt_id: `${reservation_id}_${step.attempt}_${w.lead.epoch}`,
    index: step.index,
    round: step.round,
    attempt: step.attempt,
    contract_id: bidder.contract_id,
    buyer_id: bidder.buyer_id,
    endpoint_id: bidder.endpoint_id,
    reservation_id,
    outcome: result.outcome,
    class: result.class,
    held_for_review: result.held_for_review,
    http_status: result.http_status,
    ms: result.ms,
    price: result.price,
    sealed: await sealForLead(w.key, w.g.deps.bytes(12), { request, answer, reason, buyer_lead_id, redirect_url }),
  };
}

/** What could not be built or was not let out says nothing about the buyer: a lead's own data may be why. */
const wasSent = ({ class: cls, outcome, http_status }: AttemptResult): boolean =>
  cls !== "not_dispatched" && !(outcome === "set_up_error" && http_status === null);

/** Failures of the buyer's system feed its post breaker; a plain no is a working system. */
function countPost(w: Work, contract: CompiledContract, result: AttemptResult): void {
  if (!wasSent(result)) return;
  const ok = result.outcome === "accepted" || result.outcome === "rejected" || result.outcome === "duplicate";
  w.g.isolate.health.count(
    contract.buyer.id,
    contract.endpoint.id,
    "post",
    ok,
    w.g.deps.now(),
    contract.endpoint.breaker,
  );
}
