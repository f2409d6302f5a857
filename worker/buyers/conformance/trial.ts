import type { Money } from "../../../schema/money.ts";
import type { Fields } from "../../../schema/rpc/auction.ts";
import type { DialResult, WireRequest } from "../../../schema/rpc/dialer.ts";
import type { Deps } from "../../deps.ts";
import type { AttemptResult } from "../channel.ts";
import type { Dialect, OutcomeReading, PingFacts, PostFacts } from "../dialect.ts";
import { compileDialect } from "../dialects/index.ts";
import { dialOne, PING_MAX_BYTES, POST_MAX_BYTES } from "../http-call.ts";
import { httpChannel } from "../http-channel.ts";
import { answerOf } from "../http-record.ts";
import { requestNonce } from "../nonce.ts";
import { pingCall } from "../ping-call.ts";
import type { PingReading } from "../read-ping.ts";
import { SlotPool } from "../slots.ts";
import type { Seen, TrialInput } from "./input.ts";
import { person } from "./people.ts";
import { watchedFetch } from "./watch.ts";

export interface Bid {
  carried: Record<string, string>;
  price: Money | null;
}
/** What came of a request that was meddled with. */
export interface Meddled {
  result: DialResult;
  reading: OutcomeReading | null;
}

/** One run of the checks against one endpoint: sends made-up people as tests, notes everything that comes back. */
export class Trial {
  readonly dialect: Dialect;
  readonly seen: Seen[] = [];
  readonly outcomes = new Set<string>();
  readonly ping_ms: number[] = [];
  readonly post_ms: number[] = [];
  readonly bids: Bid[] = [];
  requests = 0;
  private readonly seed: number;
  private people = 0;
  readonly input: TrialInput;

  constructor(input: TrialInput) {
    this.input = input;
    this.dialect = compileDialect(input.endpoint.dialect);
    // People of two runs differ, so that the second is not all duplicates.
    this.seed = Math.floor(input.deps.now() / 1_000) % 1_000;
  }

  get hasPing(): boolean {
    return this.input.endpoint.dialect.ping !== undefined;
  }
  /** May so many requests more be sent? */
  has(requests: number): boolean {
    const { most_requests, ends_at, deps } = this.input;
    return this.requests + requests <= most_requests && (ends_at === undefined || deps.now() < ends_at);
  }

  /** The next made-up consumer, and an order number of its own. */
  next(change: (lead: Fields) => Fields = (lead) => lead): { lead: Fields; order: string } {
    const n = this.people++;
    return { lead: change(person(this.input.lead, this.seed, n)), order: `kit_${this.input.deps.now()}_${n}` };
  }

  async ping(lead: Fields, secrets = this.input.secrets): Promise<PingReading> {
    const { deps, guard, ping_timeout_ms } = this.input;
    const call = pingCall(this.dialect, this.pingFacts(lead, secrets), () => requestNonce(deps));
    let built: typeof call.request | null = call.request;
    let result: DialResult = { kind: "not_attempted", error: "set_up" };
    while (built?.ok) {
      if (!guard(built.request.url).ok) return { outcome: "not_attempted", error: "url_refused", health: null };
      result = await this.dial("ping", built.request, ping_timeout_ms, PING_MAX_BYTES);
      built = call.next?.(result) ?? null;
    }
    const reading = call.read(result, ping_timeout_ms, deps.now());
    this.outcomes.add(reading.outcome);
    if (result.kind !== "not_attempted" && result.kind !== "timeout") this.ping_ms.push(result.ms);
    if (reading.bid) this.bids.push({ carried: reading.bid.carried, price: reading.bid.price });
    return reading;
  }

  /** A bid for this consumer; one of the speed's pings where there is one left. null: the buyer does not bid. */
  async bid(lead: Fields): Promise<Bid | null> {
    if (!this.hasPing) return { carried: {}, price: null };
    const kept = this.bids.shift();
    if (kept) return kept;
    await this.ping(lead);
    return this.bids.shift() ?? null;
  }

