import type { PingError } from "../../schema/lists.ts";
import type { DialResult } from "../../schema/rpc/dialer.ts";
import type { BuildResult, CompiledStep, Dialect, PingFacts, StepReading, WireAnswer } from "./dialect.ts";
import { type PingReading, readPing } from "./read-ping.ts";

/** One buyer's ping: its request, or several one after the other, and how what came back is read. */
export interface PingCall {
  request: BuildResult;
  refused?: PingError;
  /** Only where the dialect has steps before the ping. */
  next?(result: DialResult): BuildResult | null;
  /** Reads the last result. `timeout_ms`: what the contract gives the buyer; `now`: epoch ms. */
  read(result: DialResult, timeout_ms: number, now?: number): PingReading & { token_refused: boolean };
}

const NO_PING: BuildResult = { ok: false, message: "the endpoint's dialect has no ping" };

/** The call of a dialect for these facts; `nonce` gives each of its requests its own. */
export function pingCall(dialect: Dialect, facts: PingFacts, nonce: () => string): PingCall {
  const steps = dialect.steps.beforePing;
  if (!dialect.requirePing(facts)) return refusedCall(dialect, "precondition");
  if (steps.length === 0)
    return {
      request: dialect.buildPing(facts) ?? NO_PING,
      read: (result, ms, now) => read(dialect, result, ms, { now }),
    };
  const chain = new Chain(dialect, steps, facts, nonce);
  return {
    request: chain.build(),
    next: (result) => chain.next(result),
    read: (result, ms, now) => read(dialect, result, ms, { now, steps: chain.facts.steps, ended: chain.ended }),
  };
}

/** Nobody is called, and why. */
export const refusedCall = (dialect: Dialect, refused: PingError): PingCall => ({
  request: NO_PING,
  refused,
  read: (result, timeout_ms) => read(dialect, result, timeout_ms, {}),
});

/** Where a ping of several requests stands. */
class Chain {
  facts: PingFacts;
  /** A step's answer that says that there is nothing to go on with. */
  ended: StepReading | null = null;
  private at = 0;
  private readonly dialect: Dialect;
  private readonly steps: CompiledStep<PingFacts>[];
  private readonly nonce: () => string;

  constructor(dialect: Dialect, steps: CompiledStep<PingFacts>[], facts: PingFacts, nonce: () => string) {
    this.dialect = dialect;
    this.steps = steps;
    this.facts = facts;
    this.nonce = nonce;
  }

  /** The next step whose condition holds, or the ping itself. */
  build(): BuildResult {
    for (; this.at < this.steps.length; this.at++) {
      const step = this.steps[this.at];
      if (step?.when(this.facts)) return step.build(this.facts);
    }
    return this.dialect.buildPing(this.facts) ?? NO_PING;
  }

  next(result: DialResult): BuildResult | null {
    const step = this.steps[this.at];
    if (!step || this.ended || result.kind !== "answer") return null;
    const reading = readStep(step, { ...result, now: this.facts.gateway.now });
    if (reading.outcome !== "go_on") {
      this.ended = reading;
      return null;
    }
    this.at++;
    const steps = { ...this.facts.steps, [step.name]: reading.carried };
    this.facts = { ...this.facts, steps, nonce: this.nonce() };
    return this.build();
  }
}

/** A reading that breaks is an answer nobody can read. */
export function readStep<Facts>(step: CompiledStep<Facts>, answer: WireAnswer): StepReading {
  try {
    return step.read(answer);
  } catch {
    const reason = "the dialect failed on this answer";
    return { outcome: "unknown", class: "unreadable", held_for_review: true, reason, carried: {} };
  }
}

function read(
  dialect: Dialect,
  result: DialResult,
  timeout_ms: number,
  { now, steps = {}, ended = null }: { now?: number; steps?: PingFacts["steps"]; ended?: StepReading | null },
): PingReading & { token_refused: boolean } {
  const reading = ended === null ? readPing(dialect, result, timeout_ms, now) : endedBy(ended, result);
  const answered = result.kind === "answer" && !result.late;
  const token_refused = answered && dialect.tokenAuth !== null && dialect.tokenRefused(result);
  if (!reading.bid) return { ...reading, token_refused };
  return { ...reading, token_refused, bid: { ...reading.bid, carried: { ...ofSteps(steps), ...reading.bid.carried } } };
}

/** What the steps carried goes on to the post under its whole name. */
const ofSteps = (steps: NonNullable<PingFacts["steps"]>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(steps).flatMap(([step, values]) =>
      Object.entries(values).map(([name, value]) => [`step.${step}.${name}`, value]),
    ),
  );

/** A step that ended the ping: its "no" is the buyer's; everything else is an answer that leads nowhere. */
function endedBy({ outcome, reason }: StepReading, result: DialResult): PingReading {
  const { ms, sent_at_ms } = result.kind === "not_attempted" ? {} : result;
  const http_status = result.kind === "answer" || result.kind === "failed" ? result.status : undefined;
  const answer = result.kind === "answer" ? result.body.slice(0, 200) : undefined;
  const of = { http_status, ms, sent_at_ms, reason, answer };
  if (outcome === "no_bid" || outcome === "rejected" || outcome === "duplicate")
    return { ...of, outcome: "no_bid", health: "ok" };
  const error = (http_status ?? 0) >= 400 ? "http_status" : "unreadable";
  return { ...of, outcome: "error", error, health: "failed" };
}
