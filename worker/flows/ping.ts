import type { AnswerCode } from "../../schema/lists.ts";
import type { AuctionRecord, Fields } from "../../schema/rpc/auction.ts";
import { formatHash } from "../auction/hashes.ts";
import { shardOfConsumer } from "../crypto/hash.ts";
import { makeId } from "../crypto/ids.ts";
import { within } from "../deps.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { PingAnswer, PingInput, PingResult } from "./answers.ts";
import { afterAnswer } from "./background.ts";
import { consumerKeys, consumerMarks } from "./consumers.ts";
import { holdAuction, refusedAuction, rememberAuction } from "./record.ts";
import { switchedOff } from "./switches.ts";

/** Ms after the answer in which late bids are still counted. */
const LATE_GRACE_MS = 100;

/** One ping: look whether it need be asked at all, ask, decide, answer. The auction reaches its book after the answer. */
export async function runPing(g: Gateway, input: PingInput): Promise<PingAnswer> {
  const snapshot = await g.snapshot();
  g.isolate.gauges.count("pings");
  const facts = { ...input.facts, ...hashFacts(input) };
  const keys = repeatKeys(input);
  // Only in this isolate's memory, beside the answers.
  const content = keys.length === 0 ? "" : canonical({ ...facts, min_price: input.min_price });
  const repeated = answeredBefore(g, input, keys, content);
  if (repeated) return repeated;
  const ping_id = makeId(g.settings.HASH_SECRET, "p", g.isolate.shard, input.began, g.deps.bytes(9), input.test);
  const subject = { ...input, ping_id, facts };
  const { deadlines, record_unposted } = input.campaign.config;
  const by_ms = Math.min(deadlines.ping_ms, input.timeout_ms ?? deadlines.ping_ms);
  const refusal = await refusedUnasked(g, snapshot, input, by_ms / 2);
  const held = refusal
    ? refusedAuction(g, snapshot, subject, refusal)
    : await holdAuction(g, snapshot, subject, by_ms, LATE_GRACE_MS);
  g.waitUntil(rememberAuction(g, held, record_unposted));
  const offered = held.record.ranked[0];
  if (offered && !input.test) g.isolate.offers.made(offered.contract_id, ping_id, held.record.expires_at);
  const answer = answerOf(input, held.record);
  for (const key of keys) g.isolate.repeats.put(key, { answer, at: input.began, content });
  afterAnswer(g);
  return answer;
}

/** Names under which the same ping is known again: an idempotency key, the publisher's own id, the consumer's digests. */
function repeatKeys(input: PingInput): string[] {
  if (input.campaign.config.repeat_ping_s === 0) return [];
  const scope = `${input.publisher.id}/${input.campaign.config.id}/${input.test ? "t" : "l"}`;
  const keys: string[] = [];
  if (input.idempotency_key) keys.push(`${scope}/idem/${input.idempotency_key}`);
  if (input.click_id) keys.push(`${scope}/click/${input.click_id}`);
  if (input.phone_hash) keys.push(`${scope}/phone/${input.phone_hash.hex}`);
  if (input.email_hash) keys.push(`${scope}/email/${input.email_hash.hex}`);
  return keys;
}

/** The same ping gets the same answer while its id is alive; afterwards it is told that it asked already. Nobody is asked either way. */
function answeredBefore(g: Gateway, input: PingInput, keys: string[], content: string): PingAnswer | null {
  const now = g.deps.now();
  const keep_ms = input.campaign.config.repeat_ping_s * 1_000;
  // The first of the names; a click id may hold anything, also what looks like one.
  const idempotency = input.idempotency_key === undefined ? undefined : keys[0];
  for (const key of keys) {
    const found = g.isolate.repeats.get(key, now, keep_ms);
    if (found?.answer.kind !== "ping") continue;
    if (found.content !== content) {
      if (key === idempotency) return KEY_REUSED;
      continue;
    }
    g.isolate.gauges.count("repeat_pings");
    if (found.answer.result === "rejected" || found.answer.expires_at > now) return found.answer;
    return { ...found.answer, result: "rejected", code: "duplicate_ping", bids: [], price: 0 as PingResult["price"] };
  }
  return null;
}

export const KEY_REUSED: PingAnswer & { kind: "problem" } = {
  kind: "problem",
  status: 422,
  code: "idempotency_key_reused",
  detail: "This Idempotency-Key came before with other content. Send a new key with new content.",
};

/** Why nobody need be asked, in order of precedence. `wait_ms`: for what another object must be asked. */
export async function refusedUnasked(
  g: Gateway,
  snapshot: Snapshot,
  input: PingInput,
  wait_ms: number,
): Promise<AnswerCode | null> {
  const switched = switchedOff(snapshot, input);
  if (switched) return switched;
  const campaign = input.campaign.config;
  const hashes = { phone: input.phone_hash, email: input.email_hash };
  if (consumerMarks(g.settings, hashes).some((mark) => snapshot.suppressed.has(mark))) return "suppressed";
  if (campaign.duplicate_check !== "ping" || input.test) return null;
  const window = campaign.duplicate_window_days * 86_400_000;
  const keys = consumerKeys(g.settings, campaign, hashes);
  const asked = keys.map((key) => g.book(shardOfConsumer(key)).consumerSold(key, window));
  // A book out of reach must not cost the ping its deadline: the post asks again, and is told exactly.
  const sold = await within(g.deps, wait_ms, Promise.all(asked)).catch((): boolean[] => []);
  return sold.includes(true) ? "duplicate" : null;
}

/** Digests as facts: a contract sees them only where it discloses them. */
export function hashFacts(input: Pick<PingInput, "phone_hash" | "email_hash">): Fields {
  const facts: Fields = {};
  if (input.phone_hash) facts.phone_hash = formatHash(input.phone_hash);
  if (input.email_hash) facts.email_hash = formatHash(input.email_hash);
  return facts;
}

function answerOf(input: PingInput, record: AuctionRecord): PingResult {
  return {
    kind: "ping",
    result: record.result,
    ping_id: record.ping_id,
    price: record.price,
    currency: input.campaign.config.currency,
    expires_at: record.expires_at,
    bids: record.ranked.map((bid) => ({
      bid_id: bid.bid_id,
      price: bid.payout,
      brand: bid.brand,
      consent_text: bid.consent_text,
      exclusive: true,
    })),
    code: record.code,
    test: record.test,
  };
}

/** One text for equal content, whatever the order of its keys. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`)
    .join(",")}}`;
}