  /** A post as a sale sends it, with the steps around it. */
  async post(lead: Fields, order: string, bid: Bid, after_unknown = false): Promise<AttemptResult> {
    const { deps, guard, endpoint, post_timeout_ms, tokens } = this.input;
    const watched = { ...deps, fetch: this.watched("post") };
    const result = await httpChannel(watched, new SlotPool(1), guard, endpoint.client_certificate).attempt({
      endpoint,
      dialect: this.dialect,
      facts: this.postFacts(lead, order, bid),
      context: { after_unknown, idempotent: endpoint.idempotent, bid: bid.carried },
      timeout_ms: post_timeout_ms,
      may_dispatch: () => true,
      ...(tokens ? { tokens } : {}),
    });
    this.outcomes.add(result.outcome);
    if (result.http_status !== null) this.post_ms.push(result.ms);
    return result;
  }

  /** The post's own request, changed before it leaves (or made of other credentials); null: it could not be built. */
  async meddle(
    lead: Fields,
    bid: Bid,
    change: { secrets?: Record<string, string>; request?(request: WireRequest): WireRequest },
  ): Promise<Meddled | null> {
    const { order } = this.next();
    const facts = this.postFacts(lead, order, bid, change.secrets);
    const built = this.dialect.buildPost(facts);
    if (!built.ok || !this.input.guard(built.request.url).ok) return null;
    const request = change.request?.(built.request) ?? built.request;
    const result = await this.dial("post", request, this.input.post_timeout_ms, POST_MAX_BYTES);
    const answer = answerOf(result, this.input.deps.now());
    const context = { after_unknown: false, idempotent: false, bid: bid.carried };
    return { result, reading: answer && this.dialect.readOutcome(answer, context) };
  }

  /** A status call about an order. */
  async status(order: string, bid: Bid): Promise<AttemptResult> {
    const { deps, guard, secrets, tokens, post_timeout_ms, endpoint } = this.input;
    const watched = { ...deps, fetch: this.watched("post") };
    const facts = {
      reservation_id: order,
      lead_id: order,
      test: true,
      bid: bid.carried,
      secrets,
      nonce: requestNonce(deps),
      now: deps.now(),
    };
    return httpChannel(watched, new SlotPool(1), guard, endpoint.client_certificate).ask({
      dialect: this.dialect,
      facts,
      timeout_ms: post_timeout_ms,
      ...(tokens ? { tokens } : {}),
    });
  }

  pingFacts(lead: Fields, secrets = this.input.secrets, test = true): PingFacts {
    const { visible, price, ping_timeout_ms } = this.input;
    const gateway = { ...this.gateway(test), min_price: price, timeout_ms: ping_timeout_ms };
    return { fields: visible(lead), gateway, ...this.common(secrets) };
  }

  postFacts(lead: Fields, order: string, bid: Bid, secrets = this.input.secrets, test = true): PostFacts {
    const price = bid.price ?? this.input.price;
    const gateway = { ...this.gateway(test), lead_id: order, reservation_id: order, price };
    return { fields: lead, consent: this.input.consent(lead), bid: bid.carried, gateway, ...this.common(secrets) };
  }

  private common(secrets: Record<string, string>) {
    const { deps, tokens } = this.input;
    return { secrets, nonce: requestNonce(deps), ...(tokens ? { token: tokens.current() } : {}) };
  }

  private gateway(test: boolean) {
    const { campaign, deps } = this.input;
    return { ping_id: `kit_${deps.now()}`, campaign, source: "conformance", sub_ids: {}, test, now: deps.now() };
  }

  private async dial(phase: Seen["phase"], request: WireRequest, timeout_ms: number, max_bytes: number) {
    const watched = { ...this.input.deps, fetch: this.watched(phase) };
    const { client_certificate: certificate } = this.input.endpoint;
    const certified = certificate === undefined ? request : { ...request, certificate };
    return dialOne(watched, { request: certified, timeout_ms, max_bytes });
  }

  private watched(phase: Seen["phase"]): Deps["fetch"] {
    const send = watchedFetch(this.input.deps.fetch, phase, (seen) => this.seen.push(seen));
    return (request) => {
      this.requests++;
      return send(request);
    };
  }
}
