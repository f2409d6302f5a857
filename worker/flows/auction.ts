import type { Publisher } from "../../schema/config/publisher.ts";
import type { Money } from "../../schema/money.ts";
import type { Fields, StatusExclusion } from "../../schema/rpc/auction.ts";
import type { DialResult } from "../../schema/rpc/dialer.ts";
import { leastPrice } from "../auction/bids.ts";
import type { CompiledCampaign, CompiledContract } from "../auction/compiled.ts";
import type { Decision, ReceivedAnswer } from "../auction/decide.ts";
import { decide, rulesFor } from "../auction/decide.ts";
import { eligible } from "../auction/eligibility.ts";
import { visibility } from "../auction/fields/index.ts";
import { wasLate } from "../auction/shaping.ts";
import { HOP_ALLOWANCE_MS } from "../buyers/dialer-pool.ts";
import { fanOut } from "../buyers/fan-out.ts";
import { LATE_MS } from "../gateway/admission.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { watchPings } from "./drift.ts";
import { closing } from "./early-close.ts";
import { countLateness, latenessOf } from "./lateness.ts";
import { type AskedCall, type Asking, callsOf, fixedMay, rulesOf } from "./ping-calls.ts";
import { guardOf } from "./secrets.ts";

export interface AuctionInput {
  ping_id: string;
  campaign: CompiledCampaign;
  publisher: Publisher;
  sub_ids: Record<string, string>;
  click_id?: string;
  /** Public, quasi and hashed facts. Personal fields must not be here. */
  facts: Fields;
  min_price: Money;
  test: boolean;
  /** Ms from now within which the bids must be in. */
  within_ms: number;
  /** Ms that late answers are waited for afterwards, on this invocation's own connections. */
  late_grace_ms: number;
  /** Contracts for aged leads that alone are asked; absent: the campaign's, in a live auction. */
  among?: readonly CompiledContract[];
}

export interface AuctionResult {
  decision: Decision;
  excluded: StatusExclusion[];
  filtered: number;
  /** Short pieces of buyers' answers for the trace, by contract; to be sealed. */
  answers: Record<string, string>;
  /** Epoch ms: the fan-out began; the last bid that was waited for was in. */
  asked_at: number;
  bids_in_at: number;
}

