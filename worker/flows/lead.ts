import type { AnswerCode } from "../../schema/lists.ts";
import { ZERO } from "../../schema/money.ts";
import type { Fields } from "../../schema/rpc/auction.ts";
import type { CompiledCampaign } from "../auction/compiled.ts";
import { consentFields } from "../auction/fields/index.ts";
import { MAGIC_ZIPS } from "../auction/test-mode.ts";
import { hmac, shardOfConsumer } from "../crypto/hash.ts";
import { makeId, shardName } from "../crypto/ids.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { LeadInput, PostAnswer, PostInput } from "./answers.ts";
import { afterAnswer, bookCopy } from "./background.ts";
import { withConsent } from "./consent.ts";
import { consumerKeys, consumerMarks } from "./consumers.ts";
import { pingFacts } from "./facts.ts";
import { canonical } from "./ping.ts";
import { refuse, refuseClaimed, sellPlanned, withConsumer } from "./planned.ts";
import { badFields, consentOf, consentProblem, sentFields } from "./post.ts";
import { holdAuction } from "./record.ts";
import { claim, given, type Sellable } from "./sell.ts";
import { switchedOff } from "./switches.ts";

/** How long an isolate remembers that it has seen a content: a repetition is claimed first, so that it asks nobody. */
const SEEN_MS = 600_000;

/** One step: the full lead at once. Claimed beside the fan-out; the plan joins it before anything is reserved. */
export async function runLead(g: Gateway, input: LeadInput): Promise<PostAnswer> {
  g.isolate.gauges.count("posts");
  const snapshot = await g.snapshot();
  const { campaign } = input;
  const problem = consentProblem(campaign, input.lead, g.deps.now());
  if (problem) return problem;
  const sellable = sellableOf(g, input);
  const refusal = switchedOff(snapshot, input) ?? suppressed(g, snapshot, input);
  if (refusal) return refuseClaimed(g, snapshot, sellable, refusal);
  const seen = `lead/${sellable.content}`;
  const repeated = g.isolate.repeats.seen(seen, g.deps.now(), SEEN_MS);
  const subject = {
    ...input,
    ping_id: makeId(g.settings.HASH_SECRET, "p", sellable.shard, input.began, g.deps.bytes(9)),
    facts: pingFacts(input),
  };
  // At least half of the publisher's time is left for the posts: a buyer that never answers its ping must not use it all up.
  const by_ms = Math.min(campaign.config.deadlines.ping_ms, sellable.answer_ms / 2);
  // A repetition is claimed before anybody is asked, and so is every lead where the campaign asks for its consumer first;
  // everything else wins the time of a round trip.
  const consumerFirst = campaign.config.duplicate_check === "ping";
  const first = repeated || consumerFirst ? await withConsumer(claim(g, snapshot, sellable)) : null;
  if (first && "answer" in first) return first.answer;
  if (consumerFirst && first?.consumer?.code) return refuse(first.work, sellable, first.consumer.code);
  const [claimed, held] = await Promise.all([
    first ?? withConsumer(claim(g, snapshot, sellable)),
    holdAuction(g, snapshot, subject, by_ms, 0),
  ]);
  if ("answer" in claimed) return claimed.answer;
  const answer = await sellPlanned(claimed.work, held, sellable, claimed.consumer);
  afterAnswer(g);
  // A gateway that sells in one step only has no batches of auctions to bring the copy along.
  g.waitUntil(bookCopy(g, 0));
  return answer;
}

/** Everything a one-step lead is known by; the same for each repetition, so that all of them meet in one book. */
function sellableOf(g: Gateway, input: LeadInput): Sellable {
  const { settings } = g;
  const { campaign } = input;
  const { brand } = consentFields(input.consent);
  const consent = consentOf(brand);
  const content = hmac(
    settings.HASH_SECRET,
    "lead",
    canonical({
      p: input.publisher.id,
      c: campaign.config.id,
      lead: sentFields(input.lead, input.filled),
      consent,
      test: input.test,
    }),
  );
  const key = consumerKeys(settings, campaign.config, given(input.lead))[0];
  const shard = key ? shardOfConsumer(key) : shardName(settings.REGION, spread(content) % settings.BOOK_SHARDS);
  return {
    input,
    campaign,
    lead_id: makeId(settings.HASH_SECRET, "l", shard, input.began, g.deps.bytes(9)),
    shard,
    ping_id: null,
    bid_ids: [],
    lead: input.lead,
    consent,
    aliases: [
      `content/${content}`,
      // Publishers make their keys of anything, also of phones: hashed like the content.
      ...(input.idempotency_key
        ? [`idem/${hmac(settings.HASH_SECRET, input.publisher.id, input.idempotency_key)}`]
        : []),
    ],
    content,
    test: input.test,
    forced: input.test && typeof input.lead.zip === "string" ? input.lead.zip : undefined,
    sub_ids: input.sub_ids,
    answer_ms: Math.min(campaign.config.deadlines.lead_ms, input.timeout_ms ?? campaign.config.deadlines.lead_ms),
  };
}

function suppressed(g: Gateway, snapshot: Snapshot, input: LeadInput): AnswerCode | null {
  return consumerMarks(g.settings, given(input.lead)).some((mark) => snapshot.suppressed.has(mark))
    ? "suppressed"
    : null;
}

const magicZip = ({ zip }: Fields): boolean => typeof zip === "string" && Object.hasOwn(MAGIC_ZIPS, zip);

function spread(text: string): number {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) >>> 0;
  return sum;
}

/** A post whose auction was lost in a crash, sold as one step: the campaign allows it and the publisher named it. */
export async function sellLost(g: Gateway, campaign: CompiledCampaign, input: PostInput): Promise<PostAnswer> {
  const parsed = campaign.parsePost(withConsent(input.lead, input.consent, campaign), {});
  if (!parsed.ok) return badFields(parsed.problems);
  // The ping id is the name of the request: a repetition finds the same lead.
  return runLead(g, {
    ...input,
    campaign,
    lead: parsed.fields,
    test: input.test || magicZip(parsed.fields),
    min_price: ZERO,
    idempotency_key: input.idempotency_key ?? input.ping_id,
  });
}
