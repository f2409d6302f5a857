import type { PlanBidder } from "../../schema/rpc/book.ts";
import { isAtCap, type settleAtCap } from "../auction/at-cap.ts";
import type { CompiledContract } from "../auction/compiled.ts";
import { missingConsent } from "../auction/fields/index.ts";
import { retryDelayMs } from "../auction/retry.ts";
import { settleRefusal } from "../auction/settle.ts";
import type { AttemptResult } from "../buyers/channel.ts";
import { requestNonce } from "../buyers/nonce.ts";
import { contractOf } from "./bidder-contract.ts";
import { conclude, type PostStep } from "./conclude.ts";
import { consentOfLead } from "./consent.ts";
import { freeze, notSent, policyOf, settled } from "./deliver.ts";
import { callbackUrl } from "./delivery-state.ts";
import { ownIds } from "./facts.ts";
import { rest } from "./finish.ts";
import { atCapOf, reserve } from "./reserve.ts";
import { forcedAttempt } from "./test-traffic.ts";
import { wayTo } from "./way.ts";
import type { Work } from "./work.ts";
import { DISPATCH_MS, LEAVE_MS, postTimeout, reservationId } from "./work.ts";

/** One request of one bidder, from the book's leave to the settled answer. `stale`: the lead is somebody else's now. */
export async function attempt(w: Work, step: PostStep): Promise<"settled" | "stale"> {
  const { lead, g } = w;
  const planned = lead.plan[step.index];
  if (!planned) throw new Error("a step must name a bidder of the plan");
  const contract = contractOf(w.snapshot, planned);
  const bidder = { ...planned, endpoint_id: contract?.endpoint.id ?? planned.endpoint_id };
  g.deps.crash("before-advance");
  const { index, round, attempt } = step;
  const key = { index, round, attempt, endpoint_id: bidder.endpoint_id };
  const asked = w.begun?.at ?? g.deps.now();
  const advanced = w.begun?.reply ?? (await w.book.advance(lead.lead_id, lead.epoch, key));
  w.begun = null;
  g.deps.crash("after-advance");
  if (advanced.kind === "stale") return "stale";
  if (advanced.kind === "news") {
    w.lead = { ...advanced.lead, frozen: advanced.lead.frozen ?? lead.frozen };
    return "settled";
  }
  if (advanced.kind === "closed") {
    // The publisher's time is up and it sells elsewhere what we do not take: no new post may begin.
    await freeze(w);
    return "settled";
  }
  // A repeat is no further buyer's post, and keeps its doubt.
  if (!bidder.doubt && g.deps.now() - asked > LEAVE_MS) return (await notSent(w, index)) ? "settled" : "stale";
  // Whoever answers the publisher meanwhile must see that this buyer may have the lead.
  const moved: PlanBidder = { ...bidder, status: "in_flight", round: step.round, attempts: step.attempt };
  w.lead = { ...lead, plan: lead.plan.map((other, i) => (i === step.index ? moved : other)) };
  const forced = await forcedAttempt(w, bidder, step.attempt);
  if (forced) return conclude(w, step, bidder, undefined, forced);
  if (!contract) return refuse(w, step, bidder, "contract_paused");
  // Eligibility saw to it at the ping; the endpoint may have stopped taking tests since.
  if (lead.test && !contract.endpoint.accepts_test) return refuse(w, step, bidder, "endpoint_paused");
  if (
    missingConsent(w.campaign.config, contract.config.consent, w.plain.lead, g.deps.now()).length > 0 ||
    brandMissing(w, contract)
  )
    return refuse(w, step, bidder, "consent");
  return reserveAndPost(w, step, bidder, contract);
}

async function refuse(
  w: Work,
  step: PostStep,
  bidder: PlanBidder,
  refusal: Parameters<typeof settleRefusal>[1],
): Promise<"settled" | "stale"> {
  const settlement = settleRefusal(bidder, refusal, { policy: policyOf(w, bidder), random: w.g.deps.random() });
  return (await settled(w, { index: step.index, ...settlement })) ? "settled" : "stale";
}

/**
 * Its object does not answer: nothing was sent. A publisher that waits keeps its best bidder for a while, a final one takes the next.
 * The later request is a round of its own: the hold that may have been left behind is given back under the earlier one's id.
 */
