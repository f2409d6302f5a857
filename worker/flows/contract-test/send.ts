import type { AttemptResult } from "../../buyers/channel.ts";
import type { BuildResult, Dialect, OutcomeContext, PingFacts, PostFacts } from "../../buyers/dialect.ts";
import { dialOne, PING_MAX_BYTES } from "../../buyers/http-call.ts";
import { requestNonce } from "../../buyers/nonce.ts";
import { pingCall } from "../../buyers/ping-call.ts";
import type { PingReading } from "../../buyers/read-ping.ts";
import { SlotPool } from "../../buyers/slots.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import { withCertificate } from "../ping-calls.ts";
import { guardOf } from "../secrets.ts";
import { type Way, wayTo } from "../way.ts";
import { type ReadAnswer, recordingDeps, recordingDialect, type SentRequest } from "./recording.ts";
import type { SetUp } from "./set-up.ts";

/** The way of a test's requests, all of which are noted: the same code that carries a lead, on connections of its own. */
export interface NotedWay {
  /** A text: there is none, and why. */
  way: Way | string;
  g: Gateway;
  set_up: SetUp;
  dialect: Dialect;
  sent: SentRequest[];
  read: ReadAnswer[];
}

export async function noting(g: Gateway, snapshot: Snapshot, set_up: SetUp, dialect: Dialect): Promise<NotedWay> {
  const [sent, read]: [SentRequest[], ReadAnswer[]] = [[], []];
  const own = { ...g, deps: recordingDeps(g.deps, sent), slots: new SlotPool(1) };
  const found = await wayTo({ g: own, snapshot, lead: { test: true } }, set_up.contract);
  const way = "refused" in found ? (found.refused.reason ?? "the endpoint cannot be used") : found;
  return { way, g: own, set_up, dialect: recordingDialect(dialect, read), sent, read };
}

/** A ping as an auction sends it, to this one buyer, with the steps before it. A text: why it could not be sent. */
export async function sendPing(
  { g, set_up, dialect }: NotedWay,
  facts: PingFacts,
  timeout_ms: number,
): Promise<PingReading | string> {
  const call = pingCall(dialect, facts, () => requestNonce(g.deps));
  if (call.refused) return "a condition of ping.require does not hold for this lead: the buyer is not called";
  const certified = withCertificate(set_up.contract.endpoint.client_certificate);
  let built: BuildResult = certified(call.request);
  for (let left = timeout_ms; ; ) {
    if (!built.ok) return built.message;
    const verdict = guardOf(g)(built.request.url);
    if (!verdict.ok) return `url: ${verdict.message}`;
    const dialled = { request: built.request, timeout_ms: Math.max(1, left), max_bytes: PING_MAX_BYTES };
    const result = await dialOne(g.deps, dialled);
    if (result.kind !== "not_attempted") left -= result.ms;
    const next = call.next?.(result) ?? null;
    if (next === null) return call.read(result, timeout_ms);
    built = certified(next);
  }
}

/** A post as a sale sends it, with the steps around it: no reservation, no cap, no breaker stands behind it. */
export async function sendPost(
  { set_up, dialect }: NotedWay,
  way: Way,
  facts: PostFacts,
  { context, timeout_ms }: { context: OutcomeContext; timeout_ms: number },
): Promise<AttemptResult> {
  return way.channel.attempt({
    endpoint: set_up.contract.endpoint,
    dialect,
    facts,
    context,
    timeout_ms,
    may_dispatch: () => true,
    tokens: way.tokens,
  });
}
