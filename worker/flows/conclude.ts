import type { AttemptKey, AttemptRecord, EvidenceReply, PlanBidder } from "../../schema/rpc/book.ts";
import type { CompiledContract } from "../auction/compiled.ts";
import { breakerCount, ERROR_CLASSES } from "../auction/error-classes.ts";
import { settleStatus } from "../auction/settle.ts";
import type { Step } from "../auction/waterfall.ts";
import type { AttemptResult } from "../buyers/channel.ts";
import { sealForLead } from "../crypto/seal.ts";
import { deliveryLine } from "../telemetry/log.ts";
import { endpointOf } from "./bidder-contract.ts";
import { policyOf, settled, stepOf } from "./deliver.ts";
import { watchPost } from "./drift.ts";
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
  const key = { index: step.index, round: step.round, attempt: step.attempt };
  const of = { ...key, attempt_id: `${reservation_id}_${step.attempt}_${lead.epoch}` };
  const record = await recordOf(w, of, bidder, reservation_id, result);
  w.failed ||= ERROR_CLASSES[result.class].failure;
  const why = breakerCount(result) === null ? "not_dispatched" : result.outcome;
  const release = async () => (await account(w, bidder)?.release(reservation_id, why, lead.epoch)) ?? true;
  // A first "no" may reach the buyer's object at the same time: what is released is never taken for a sale. In doubt the order holds.
  const beside = verdict.reservation === "release" && !bidder.doubt;
  const takes = verdict.status === "accepted";
  const [evidence] = await Promise.all([tell(w, { ...record, takes }), beside ? release() : null]);
  g.deps.crash("after-evidence");
  if (contract && !lead.test) {
    countPost(w, contract, result);
    watchPost(g, contract, result, w.plain.lead);
  }
  if (takes && evidence.kind === "late") return contested(w, bidder, reservation_id);
  if (verdict.alert)
    g.log({ event: "set_up_error", lead_id: lead.lead_id, endpoint: bidder.endpoint_id, class: result.class });
  // The evidence has marked the bidder accepted: what is left is the capture.
  if (verdict.status === "accepted") return taken(w, step.index, result);
  if (verdict.reservation === "doubt") await account(w, bidder)?.doubt(reservation_id, DOUBT_MS);
  // Charged meanwhile at an operator's word, or a later holder's: whoever takes the lead over finds out which.
  else if (!beside && !(await release())) return "stale";
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

/** Evidence for the book, and a line for the log. An answer that is lost here is a sale in doubt: a lost reply is asked for again. */
export async function tell(w: Work, record: AttemptRecord): Promise<EvidenceReply> {
  const line = deliveryLine(w.lead, record);
  w.g.log(line);
  w.g.analytics.delivery(line);
  // Written once per attempt.
  const evidence = () => w.book.evidence(w.lead.lead_id, record);
  return evidence().catch(evidence);
}

/** The publisher was told otherwise, or another buyer has the lead: never an automatic charge. */
export async function contested(w: Work, bidder: PlanBidder, reservation_id: string): Promise<"stale"> {
  await account(w, bidder)?.doubt(reservation_id, DOUBT_MS);
  return "stale";
}

export function taken(w: Work, index: number, { price, redirect_url }: AttemptResult): "settled" {
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
  const { index, round, attempt } = next;
  return { index, round, attempt, endpoint_id: endpointOf(w.snapshot, plan[index]) };
}

/** null: test leads hold no money. */
export const account = (w: Work, bidder: PlanBidder) => (w.lead.test ? null : w.g.account(bidder.buyer_id));

/** What came of a request, for the book; the payloads sealed with the lead's key. */
export async function recordOf(
  w: Work,
  of: AttemptKey & { attempt_id: string },
  bidder: PlanBidder,
  reservation_id: string,
  result: AttemptResult,
): Promise<AttemptRecord> {
  const { request, answer, reason, buyer_lead_id, redirect_url } = result;
  return {
    ...of,
    contract_id: bidder.contract_id,
    buyer_id: bidder.buyer_id,
    endpoint_id: bidder.endpoint_id,
    reservation_id,
    outcome: result.outcome,
    class: result.class,
    held_for_review: result.held_for_review,
    reason_class: result.reason_class,
    http_status: result.http_status,
    ms: result.ms,
    price: result.price,
    sealed: await sealForLead(w.key, w.g.deps.bytes(12), { request, answer, reason, buyer_lead_id, redirect_url }),
  };
}

/** Failures of the buyer's system feed its post breaker; a plain no, or a look by hand, is a working system. */
function countPost(w: Work, contract: CompiledContract, result: AttemptResult): void {
  const count = breakerCount(result);
  if (count === null) return;
  const of = { buyer_id: contract.buyer.id, endpoint_id: contract.endpoint.id, phase: "post" as const };
  w.g.isolate.health.count(of, { ok: count === "ok", ms: result.ms }, contract.endpoint.breaker, w.g.deps.now());
}
