import type { AnswerCode } from "../../schema/lists.ts";
import type { BookPort, LeadView, SealedLead } from "../../schema/rpc/book.ts";
import { inDoubt } from "../auction/settle.ts";
import { nonce } from "../crypto/encoding.ts";
import { readId } from "../crypto/ids.ts";
import { openForLead, openLeadKey } from "../crypto/seal.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { consumerMarks } from "./consumers.ts";
import type { Delivered } from "./deliver.ts";
import { deliver } from "./deliver.ts";
import { mayReAuction } from "./re-auction.ts";
import { endUnsold, given, refusedConsumer } from "./sell.ts";
import { switchedOff } from "./switches.ts";
import { fenceOpenBidders } from "./takeover.ts";
import type { Work } from "./work.ts";
import { leaseMs } from "./work.ts";

/** Ms that one wake-up works on a lead before it gives it back to the queue. */
const TURN_MS = 20_000;

/** Ms after which a lead is looked at again that a kill switch holds up. */
const SWITCHED_OFF_MS = 60_000;

/** A lead that is free or due within this is waited for by its message. */
const LONGEST_RETRY_MS = 300_000;

/** What the queue does with the message. */
export type WokenUp = { kind: "done" } | { kind: "again"; in_s: number };

/** Goes on with a lead that is left over: after its deadline, or because its holder died. Whoever holds the lease does it. */
export async function wakeLead(g: Gateway, lead_id: string): Promise<WokenUp> {
  const id = readId(g.settings.HASH_SECRET, lead_id, "l");
  if (!id) return { kind: "done" };
  const snapshot = await g.snapshot();
  const book = g.book(id.shard);
  const owner = nonce(g.deps.bytes(12));
  g.deps.crash("before-lease");
  const leased = await book.lease(lead_id, owner, TURN_MS + leaseMs(25_000));
  g.deps.crash("after-lease");
  const lead = leased.lead;
  if (!lead) {
    const retry_in_ms = leased.retry_in_ms ?? 5_000;
    const soon = (leased.why === "leased" || leased.why === "not_due") && retry_in_ms <= LONGEST_RETRY_MS;
    // What is due much later is the book's alarm's: a message that came back until then would be given up.
    return soon ? { kind: "again", in_s: Math.ceil(retry_in_ms / 1_000) } : { kind: "done" };
  }
  const work = await workOf(g, snapshot, book, lead);
  if (!work) return { kind: "again", in_s: 60 };
  if (switchedOff(snapshot, work) && !(await mayFinish(work))) {
    // Nothing leaves the house while a switch is off; the lead waits with its place in line.
    await book.defer(lead_id, lead.epoch, SWITCHED_OFF_MS);
    return { kind: "again", in_s: SWITCHED_OFF_MS / 1_000 };
  }
  await goOn(work);
  return { kind: "done" };
}

/** null: its campaign or publisher is not there (any more, or yet). */
async function workOf(g: Gateway, snapshot: Snapshot, book: BookPort, lead: LeadView): Promise<Work | null> {
  const campaign = snapshot.campaign(lead.campaign_id);
  const publisher = snapshot.publisher(lead.publisher_id);
  if (!campaign || !publisher) return null;
  const key = await openLeadKey(await g.ring(), lead.wrapped_key, lead.lead_id);
  const plain = (await openForLead(key, lead.sealed)) as SealedLead;
  const now = g.deps.now();
  return {
    g,
    snapshot,
    campaign,
    publisher,
    book,
    lead,
    key,
    plain,
    marks: consumerMarks(g.settings, given(plain.lead)),
    woken: true,
    failed: false,
    live: false,
    answer_by: now + lead.answer_in_ms,
    turn_ends: now + TURN_MS,
    accepted: null,
    begun: null,
  };
}

/** What a buyer has taken, or was charged for, is closed whatever is switched off: that asks nobody. */
async function mayFinish(w: Work): Promise<boolean> {
  return (await fenceOpenBidders(w)) && w.lead.plan.some(({ status }) => status === "accepted");
}

/**
 * A one-step lead whose worker died before its auction was stored has no plan: its publisher was told no, nobody was posted to. Where
 * contracts take aged leads they are asked instead.
 */
async function goOn(w: Work): Promise<Delivered> {
  if (w.lead.plan.length === 0 && !mayReAuction(w)) return ended(w, "no_bids");
  // The holder may have died before it looked at the consumer.
  const code = w.lead.plan.every((bidder) => bidder.status === "untried")
    ? await refusedConsumer(w)
    : suppressedSince(w);
  if (code) return ended(w, code);
  if (!(await fenceOpenBidders(w))) return { kind: "stale" };
  return deliver(w);
}

/** Who asked not to be called while the lead waited is sold to nobody more; what a buyer may have already is settled first. */
function suppressedSince({ lead, marks, snapshot }: Work): AnswerCode | null {
  const taken = lead.plan.some((bidder) => inDoubt(bidder) || bidder.status === "accepted");
  return !taken && !lead.test && marks.some((mark) => snapshot.suppressed.has(mark)) ? "suppressed" : null;
}

async function ended(w: Work, code: AnswerCode): Promise<Delivered> {
  const outcome = await endUnsold(w, code);
  return outcome ? { kind: "outcome", outcome } : { kind: "stale" };
}
