import type { Publisher } from "../../schema/config/publisher.ts";
import type { PingOutcome } from "../../schema/lists.ts";
import type { Money } from "../../schema/money.ts";
import type { Fields, StatusExclusion } from "../../schema/rpc/auction.ts";
import type { DialResult } from "../../schema/rpc/dialer.ts";
import type { CompiledCampaign, CompiledContract } from "../auction/compiled.ts";
import type { Decision, ReceivedAnswer } from "../auction/decide.ts";
import { decide } from "../auction/decide.ts";
import { eligible } from "../auction/eligibility.ts";
import { visibility } from "../auction/fields/index.ts";
import type { BidReading, PingFacts } from "../buyers/dialect.ts";
import { type FanOutInput, fanOut } from "../buyers/fan-out.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { guardOf, secretsOf } from "./secrets.ts";

export interface AuctionInput {
  ping_id: string;
  campaign: CompiledCampaign;
  publisher: Publisher;
  sub_ids: Record<string, string>;
  /** Public, quasi and hashed facts. Personal fields must not be here. */
  facts: Fields;
  min_price: Money;
  test: boolean;
  /** Ms from now within which the bids must be in. */
  within_ms: number;
  /** Ms that late answers are waited for afterwards, on this invocation's own connections. */
  late_grace_ms: number;
}

export interface AuctionResult {
  decision: Decision;
  excluded: StatusExclusion[];
  filtered: number;
  /** Short pieces of buyers' answers for the trace, by contract; to be sealed. */
  answers: Record<string, string>;
}

const SNIPPET = 200;

/** Asks all eligible buyers at once and decides. No object call per buyer, no D1 write, no Queue send. */
export async function runAuction(
  g: Gateway,
  snapshot: Snapshot,
  input: AuctionInput,
  onLate: (contract_id: string, ms: number) => void,
): Promise<AuctionResult> {
  const began = g.deps.now();
  const { bidders, fixed, excluded, filtered } = eligible({
    contracts: snapshot.contractsOf(input.campaign.config.id),
    facts: input.facts,
    now: began,
    publisher_id: input.publisher.id,
    sub_id1: input.sub_ids.sub_id1,
    test: input.test,
    standing: (contract) => standingOf(g, snapshot, contract, began),
    floor: input.campaign.config.auction.floor,
    campaign: input.campaign,
  });
  const visible = visibility(input.campaign, input.facts);
  const calls = await Promise.all(bidders.map((contract) => callOf(g, input, contract, visible, began)));
  const dialled = fanOut({
    deps: g.deps,
    calls,
    within_ms: input.within_ms,
    late_grace_ms: input.late_grace_ms,
    slots: g.slots,
    dialers: g.dialers,
    guard: guardOf(g),
    onLate: (index, ms) => {
      const contract = bidders[index];
      if (contract) onLate(contract.config.id, ms);
    },
  });
  g.waitUntil(dialled.done);
  const results = await dialled.results;
  gauge(g, dialled.stats);
  const answers: Record<string, string> = {};
  const received = bidders.map((contract, index): ReceivedAnswer => {
    const result = results[index] ?? { kind: "not_attempted", error: "deadline_passed" };
    if (result.kind === "answer") answers[contract.config.id] = result.body.slice(0, SNIPPET);
    return { contract, ...read(g, contract, result) };
  });
  countHealth(g, received);
  const decision = decide({
    campaign: input.campaign.config,
    publisher_share: input.publisher.publisher_share,
    min_price: input.min_price,
    seed: Math.floor(g.deps.random() * 0xffffffff),
    recent_wins: g.isolate.wins,
    answers: received,
    fixed,
    ping_id: input.ping_id,
    now: g.deps.now(),
  });
  return { decision, excluded, filtered, answers: keepOdd(answers, decision) };
}

function standingOf(g: Gateway, snapshot: Snapshot, contract: CompiledContract, now: number) {
  return {
    contract: snapshot.contractStatus(contract.config.id),
    endpoint: snapshot.endpointStatus(contract.endpoint.id),
    available: snapshot.available(contract.buyer.id),
    tripped: g.isolate.health.tripped(contract.endpoint.id, "ping", now),
  };
}

async function callOf(
  g: Gateway,
  input: AuctionInput,
  contract: CompiledContract,
  visible: ReturnType<typeof visibility>,
  now: number,
): Promise<FanOutInput["calls"][number]> {
  const facts: PingFacts = {
    fields: visible(contract.config.disclose),
    gateway: {
      ping_id: input.ping_id,
      campaign: input.campaign.config.id,
      source: input.publisher.id,
      sub_ids: input.sub_ids,
      test: input.test,
      now,
    },
    secrets: await secretsOf(g, contract),
  };
  const timeout_ms = contract.config.ping_timeout_ms ?? contract.endpoint.ping_timeout_ms;
  const built = g.dialect(contract).buildPing(facts);
  return {
    key: contract.config.id,
    request: built ?? { ok: false, message: "the endpoint's dialect has no ping" },
    timeout_ms,
  };
}

/** What one raw result means, in the words of the closed lists. */
function read(g: Gateway, contract: CompiledContract, result: DialResult): Omit<ReceivedAnswer, "contract"> {
  switch (result.kind) {
    case "not_attempted":
      return { outcome: "not_attempted", error: result.error };
    case "timeout":
      return { outcome: "timeout", ms: result.ms, sent_at_ms: result.sent_at_ms };
    case "failed":
      return {
        outcome: "error",
        error: result.error,
        http_status: result.status,
        ms: result.ms,
        sent_at_ms: result.sent_at_ms,
      };
    case "answer": {
      const times = { http_status: result.status, ms: result.ms, sent_at_ms: result.sent_at_ms };
      if (result.late) return { outcome: "late", ...times };
      const reading = g.dialect(contract).readBid(result);
      return {
        outcome: outcomeOf(reading),
        error: reading.outcome === "error" ? reading.error : undefined,
        reading,
        ...times,
      };
    }
  }
}

const outcomeOf = (reading: BidReading): PingOutcome => reading.outcome;

function countHealth(g: Gateway, received: ReceivedAnswer[]): void {
  const now = g.deps.now();
  for (const { contract, outcome, error } of received) {
    if (outcome === "not_attempted" || error === "set_up" || error === "url_refused") continue;
    const ok = outcome === "bid" || outcome === "no_bid" || error === "bid_invalid";
    g.isolate.health.count(contract.buyer.id, contract.endpoint.id, "ping", ok, now, contract.endpoint.breaker);
  }
}

function gauge(
  g: Gateway,
  stats: { busy: number; redials: number; not_attempted: number; slot_wait_ms: number },
): void {
  g.isolate.gauges.count("busy", stats.busy);
  g.isolate.gauges.count("redials", stats.redials);
  g.isolate.gauges.count("not_attempted", stats.not_attempted);
  g.isolate.gauges.high("slot_wait_ms", stats.slot_wait_ms);
}

/** Pieces of answers are kept for the ranked and for the odd ones; fifty plain refusals would only cost storage. */
function keepOdd(answers: Record<string, string>, decision: Decision): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const candidate of decision.candidates) {
    const answer = answers[candidate.contract_id];
    if (
      answer !== undefined &&
      (candidate.rank !== undefined || candidate.outcome === "error" || candidate.reason === "bid_invalid")
    )
      kept[candidate.contract_id] = answer;
  }
  return kept;
}
