import type { PingError, PingOutcome } from "../../schema/lists.ts";
import type { DialResult } from "../../schema/rpc/dialer.ts";
import type { BidReading, Dialect, WireAnswer } from "./dialect.ts";

/** What came of one buyer's ping, in the words of the closed lists. */
export interface PingReading {
  outcome: PingOutcome;
  error?: PingError;
  http_status?: number;
  ms?: number;
  sent_at_ms?: number;
  /** Only with outcome `bid`. */
  bid?: Extract<BidReading, { outcome: "bid" }>;
  reason?: string;
  /** The raw answer's beginning, for the sealed part of the trace. It may echo what was sent. */
  answer?: string;
  /** What it says of the endpoint, for the breaker: nothing, when the buyer was not asked or our own deadline cut it short. */
  health: "ok" | "failed" | null;
}

/** Characters of an answer that the trace keeps. */
const SHOWN = 200;

/** Reads one call's result. `timeout_ms` is what the contract gives the buyer, before any deadline; `now` epoch ms. */
export function readPing(dialect: Dialect, result: DialResult, timeout_ms: number, now?: number): PingReading {
  if (result.kind === "not_attempted") return { outcome: "not_attempted", error: result.error, health: null };
  const { ms, sent_at_ms } = result;
  if (result.kind === "closed_early") return { outcome: "closed_early", ms, sent_at_ms, health: null };
  if (result.kind === "timeout")
    return { outcome: "timeout", ms, sent_at_ms, health: ms < timeout_ms ? null : "failed" };
  if (result.kind === "failed") {
    const cut = result.error === "body_timeout" && ms < timeout_ms;
    return {
      outcome: "error",
      error: result.error,
      http_status: result.status,
      ms,
      sent_at_ms,
      health: cut ? null : "failed",
    };
  }
  const base = { http_status: result.status, ms, sent_at_ms, answer: result.body.slice(0, SHOWN) };
  if (result.late) return { ...base, outcome: "late", health: ms < timeout_ms ? null : "failed" };
  return { ...base, ...readAnswer(dialect, { ...result, now }) };
}

function readAnswer(
  dialect: Dialect,
  wire: WireAnswer,
): Pick<PingReading, "outcome" | "error" | "bid" | "reason" | "health"> {
  const reading = readSafely(dialect, wire);
  if (reading.outcome === "bid") return { outcome: "bid", bid: reading, health: "ok" };
  if (reading.outcome === "no_bid") return { outcome: "no_bid", reason: reading.reason, health: "ok" };
  // A bid that cannot be meant shows a working endpoint; so does none of the other errors.
  const health = reading.error === "bid_invalid" ? "ok" : "failed";
  return { outcome: "error", error: reading.error, reason: reading.reason, health };
}

/** One buyer's answer must not harm the auction, whatever it does to its dialect. */
function readSafely(dialect: Dialect, wire: WireAnswer): BidReading {
  try {
    return dialect.readBid(wire);
  } catch {
    return { outcome: "error", error: "unreadable" };
  }
}
