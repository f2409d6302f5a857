import type { Fields } from "../../schema/rpc/auction.ts";
import type { AuctionReply } from "../../schema/rpc/book.ts";
import type { CompiledCampaign } from "../auction/compiled.ts";
import { changedFields, consentFields, missingConsent } from "../auction/fields/index.ts";
import { forcedAuction } from "../auction/test-mode.ts";
import { hmac } from "../crypto/hash.ts";
import { makeId, readId } from "../crypto/ids.ts";
import { openWithRing } from "../crypto/seal.ts";
import { sleep } from "../deps.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { FlowProblem, PostAnswer, PostInput } from "./answers.ts";
import { afterAnswer } from "./background.ts";
import { UNAVAILABLE } from "./claim.ts";
import { withConsent } from "./consent.ts";
import { hashesOf } from "./consumers.ts";
import { sellLost } from "./lead.ts";
import { canonical } from "./ping.ts";
import { auctionOwner } from "./record.ts";
import { sellClaimed } from "./sell.ts";

type Found = Extract<AuctionReply, { kind: "found" }>["auction"];

/** Ms after which a genuine ping id cannot belong to a living ping any more: the longest life a campaign may give. */
const LONGEST_TTL_MS = 600_000;
/** An auction reaches its book about 20 ms after its answer; a post that is faster waits for it so often. */
const BOOK_WAITS_MS = [30, 80, 200, 400];

/** Second step: the full lead for a ping that was answered. */
export async function runPost(g: Gateway, input: PostInput): Promise<PostAnswer> {
  g.isolate.gauges.count("posts");
  g.isolate.offers.posted(input.ping_id);
  const id = readId(g.settings.HASH_SECRET, input.ping_id, "p");
  if (!id) return NO_PING;
  const snapshot = await g.snapshot();
  const auction = await findAuction(g, id.shard, input, id.at);
  if (auction === "foreign") return NO_PING;
  // What the book may know of this ping is not lost: nothing may be sold without it.
  if (auction === "unreachable") return UNAVAILABLE;
  if (auction === "lost") return lost(g, snapshot, { ...input, test: input.test || id.test }, id.at);
  const campaign = snapshot.campaign(auction.campaign_id);
  if (!campaign) return UNAVAILABLE;
  if (input.test && !auction.test) return badFields([TEST_OF_LIVE]);
  const lead = await mergeLead(g, campaign, input, auction);
  if ("problem" in lead) return lead.problem;
  if (!auction.test && forcedAuction(lead.fields.zip)) return badFields([MAGIC_IN_LIVE]);
  const lead_id = makeId(g.settings.HASH_SECRET, "l", id.shard, input.began, g.deps.bytes(9));
  const answer = await sellClaimed(g, snapshot, {
    input,
    campaign,
    lead_id,
    shard: id.shard,
    ping_id: auction.ping_id,
    bid_ids: input.bid_ids,
    lead: lead.fields,
    consent: lead.consent,
    aliases: [],
    content: hmac(
      g.settings.HASH_SECRET,
      "post",
      canonical({
        lead: sentFields(lead.fields, input.filled),
        consent: lead.consent,
        bids: [...input.bid_ids].sort(),
      }),
    ),
    test: auction.test,
    forced: auction.forced,
    sub_ids: { ...auction.sub_ids, ...input.sub_ids },
    answer_ms: campaign.config.deadlines.post_ms,
  });
  afterAnswer(g);
  return answer;
}

/** What the publisher sent itself: what its route filled in (the time of the request, say) makes no other lead of it. */
export function sentFields(lead: Fields, filled: readonly string[] = []): Fields {
  return Object.fromEntries(Object.entries(lead).filter(([field]) => !filled.includes(field)));
}

/** Sold live, a test would be somebody's money; played as a test, a live offer would be lost. The publisher must say which. */
const TEST_OF_LIVE = {
  field: "test",
  code: "conflict",
  message: "the ping was not a test: ping again with test true, or post without it",
};

/** Where the campaign's pings may come without a ZIP: live bids must not be posted a lead that is a test. */
const MAGIC_IN_LIVE = {
  field: "zip",
  code: "conflict",
  message: "is a ZIP for tests, and the ping was not a test: ping again with this ZIP",
};

export const NO_PING: PostAnswer = {
  kind: "problem",
  status: 404,
  code: "ping_not_found",
  detail: "There is no such ping of yours. Use the ping_id that the ping's answer gave.",
};

