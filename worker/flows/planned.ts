import type { AnswerCode } from "../../schema/lists.ts";
import type { AuctionRecord } from "../../schema/rpc/auction.ts";
import type { AttemptKey } from "../../schema/rpc/book.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { PostAnswer } from "./answers.ts";
import { UNAVAILABLE } from "./claim.ts";
import { answerOf, deliverLive } from "./live.ts";
import { mayReAuction } from "./re-auction.ts";
import { type Held, sealRecord } from "./record.ts";
import { claim, endUnsold, refusedConsumer, type Sellable } from "./sell.ts";
import type { Begun, Work } from "./work.ts";

/** Why the consumer may not be sold; null = it may. */
interface ConsumerSaid {
  code: AnswerCode | null;
}

/** The lead's consumer, claimed right after the lead while the buyers are asked; null = its book could not be reached. */
export async function withConsumer(claiming: ReturnType<typeof claim> | Awaited<ReturnType<typeof claim>>) {
  const claimed = await claiming;
  if ("answer" in claimed) return claimed;
  const consumer = await refusedConsumer(claimed.work).then(
    (code): ConsumerSaid => ({ code }),
    () => null,
  );
  return { ...claimed, consumer };
}

/** Gives a claimed lead its plan, and sells it. */
export async function sellPlanned(
  w: Work,
  held: Held,
  s: Sellable,
  consumer: ConsumerSaid | null,
): Promise<PostAnswer> {
  const { g } = w;
  const record = await sealRecord(g, held);
  // The winner is advanced to with the plan, once it is sure that this consumer may be sold.
  const first = consumer?.code === null ? firstOf(w, record, g.deps.now()) : undefined;
  g.deps.crash("before-plan");
  const at = g.deps.now();
  const plan = () => w.book.plan(w.lead.lead_id, w.lead.epoch, record, first);
  const planned = await plan().catch(plan);
  g.deps.crash("after-plan");
  if (planned.kind === "stale") {
    const ended = await w.book.outcome(w.lead.lead_id, Math.max(0, w.answer_by - g.deps.now()));
    return ended ? answerOf(w.key, w.lead.lead_id, ended, s.campaign.config.currency, s.test) : UNAVAILABLE;
  }
  w.lead = planned.lead;
  if (first && planned.advanced) begin(w, { key: first, reply: planned.advanced, at });
  // Who waits may still be sold to contracts for aged leads.
  const over = record.result === "rejected" && !mayReAuction(w);
  const refused = over ? (record.code ?? "no_bids") : null;
  const code = refused ?? (consumer ? consumer.code : await refusedConsumer(w));
  const outcome = code ? await endUnsold(w, code) : await deliverLive(w);
  return outcome ? answerOf(w.key, w.lead.lead_id, outcome, s.campaign.config.currency, s.test) : UNAVAILABLE;
}

/** The book has advanced; the plan as the rules see it still has everybody before them, also where a lost reply was asked for again. */
function begin(w: Work, begun: Begun): void {
  w.begun = begun;
  w.lead = { ...w.lead, plan: w.lead.plan.map((bidder) => ({ ...bidder, status: "untried", attempts: 0 })) };
}

/** The first request of the plan, as the rules will choose it. */
function firstOf(w: Work, { ranked }: AuctionRecord, now: number): AttemptKey | undefined {
  const [winner] = ranked;
  if (!winner || (winner.valid_until !== undefined && winner.valid_until <= now)) return undefined;
  return { index: 0, round: 1, attempt: 1, endpoint_id: w.snapshot.contract(winner.contract_id)?.endpoint.id };
}

/** Nobody need be asked. Claimed all the same: what was sold before keeps its answer, and a refusal is an answer to be repeated. */
export async function refuseClaimed(
  g: Gateway,
  snapshot: Snapshot,
  s: Sellable,
  code: AnswerCode,
): Promise<PostAnswer> {
  const claimed = await claim(g, snapshot, s);
  return "answer" in claimed ? claimed.answer : refuse(claimed.work, s, code);
}

/** Ends a claimed lead before anybody is asked. */
export async function refuse(w: Work, s: Sellable, code: AnswerCode): Promise<PostAnswer> {
  const outcome = await endUnsold(w, code);
  return outcome ? answerOf(w.key, w.lead.lead_id, outcome, s.campaign.config.currency, s.test) : UNAVAILABLE;
}
