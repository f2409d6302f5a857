import type { PingError } from "../../schema/lists.ts";
import type { DialRequest, DialResult, WireRequest } from "../../schema/rpc/dialer.ts";
import type { Deps } from "../deps.ts";
import type { BuildResult } from "./dialect.ts";
import type { Dialers, FanOutStats } from "./dialer-pool.ts";
import { PING_MAX_BYTES } from "./http-call.ts";
import type { SlotPool } from "./slots.ts";
import type { UrlGuard } from "./url-guard.ts";

export interface FanOutCall {
  key: string;
  request: BuildResult;
  /** For all requests of the call together. */
  timeout_ms: number;
  /** Of calls with like timeouts those that are worth most go first: from own slots, whose answers come one by one. */
  worth?: number;
  /** Not called, and why: nothing of the request is looked at. */
  refused?: PingError;
  /**
   * A call of several requests: what is sent after this result, or null: it was the last. Asked once for each result that came in
   * time; the next request leaves through the same slot, or through a dialer again.
   */
  next?(result: DialResult): BuildResult | null;
}

export interface FanOutInput {
  deps: Deps;
  calls: FanOutCall[];
  /** Ms until all is decided: the deadline less our own share. */
  within_ms: number;
  /** How long own calls are waited for after that, to count late answers. 0: they are ended. Costs a slot each. */
  late_grace_ms?: number;
  slots: SlotPool;
  dialers: Dialers;
  guard: UrlGuard;
  /**
   * A call's result has come. True: nobody who is outstanding can win, and the fan-out ends with `closed_early` for each of them, once
   * all that came together has been told.
   */
  enough?(index: number, result: DialResult): boolean;
  /** A call that was decided as a timeout and has answered since: its index, and ms from its dispatch. */
  onLate?(index: number, ms: number): void;
}

export interface FanOut {
  /** One result per call, in order; there at `within_ms` at the latest. Never rejects. */
  results: Promise<DialResult[]>;
  stats: FanOutStats;
  /** Everything has ended, late answers included: for `waitUntil`. */
  done: Promise<void>;
  /** Ends what is still going on, now. */
  stop(): void;
}

/** A request that can be made, and its place in the results. */
export interface Ready {
  index: number;
  request: DialRequest;
  /** Ms that earlier requests of the same call took. */
  spent_ms: number;
}

/** The calls that can be made, none longer than the fan-out itself; the others are refused with the reason. */
export function readyCalls(input: FanOutInput, refuse: (index: number, error: PingError) => void): Ready[] {
  const { calls, within_ms } = input;
  return calls.flatMap((call, index): Ready[] => {
    const error = within_ms <= 0 ? "deadline_passed" : (call.refused ?? refusal(input, call.request));
    if (error !== null || !call.request.ok) {
      refuse(index, error ?? "set_up");
      return [];
    }
    return [readyCall(index, call.request.request, Math.min(call.timeout_ms, within_ms), 0)];
  });
}

const refusal = ({ guard }: FanOutInput, built: BuildResult): PingError | null => {
  if (!built.ok) return "set_up";
  return guard(built.request.url).ok ? null : "url_refused";
};

const readyCall = (index: number, request: WireRequest, timeout_ms: number, spent_ms: number): Ready => ({
  index,
  request: { request, timeout_ms, max_bytes: PING_MAX_BYTES },
  spent_ms,
});

/** What follows a result: another request of the same call, or its end. `left_ms`: of the fan-out. */
export function following(input: FanOutInput, ready: Ready, result: DialResult, left_ms: number): Ready | DialResult {
  const call = input.calls[ready.index];
  const readable = result.kind === "answer" && !result.late;
  const built = readable ? call?.next?.(result) : null;
  if (!call || !built) return whole(result, ready.spent_ms);
  const error = refusal(input, built);
  if (error !== null || !built.ok) return { kind: "not_attempted", error: error ?? "set_up" };
  const spent_ms = ready.spent_ms + ("ms" in result ? result.ms : 0);
  const timeout_ms = Math.min(call.timeout_ms - spent_ms, left_ms);
  if (timeout_ms <= 0)
    return { kind: "timeout", ms: spent_ms, sent_at_ms: "sent_at_ms" in result ? result.sent_at_ms : 0 };
  return readyCall(ready.index, built.request, timeout_ms, spent_ms);
}

/** As of the whole call: its requests' times together. */
export const whole = (result: DialResult, spent_ms: number): DialResult =>
  spent_ms === 0 || result.kind === "not_attempted" ? result : { ...result, ms: result.ms + spent_ms };

export const goesOn = (next: Ready | DialResult): next is Ready => "index" in next;