async function outOfReach(w: Work, step: PostStep, bidder: PlanBidder): Promise<"settled" | "stale"> {
  const { retry } = policyOf(w, bidder);
  w.failed = true;
  const waits = w.lead.mode === "pending" && !bidder.doubt && step.round < retry.attempts;
  if (!waits) return refuse(w, step, bidder, "unreachable");
  const retry_in_ms = retryDelayMs(step.round, retry, w.g.deps.random());
  const settlement = { index: step.index, status: "untried", retry_in_ms, next_round: true } as const;
  return (await settled(w, settlement)) ? "settled" : "stale";
}

/** The buyer never said what became of the lead, and its hold has ended: only an operator can settle that. */
async function doubtIsOver(w: Work, bidder: PlanBidder): Promise<"stale"> {
  await rest(w, "hold_ended", bidder.contract_id);
  return "stale";
}

/** Its contract is at its cap, or takes its leads apart: by contract the next, another contract of the same buyer, or later. */
async function atCap(w: Work, index: number, settlement: ReturnType<typeof settleAtCap>): Promise<"settled" | "stale"> {
  w.failed = true;
  return (await settled(w, { index, ...settlement })) ? "settled" : "stale";
}

/** A contract that names a brand wants consent given to that brand. */
const brandMissing = (w: Work, contract: CompiledContract): boolean =>
  contract.config.consent.brand !== undefined &&
  contract.config.consent.brand.toLowerCase() !== (w.plain.consent.brand ?? "").toLowerCase();

async function reserveAndPost(
  w: Work,
  step: PostStep,
  bidder: PlanBidder,
  contract: CompiledContract,
): Promise<"settled" | "stale"> {
  const { g, lead } = w;
  const reservation_id = reservationId(lead.lead_id, bidder.contract_id, step.round);
  const asked = g.deps.now();
  // A final publisher that was told nothing yet resells at its deadline: no post may begin after it, whoever works on the lead.
  const binds = lead.mode === "final" && (lead.outcome ?? lead.frozen) === null;
  let dispatch_in_ms = binds ? Math.max(1, Math.min(DISPATCH_MS, w.answer_by - asked)) : DISPATCH_MS;
  // Test leads touch no cap and no money.
  if (!lead.test) {
    const reply = await reserve(w, bidder, contract, reservation_id, dispatch_in_ms);
    g.deps.crash("after-reserve");
    if (reply === null) return outOfReach(w, step, bidder);
    if (reply.kind === "refused") {
      if (reply.detail === "expired") return doubtIsOver(w, bidder);
      // Of a bidder in doubt an earlier request has its place: a refusal of this one says nothing about it.
      if (isAtCap(reply.code) && !bidder.doubt)
        return atCap(w, step.index, atCapOf(w, bidder, contract, reply.code, reply.reopens_in_ms));
      return reply.code === "stale_epoch" ? "stale" : refuse(w, step, bidder, reply.code);
    }
    if (reply.kind === "captured") {
      // What the buyer answered, if it did, is in the evidence.
      return (await settled(w, { index: step.index, status: "accepted" })) ? "settled" : "stale";
    }
    dispatch_in_ms = reply.dispatch_in_ms;
  }
  const result = await post(w, bidder, contract, reservation_id, asked + dispatch_in_ms);
  g.deps.crash("after-answer");
  return conclude(w, step, bidder, contract, result);
}

async function post(
  w: Work,
  bidder: PlanBidder,
  contract: CompiledContract,
  reservation_id: string,
  dispatch_by: number,
): Promise<AttemptResult> {
  const { g, lead } = w;
  // What is fetched so late that the post could not begin any more helps nobody.
  const way = await wayTo(w, contract, dispatch_by - g.deps.now());
  if ("refused" in way) return way.refused;
  return way.channel.attempt({
    endpoint: contract.endpoint,
    dialect: g.dialect(contract),
    facts: {
      fields: w.plain.lead,
      consent: consentOfLead(w.plain),
      bid: bidder.carried,
      secrets: way.secrets,
      nonce: requestNonce(g.deps),
      gateway: {
        ping_id: lead.ping_id ?? lead.lead_id,
        campaign: lead.campaign_id,
        source: lead.publisher_id,
        sub_ids: ownIds(lead.sub_ids, lead.click_id),
        test: lead.test,
        now: g.deps.now(),
        lead_id: lead.lead_id,
        reservation_id,
        price: bidder.price,
        callback_url: callbackUrl(g.settings, reservation_id),
      },
    },
    context: { after_unknown: bidder.doubt, idempotent: contract.endpoint.idempotent, bid: bidder.carried },
    timeout_ms: postTimeout(contract),
    may_dispatch: () => {
      g.deps.crash("before-dispatch");
      return g.deps.now() < dispatch_by;
    },
    tokens: way.tokens,
  });
}
