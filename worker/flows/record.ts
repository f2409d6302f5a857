import type { Publisher } from "../../schema/config/publisher.ts";
import type { AnswerCode } from "../../schema/lists.ts";
import { type Money, ZERO } from "../../schema/money.ts";
import type { AuctionRecord, Fields, SealedFacts } from "../../schema/rpc/auction.ts";
import type { CompiledCampaign, CompiledContract } from "../auction/compiled.ts";
import { sealWithRing } from "../crypto/seal.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { auctionLine } from "../telemetry/log.ts";
import { runAuction } from "./auction.ts";
import { bookCopy } from "./background.ts";
import { forcedDecision } from "./test-traffic.ts";

/** What an auction is about, whether a ping or a one-step lead asked for it. */
export interface Subject {
  ping_id: string;
  campaign: CompiledCampaign;
  publisher: Publisher;
  sub_ids: Record<string, string>;
  /** The publisher's own id of it. */
  click_id?: string;
  /** Public, quasi and hashed facts; never personal ones. */
  facts: Fields;
  min_price: Money;
  test: boolean;
  /** Epoch ms when the request arrived. */
  began: number;
  /** Contracts for aged leads that alone are asked; absent: the campaign's, in a live auction. */
  among?: readonly CompiledContract[];
}

/** An auction that was held, and what of it must be sealed before it is stored. */
export interface Held {
  record: AuctionRecord;
  hidden: SealedFacts;
}

/** Asks the buyers (or, in test, plays the outcome that a magic ZIP forces) and makes the record. `by_ms`: when it must be decided, from `began`. */
export async function holdAuction(
  g: Gateway,
  snapshot: Snapshot,
  subject: Subject,
  by_ms: number,
  late_grace_ms: number,
): Promise<Held> {
  const base = baseRecord(snapshot, subject, g.deps.now());
  const forced = forcedDecision(subject);
  if (forced)
    return {
      record: { ...base, ...forced, took_ms: g.deps.now() - subject.began },
      hidden: { facts: hiddenFacts(subject), answers: {} },
    };
  const asked_by_ms = g.deps.now() - subject.began;
  const within_ms = Math.max(0, by_ms - subject.campaign.config.deadlines.own_share_ms - asked_by_ms);
  const result = await runAuction(g, snapshot, { ...subject, within_ms, late_grace_ms }, (contract_id, ms) => {
    const bids = [{ ping_id: subject.ping_id, contract_id, ms }];
    const buyer_id = snapshot.contract(contract_id)?.buyer.id;
    if (buyer_id !== undefined && !subject.test) g.isolate.bidding.late(buyer_id, contract_id, base.at);
    g.waitUntil(g.isolate.gatherer.late(g.deps, bids, (command) => g.book(g.isolate.shard).record(command)));
  });
  const record: AuctionRecord = {
    ...base,
    ...result.decision,
    excluded: result.excluded,
    filtered: result.filtered,
    took_ms: g.deps.now() - subject.began,
    timing: {
      asked_ms: result.asked_at - subject.began,
      bids_in_ms: result.bids_in_at - subject.began,
      bids_due_ms: asked_by_ms + within_ms,
      due_ms: by_ms,
    },
  };
  if (subject.test) return { record, hidden: { facts: hiddenFacts(subject), answers: result.answers } };
  const winner = record.ranked[0];
  if (winner) countWin(g.isolate.wins, winner.contract_id);
  g.isolate.bidding.count(record, (contract_id) => snapshot.contract(contract_id)?.buyer.id);
  return { record, hidden: { facts: hiddenFacts(subject), answers: result.answers } };
}

/** "Recent" wins: all counts are halved whenever one has become this large. */
const MOST_WINS = 256;

function countWin(wins: Map<string, number>, contract_id: string): void {
  const won = (wins.get(contract_id) ?? 0) + 1;
  wins.set(contract_id, won);
  if (won >= MOST_WINS) for (const [id, count] of wins) wins.set(id, count >> 1);
}

/** An auction in which nobody need be asked. */
export function refusedAuction(g: Gateway, snapshot: Snapshot, subject: Subject, code: AnswerCode): Held {
  const record = { ...baseRecord(snapshot, subject, g.deps.now()), code, took_ms: g.deps.now() - subject.began };
  return { record, hidden: { facts: hiddenFacts(subject), answers: {} } };
}

function baseRecord(snapshot: Snapshot, subject: Subject, now: number): AuctionRecord {
  return {
    ping_id: subject.ping_id,
    publisher_id: subject.publisher.id,
    campaign_id: subject.campaign.config.id,
    test: subject.test,
    at: now,
    expires_at: now + subject.campaign.config.ping_ttl_s * 1_000,
    config_seq: snapshot.seen.config,
    facts: ofClass(subject, true),
    sub_ids: subject.sub_ids,
    min_price: subject.min_price,
    result: "rejected",
    price: ZERO,
    ranked: [],
    candidates: [],
    excluded: [],
    filtered: 0,
    took_ms: 0,
  };
}

const hiddenFacts = (subject: Subject): Fields => ofClass(subject, false);

function ofClass(subject: Subject, wantPublic: boolean): Fields {
  return Object.fromEntries(
    Object.entries(subject.facts).filter(([field]) => (subject.campaign.classOf(field) === "public") === wantPublic),
  );
}

/** Seals what may not be stored in plain, and tells the log. */
export async function sealRecord(g: Gateway, { record, hidden }: Held): Promise<AuctionRecord> {
  const line = auctionLine(record);
  g.log(line);
  g.analytics.auction(line);
  if (Object.keys(hidden.facts).length + Object.keys(hidden.answers).length === 0) return record;
  const sealed = await sealWithRing(
    await g.ring(),
    g.deps.bytes(12),
    JSON.stringify(hidden),
    auctionOwner(record.ping_id),
  );
  return { ...record, sealed };
}

export const auctionOwner = (ping_id: string): string => `auction/${ping_id}`;

const listed = (g: Gateway, record: AuctionRecord): boolean => record.test || g.isolate.listing.take(g.deps.now());

/** Puts an auction into its book with the isolate's next batch. Under `waitUntil`. */
export async function rememberAuction(g: Gateway, held: Held, keep: number): Promise<void> {
  const record = await sealRecord(g, held);
  const shard = g.isolate.shard;
  const reply = await g.isolate.gatherer
    .add(g.deps, record, g.deps.random() < keep && listed(g, record), (command) => g.book(shard).record(command))
    .catch(() => {
      g.isolate.gauges.count("batch_lost");
      g.log({ event: "auction_lost", ping_id: record.ping_id });
      return null;
    });
  if (reply) await bookCopy(g, reply.snapshot_seq);
}