/** Asks all eligible buyers at once and decides. No object call per buyer, no D1 write, no Queue send. */
export async function runAuction(
  g: Gateway,
  snapshot: Snapshot,
  input: AuctionInput,
  onLate: (contract_id: string, ms: number) => void,
): Promise<AuctionResult> {
  const began = g.deps.now();
  const seed = Math.floor(g.deps.random() * 0xffffffff);
  const rules = rulesOf(input);
  const { bidders, fixed, excluded, filtered } = eligible({
    ...(input.among ? { contracts: input.among } : snapshot.candidatesOf(input.campaign.config.id, input.facts)),
    live: input.among === undefined,
    facts: input.facts,
    now: began,
    publisher_id: input.publisher.id,
    sub_id1: input.sub_ids.sub_id1,
    test: input.test,
    standing: (contract) => standingOf(g, snapshot, contract, began, input.within_ms),
    may_wait: input.publisher.mode === "pending",
    seed,
    floor: input.campaign.config.auction.floor,
    least: (contract) => leastPrice(rulesFor(rules, contract)),
    campaign: input.campaign,
  });
  const visible = visibility(input.campaign, input.facts);
  const asking: Asking = { g, snapshot, input, visible, now: began };
  const calls = await callsOf(asking, bidders);
  const allowed = await Promise.all(fixed.map((contract) => fixedMay(asking, contract)));
  const asked_at = g.deps.now();
  const available = input.test ? undefined : (contract: CompiledContract) => snapshot.available(contract.buyer.id);
  const standing = fixed.filter((_, i) => allowed[i]);
  const early = closing(input, bidders, calls, standing, available);
  const dialled = fanOut({
    ...(early ? { enough: early.enough } : {}),
    deps: g.deps,
    calls: early?.calls ?? calls,
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
  const bids_in_at = g.deps.now();
  gauge(g, dialled.stats);
  const cut = results.filter(({ kind }) => kind === "closed_early").length;
  if (cut > 0) g.isolate.gauges.count("closed_early", cut);
  const late_ms = notice(g, { began, within_ms: input.within_ms }, calls, results);
  const lateOurselves = late_ms > LATE_MS || g.isolate.admission.isLate;
  const readings = bidders.map((contract, index) => {
    const result = results[index] ?? { kind: "not_attempted", error: "deadline_passed" };
    const reading = early?.read(index, result) ??
      calls[index]?.read(result) ?? { outcome: "not_attempted" as const, health: null };
    // An isolate that is late itself cannot say who was too slow: it reads what came in time after the timer has rung.
    const ours = lateOurselves && wasLate(reading.outcome, reading.error) === true;
    const timeout_ms = calls[index]?.timeout_ms;
    return { contract, ...reading, timeout_ms, health: ours ? null : reading.health };
  });
  // Test traffic must not shut a buyer out for live leads.
  if (!input.test) {
    countHealth(g, readings);
    countLateness(g, readings, excluded, input.within_ms, lateOurselves);
    watchPings(g, readings, calls, results, input.facts);
  }
  const decision = decide({
    ...rules,
    seed,
    recent_wins: g.isolate.wins,
    answers: [
      ...readings.map(({ bid, ...reading }): ReceivedAnswer => ({ ...reading, reading: bid })),
      ...fixed.filter((_, i) => !allowed[i]).map(preconditionMissing),
    ],
    fixed: standing,
    facts: input.facts,
    available,
    ping_id: input.ping_id,
    now: g.deps.now(),
  });
  return { decision, excluded, filtered, answers: keepOdd(readings, decision), asked_at, bids_in_at };
}

function standingOf(g: Gateway, snapshot: Snapshot, contract: CompiledContract, now: number, within_ms: number) {
  return {
    contract: snapshot.contractStatus(contract.config.id),
    endpoint: snapshot.endpointStatus(contract.endpoint.id),
    available: snapshot.available(contract.buyer.id),
    tripped: g.isolate.health.tripped(contract.endpoint.id, "ping", now),
    outstanding: g.isolate.offers.outstanding(contract.config.id, now),
    lateness: () => latenessOf(g, contract, within_ms, now),
  };
}

/** A buyer with a fixed price that its dialect does not let have this lead. */
const preconditionMissing = (contract: CompiledContract): ReceivedAnswer => ({
  contract,
  outcome: "not_attempted",
  error: "precondition",
});

/** Only what the buyer is answerable for: not a call that never began, nor one that our own deadline cut short. */
function countHealth(
  g: Gateway,
  read: { contract: CompiledContract; health: "ok" | "failed" | null; ms?: number }[],
): void {
  const now = g.deps.now();
  for (const { contract, health, ms = 0 } of read) {
    if (health === null) continue;
    const of = { buyer_id: contract.buyer.id, endpoint_id: contract.endpoint.id, phase: "ping" as const };
    g.isolate.health.count(of, { ok: health === "ok", ms }, contract.endpoint.breaker, now);
  }
}

/** Tells the admission how late our own timers rang, and who could not be dialled at all; returns the lateness in ms. */
function notice(
  g: Gateway,
  { began, within_ms }: { began: number; within_ms: number },
  calls: AskedCall[],
  results: DialResult[],
): number {
  const over = results.flatMap((result, i) =>
    result.kind === "timeout" ? result.ms - (calls[i]?.timeout_ms ?? 0) : 0,
  );
  const late_ms = Math.max(0, g.deps.now() - began - within_ms, ...over);
  // A publisher that leaves no time for the way to a dialer says nothing of our load: its haste must not cost others their room.
  const telling = within_ms > HOP_ALLOWANCE_MS ? results : [];
  const undialled = telling.filter((r) => r.kind === "not_attempted" && NO_ROOM.has(r.error)).length;
  g.isolate.admission.noticed(late_ms, telling.length - undialled, undialled);
  return late_ms;
}

/** Not dialled for want of a connection, which is our own load; a wrong URL is not. */
const NO_ROOM: ReadonlySet<string> = new Set(["no_slot", "dialers_busy", "deadline_passed"]);

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
function keepOdd(
  readings: { contract: CompiledContract; answer?: string }[],
  decision: Decision,
): Record<string, string> {
  const odd = new Set(
    decision.candidates.filter((c) => c.rank !== undefined || c.outcome === "error").map((c) => c.contract_id),
  );
  return Object.fromEntries(
    readings.flatMap(({ contract, answer }) =>
      answer !== undefined && odd.has(contract.config.id) ? [[contract.config.id, answer]] : [],
    ),
  );
}
