import type { AttemptResult } from "../../buyers/channel.ts";
import type { Dialect, OutcomeContext, PingFacts, PostFacts } from "../../buyers/dialect.ts";
import { dialOne, PING_MAX_BYTES } from "../../buyers/http-call.ts";
import { httpChannel } from "../../buyers/http-channel.ts";
import { type PingReading, readPing } from "../../buyers/read-ping.ts";
import { SlotPool } from "../../buyers/slots.ts";
import type { Deps } from "../../deps.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { guardOf } from "../secrets.ts";
import type { SetUp } from "./set-up.ts";

/** A test that goes out: what notes it, and how long the buyer has. */
export interface Way {
  g: Gateway;
  set_up: SetUp;
  /** They note every request that leaves. */
  deps: Deps;
  /** It notes every answer that it reads. */
  dialect: Dialect;
  timeout_ms: number;
}

/** A ping as an auction sends it, to this one buyer. A text: why it could not be sent. */
export async function sendPing({ g, deps, dialect, timeout_ms }: Way, facts: PingFacts): Promise<PingReading | string> {
  if (!dialect.requirePing(facts))
    return "a condition of ping.require does not hold for this lead: the buyer is not called";
  const built = dialect.buildPing(facts);
  if (!built) return "the endpoint's dialect has no ping";
  if (!built.ok) return built.message;
  const verdict = guardOf(g)(built.request.url);
  if (!verdict.ok) return `url: ${verdict.message}`;
  const result = await dialOne(deps, { request: built.request, timeout_ms, max_bytes: PING_MAX_BYTES });
  return readPing(dialect, result, timeout_ms);
}

/** A post as a sale sends it: no reservation, no cap, no breaker stands behind it. */
export async function sendPost(
  { g, set_up, deps, dialect, timeout_ms }: Way,
  facts: PostFacts,
  context: OutcomeContext,
): Promise<AttemptResult> {
  return httpChannel(deps, new SlotPool(1), guardOf(g)).attempt({
    endpoint: set_up.contract.endpoint,
    dialect,
    facts,
    context,
    timeout_ms,
    may_dispatch: () => true,
  });
}
