import type { AnswerCode } from "../../schema/lists.ts";
import type { AttemptKey, LeadOutcome, PlanBidder, SettleCommand } from "../../schema/rpc/book.ts";
import type { BidderPolicy } from "../auction/settle.ts";
import { deadlineOutcome } from "../auction/told.ts";
import { nextStep, type Step } from "../auction/waterfall.ts";
import { sleep } from "../deps.ts";
import { askStatus, clear } from "./ask.ts";
import { attempt } from "./attempt.ts";
import { contractOf, endpointOf } from "./bidder-contract.ts";
import { finish } from "./finish.ts";
import { mayReAuction, reAuction } from "./re-auction.ts";
import type { Begun, Work } from "./work.ts";

/** `outcome`: the lead has ended, or rests. `deferred`: the queue goes on with it. `stale`: somebody else holds it now. */
export type Delivered = { kind: "outcome"; outcome: LeadOutcome } | { kind: "deferred" } | { kind: "stale" };

/** Longest pause that a live request sits out instead of giving the lead to the queue. */
const LIVE_PAUSE_MS = 5_000;
/** A plan is finite and every step moves it on; more steps than this is a defect. */
const MOST_STEPS = 2_000;

/** A wait that is longer is the book's alarm's alone: a message would only come back again and again. */
const MESSAGE_MS = 600_000;

/** Works on a lead until it ends, its time is up or somebody else has taken it: the pure rules say what is next, this does it. */
export async function deliver(w: Work): Promise<Delivered> {
  for (let n = 0; n < MOST_STEPS; n++) {
    const now = w.g.deps.now();
    const step = stepOf(w, w.lead.plan, now);
    if (w.begun && step.do !== "answer" && !isPostOf(w, w.begun.key, step)) {
      if (!(await takeBack(w, w.begun))) return { kind: "stale" };
      continue;
    }
    if (step.do === "end") return finish(w, step);
    if (step.do === "wait") {
      const may = w.live ? Math.min(w.answer_by - now, LIVE_PAUSE_MS) : 0;
      if (step.in_ms >= may) return defer(w, step.in_ms);
      await sleep(w.g.deps, step.in_ms);
      continue;
    }
    if (later(w, step, now)) return defer(w, 0);
    if ((await done(w, step)) === "stale") return { kind: "stale" };
  }
  throw new Error("a plan that never ends");
}

/** Also by where it goes: the book has noted that, and asks there what became of it. The contract may have been moved since. */
function isPostOf({ lead, snapshot }: Work, { index, round, attempt, endpoint_id }: AttemptKey, step: Step): boolean {
  const same = step.do === "post" && step.index === index && step.round === round && step.attempt === attempt;
  return same && endpoint_id === endpointOf(snapshot, lead.plan[index]);
}

/**
 * An advance that came with an earlier call, and the rules have chosen otherwise since: nothing was reserved, nothing sent. Told to the
 * book before anything else, or whoever reads it takes that bidder for one that may have the lead.
 */
async function takeBack(w: Work, { key, reply }: Begun): Promise<boolean> {
  w.begun = null;
  return reply.kind !== "go" || notSent(w, key.index);
}

/** The bidder is to be asked still. */
export const notSent = (w: Work, index: number): Promise<boolean> => settled(w, { index, status: "untried" });

type Doing = Exclude<Step, { do: "end" | "wait" }>;

/** Posts and questions that begin after the answer, or after this turn, are the queue's; so is every auction after the first. */
function later(w: Work, step: Doing, now: number): boolean {
  if (step.do === "re_auction" && !w.woken) return true;
  return (step.do === "post" || step.do === "ask" || step.do === "re_auction") && now >= w.turn_ends;
}