async function findAuction(
  g: Gateway,
  shard: string,
  input: PostInput,
  at: number,
): Promise<Found | "foreign" | "lost" | "unreachable"> {
  const book = g.book(shard);
  for (const wait of [0, ...BOOK_WAITS_MS]) {
    if (wait > 0) {
      if (g.deps.now() - at > 5_000) break;
      await sleep(g.deps, wait);
    }
    const reply = await book.auction(input.ping_id, input.publisher.id).catch(() => null);
    if (!reply) return "unreachable";
    if (reply.kind === "found") return reply.auction;
    if (reply.kind === "foreign") return "foreign";
  }
  return "lost";
}

/** A genuine id without a row: too old, or lost in a crash before its batch was written. */
async function lost(g: Gateway, snapshot: Snapshot, input: PostInput, at: number): Promise<PostAnswer> {
  if (g.deps.now() - at > LONGEST_TTL_MS)
    return {
      kind: "post",
      result: "rejected",
      lead_id: "",
      price: 0 as never,
      currency: "USD",
      code: "ping_expired",
      test: input.test,
    };
  const campaign = input.campaign_id === undefined ? undefined : snapshot.campaign(input.campaign_id);
  if (campaign?.config.on_lost_ping === "one_step" && input.publisher.campaigns.includes(campaign.config.id))
    return sellLost(g, campaign, input);
  return {
    ...(UNAVAILABLE as FlowProblem),
    code: "ping_lost",
    detail: "This ping is genuine, but its auction is not there (yet). Send the post again; if that fails, ping again.",
  };
}

/** The post's fields over the ping's facts, which win or veto by the campaign's rule. */
async function mergeLead(
  g: Gateway,
  campaign: CompiledCampaign,
  input: PostInput,
  auction: Found,
): Promise<{ fields: Fields; consent: Record<string, string> } | { problem: PostAnswer }> {
  const known = { ...auction.facts, ...(await hiddenOf(g, auction)) };
  const given = consentFields(input.consent);
  const parsed = campaign.parsePost(withConsent(input.lead, input.consent, campaign), known);
  if (!parsed.ok) return { problem: badFields(parsed.problems) };
  const changed = [...changedFields(known, parsed.fields), ...changedHashes(known, parsed.fields)];
  if (changed.length > 0 && campaign.config.on_changed_field === "refuse")
    return {
      problem: badFields(
        changed.map((field) => ({
          field,
          code: "conflict",
          message: "differs from what the ping said; ping again with the new value",
        })),
      ),
    };
  const fields = { ...parsed.fields, ...known };
  const problem = consentProblem(campaign, fields, g.deps.now());
  if (problem) return { problem };
  return { fields, consent: consentOf(given.brand) };
}

export const consentOf = (brand: string | undefined): Record<string, string> => (brand === undefined ? {} : { brand });

/** Consent that the campaign wants with every post; null = it is all there. */
export function consentProblem(campaign: CompiledCampaign, fields: Fields, now: number): FlowProblem | null {
  const missing = missingConsent(campaign.config, { required: [] }, fields, now);
  if (missing.length === 0) return null;
  const message = "is consent that must travel with the lead, given and recent enough";
  return badFields(missing.map((field) => ({ field, code: "required", message })));
}

export const badFields = (errors: FlowProblem["errors"]): FlowProblem => ({
  kind: "problem",
  status: 422,
  code: "invalid_fields",
  detail: "Some fields are missing or not valid; nothing was sold.",
  errors,
});

/** The phone and e-mail must be the ones whose digests the ping carried. */
function changedHashes(known: Fields, fields: Fields): string[] {
  const hashes = hashesOf(fields);
  const differs = (given: unknown, own: { sha256: string; md5: string } | undefined) =>
    typeof given === "string" && own !== undefined && given !== own.sha256 && given !== `md5:${own.md5}`;
  return [
    ...(differs(known.phone_hash, hashes.phone) ? ["phone"] : []),
    ...(differs(known.email_hash, hashes.email) ? ["email"] : []),
  ];
}

async function hiddenOf(g: Gateway, auction: Found): Promise<Fields> {
  if (!auction.sealed) return {};
  const text = await openWithRing(await g.ring(), auction.sealed, auctionOwner(auction.ping_id));
  return (JSON.parse(text) as { facts: Fields }).facts;
}
