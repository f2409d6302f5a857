import type { AnswerCode } from "../../schema/lists.ts";
import type { Fields } from "../../schema/rpc/auction.ts";
import type { ClaimCommand, ClaimReply, SealedLead } from "../../schema/rpc/book.ts";
import type { CompiledCampaign } from "../auction/compiled.ts";
import { nonce } from "../crypto/encoding.ts";
import { newLeadKey, sealForLead } from "../crypto/seal.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { CallFacts, PostAnswer } from "./answers.ts";
import { answerUnclaimed, claimConsumers, UNAVAILABLE } from "./claim.ts";
import { consumerKeys, consumerMarks, hashesOf, personMarks } from "./consumers.ts";
import { answerOf, deliverLive } from "./live.ts";
import { switchedOff } from "./switches.ts";
import { forcedRefusal } from "./test-traffic.ts";
import type { Work } from "./work.ts";
import { leaseMs, postTimeout } from "./work.ts";

/** A full lead, ready to be claimed: from a post, or from a one-step lead. */
export interface Sellable {
  input: CallFacts;
  campaign: CompiledCampaign;
  lead_id: string;
  shard: string;
  ping_id: string | null;
  bid_ids: string[];
  lead: Fields;
  consent: Record<string, string>;
  aliases: string[];
  /** Keyed digest of the content: the same content gets the same answer. */
  content: string;
  test: boolean;
  forced?: string;
  sub_ids: Record<string, string>;
  answer_ms: number;
}

/** Claims and sells a lead whose plan its book already has. */
export async function sellClaimed(g: Gateway, snapshot: Snapshot, s: Sellable): Promise<PostAnswer> {
  const claimed = await claim(g, snapshot, s);
  if ("answer" in claimed) return claimed.answer;
  return sellWork(claimed.work, s);
}

/** Puts the sealed lead into its book and takes its lease. From here on it cannot be lost. */
export async function claim(
  g: Gateway,
  snapshot: Snapshot,
  s: Sellable,
): Promise<{ work: Work } | { answer: PostAnswer }> {
  const { input, campaign } = s;
  const key = await newLeadKey(await g.ring(), g.deps.bytes, s.lead_id);
  const plain: SealedLead = { lead: s.lead, consent: s.consent };
  const book = g.book(s.shard);
  const answer_by = input.began + s.answer_ms - campaign.config.deadlines.own_share_ms;
  const command = await claimCommand(
    g,
    snapshot,
    s,
    key.wrapped,
    await sealForLead(key, g.deps.bytes(12), plain),
    answer_by,
  );
  g.deps.crash("before-claim");
  const reply = await twice<ClaimReply>(() => book.claim(command));
  g.deps.crash("after-claim");
  if (reply === null || reply.kind === "no_auction") return { answer: UNAVAILABLE };
  if (reply.kind !== "yours") {
    const context = { shard: s.shard, currency: campaign.config.currency, test: s.test };
    return { answer: await answerUnclaimed(g, reply, context) };
  }
  const marks = consumerMarks(g.settings, given(s.lead));
  return {
    work: {
      g,
      snapshot,
      campaign,
      publisher: input.publisher,
      book,
      lead: reply.lead,
      key,
      plain,
      marks,
      woken: false,
      failed: false,
      live: true,
      answer_by,
      turn_ends: answer_by,
      accepted: null,
      begun: null,
    },
  };
}

async function claimCommand(
  g: Gateway,
  snapshot: Snapshot,
  s: Sellable,
  wrapped_key: string,
  sealed: string,
  answer_by: number,
): Promise<ClaimCommand> {
  const { input, campaign } = s;
  const longest = Math.max(10_000, ...snapshot.contractsOf(campaign.config.id).map(postTimeout));
  return {
    v: 1,
    owner: nonce(g.deps.bytes(12)),
    lead_id: s.lead_id,
    ping_id: s.ping_id,
    aliases: s.aliases,
    content_hash: s.content,
    publisher_id: input.publisher.id,
    campaign_id: campaign.config.id,
    test: s.test,
    mode: input.publisher.mode,
    risk_rule: input.publisher.risk_rule,
    allow_below_promise: input.publisher.allow_below_promise,
    bid_ids: s.bid_ids,
    consumer_keys: s.test ? [] : consumerKeys(g.settings, campaign.config, given(s.lead)),
    // Of tests too: whoever tries a form out types in a real number, most likely.
    person_marks: personMarks(g.settings, given(s.lead)),
    consumer_keep_ms: campaign.config.duplicate_window_days * 86_400_000,
    currency: campaign.config.currency,
    answer_in_ms: Math.max(0, answer_by - g.deps.now()),
    lease_ms: leaseMs(longest),
    sealed,
    wrapped_key,
    click_id: input.click_id,
    sub_ids: s.sub_ids,
    wants_postback: input.publisher.postback !== undefined,
    forced: s.forced,
  };
}

/** Suppression and the consumer's claim, then the waterfall, live. */
export async function sellWork(w: Work, s: Sellable): Promise<PostAnswer> {
  const refusal = switchedOff(w.snapshot, w) ?? (await refusedConsumer(w));
  const outcome = refusal ? await endUnsold(w, refusal) : await deliverLive(w);
  if (!outcome) return UNAVAILABLE;
  return answerOf(w.key, w.lead.lead_id, outcome, s.campaign.config.currency, s.test);
}

/** Why this consumer may not be sold; null = it may, and is this lead's from now on. Asking again changes nothing. */
export async function refusedConsumer(w: Work): Promise<AnswerCode | null> {
  const forced = forcedRefusal(w.lead.forced);
  if (forced) return forced;
  if (w.lead.test) return null;
  if (w.marks.some((mark) => w.snapshot.suppressed.has(mark))) return "suppressed";
  if (w.campaign.config.duplicate_check === "off") return null;
  const window = w.campaign.config.duplicate_window_days * 86_400_000;
  return (await claimConsumers(w.g, w.lead.consumer_keys, w.lead.lead_id, window)) === "taken" ? "duplicate" : null;
}

export async function endUnsold(w: Work, code: AnswerCode) {
  const reply = await w.book.close({ v: 1, lead_id: w.lead.lead_id, epoch: w.lead.epoch, state: "unsold", code });
  w.g.deps.crash("after-close");
  if (reply.kind !== "stale") return reply.outcome;
  return w.book.outcome(w.lead.lead_id, Math.max(0, w.answer_by - w.g.deps.now()));
}

const sha256 = (hex: string | undefined) => (hex === undefined ? undefined : ({ algorithm: "sha256", hex } as const));

/** The consumer of a full lead, by SHA-256. */
export function given(lead: Fields) {
  const hashes = hashesOf(lead);
  return { phone: sha256(hashes.phone?.sha256), email: sha256(hashes.email?.sha256) };
}

/** A lost reply is asked for once more: the owner's nonce makes the second call the first. null = unreachable. */
async function twice<T>(call: () => Promise<T>): Promise<T | null> {
  return call().catch(() => call().catch(() => null));
}