async function done(w: Work, step: Doing): Promise<"settled" | "stale"> {
  switch (step.do) {
    case "answer":
      await freeze(w);
      return "settled";
    case "skip":
      return (await settled(w, { index: step.index, status: "refused", refusal: step.refusal })) ? "settled" : "stale";
    case "post":
      return attempt(w, step);
    case "ask":
      return askStatus(w, step.index);
    case "clear":
      return clear(w, step.index, step.as);
    case "re_auction":
      return reAuction(w);
  }
}

/** What the rules say is next for a plan. */
export function stepOf(w: Work, plan: PlanBidder[], now: number): Step {
  return nextStep({
    plan,
    bid_ids: w.lead.bid_ids,
    promise: w.lead.promise,
    now,
    live: w.live,
    answer_in_ms: w.answer_by - now,
    mode: w.lead.mode,
    frozen: w.lead.outcome ?? w.lead.frozen,
    policy: (bidder) => policyOf(w, bidder),
    re_auction: () => mayReAuction(w),
  });
}

/** What configuration says now; a contract or an endpoint that is gone leaves everything to an operator. */
export function policyOf(w: Work, bidder: PlanBidder): BidderPolicy {
  const contract = contractOf(w.snapshot, bidder);
  const on_not_taken = w.campaign.config.on_not_taken;
  if (!contract) return { ...OF_NOBODY, on_not_taken };
  const { retry, find_out, on_unknown, duplicate_after_unknown } = contract.config;
  const can_ask = contract.endpoint.dialect.status !== undefined;
  return {
    retry,
    find_out: find_out === "ask_status" && !can_ask ? "nothing" : find_out,
    can_ask,
    on_unknown,
    duplicate_after_unknown,
    idempotent: contract.endpoint.idempotent,
    on_not_taken,
  };
}

const OF_NOBODY: Omit<BidderPolicy, "on_not_taken"> = {
  retry: { attempts: 6, first_delay_s: 2, max_delay_s: 60 },
  find_out: "retry_same",
  can_ask: false,
  on_unknown: "review",
  duplicate_after_unknown: "accepted",
  idempotent: false,
};

/** Fixes what the publisher is told, before it is told. A lead that ended, or was answered, meanwhile keeps that answer. */
export async function freeze(w: Work, code?: AnswerCode): Promise<LeadOutcome> {
  w.g.deps.crash("before-freeze");
  const outcome = await w.book.freeze(w.lead.lead_id, deadlineOutcome(w.lead, code));
  w.g.deps.crash("after-freeze");
  w.lead = { ...w.lead, frozen: outcome };
  w.live = false;
  return outcome;
}

/** Gives the lead up until later. The message is only a wake-up: the book's alarm finds the lead without it. */
async function defer(w: Work, in_ms: number): Promise<Delivered> {
  w.g.deps.crash("before-defer");
  if (!(await w.book.defer(w.lead.lead_id, w.lead.epoch, in_ms))) return { kind: "stale" };
  w.g.deps.crash("after-defer");
  if (in_ms <= MESSAGE_MS)
    await w.g.enqueue({ v: 1, kind: "lead", lead_id: w.lead.lead_id }, Math.ceil(in_ms / 1_000)).catch(() => {});
  return { kind: "deferred" };
}

/** Writes what became of a bidder; false when the lead is no longer ours. */
export async function settled(w: Work, settlement: Omit<SettleCommand, "v" | "lead_id" | "epoch">): Promise<boolean> {
  const at = w.g.deps.now();
  const reply = await w.book.settle({ v: 1, lead_id: w.lead.lead_id, epoch: w.lead.epoch, ...settlement });
  w.g.deps.crash("after-settle");
  if (reply.kind === "stale") return false;
  // Frozen by the answer while this was under way: the book's view has it, ours may be older.
  w.lead = { ...reply.lead, frozen: reply.lead.frozen ?? w.lead.frozen };
  if (settlement.next && reply.advanced) w.begun = { key: settlement.next, reply: reply.advanced, at };
  else if (w.begun?.key.index === settlement.index) w.begun = null;
  return true;
}
