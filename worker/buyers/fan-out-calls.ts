import type { PingError } from "../../schema/lists.ts";
import type { DialRequest, DialResult } from "../../schema/rpc/dialer.ts";
import type { Deps } from "../deps.ts";
import type { BuildResult } from "./dialect.ts";
import type { Dialers, FanOutStats } from "./dialer-pool.ts";
import { PING_MAX_BYTES } from "./http-call.ts";
import type { SlotPool } from "./slots.ts";
import type { UrlGuard } from "./url-guard.ts";

export interface FanOutInput {
  deps: Deps;
  calls: { key: string; request: BuildResult; timeout_ms: number }[];
  /** Ms until all is decided: the deadline less our own share. */
  within_ms: number;
  /** How long own calls are waited for after that, to count late answers. 0: they are ended. Costs a slot each. */
  late_grace_ms?: number;
  slots: SlotPool;
  dialers: Dialers;
  guard: UrlGuard;
  /** A call that answered after the fan-out was decided: its index, and ms from its dispatch. */
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

/** A call that can be made, and its place in the results. */
export interface Ready {
  index: number;
  request: DialRequest;
}

/** The calls that can be made, none longer than the fan-out itself; the others are refused with the reason. */
export function readyCalls(input: FanOutInput, refuse: (index: number, error: PingError) => void): Ready[] {
  const { calls, guard, within_ms } = input;
  return calls.flatMap(({ request: built, timeout_ms }, index): Ready[] => {
    if (within_ms <= 0) refuse(index, "deadline_passed");
    else if (!built.ok) refuse(index, "set_up");
    else if (!guard(built.request.url).ok) refuse(index, "url_refused");
    else {
      const request = {
        request: built.request,
        timeout_ms: Math.min(timeout_ms, within_ms),
        max_bytes: PING_MAX_BYTES,
      };
      return [{ index, request }];
    }
    return [];
  });
}
