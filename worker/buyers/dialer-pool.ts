import type { DialerPort, DialReply, DialRequest, DialResult } from "../../schema/rpc/dialer.ts";
import type { Deps } from "../deps.ts";
import type { WarmDialers } from "./warm-dialers.ts";

/** Dialer objects by number, `0` to `count - 1`. */
export interface Dialers {
  count: number;
  get(n: number): DialerPort;
  /** The isolate's memory of those that it used last; absent: each is drawn anew. */
  warm?: WarmDialers;
  /** Calls handed to one dialer at a time, and others tried after a `busy`: {@link GROUP_SIZE} and {@link REDIALS}, but for benchmarks. */
  group_size?: number;
  redials?: number;
}

/** Calls that one dialer takes: its own six connections. */
export const GROUP_SIZE = 6;
/** After a `busy` or a broken call, so many others are tried: with three, half the dialers do that two would need (decision 69). */
export const REDIALS = 3;
/** Kept free of a batch's time for the way back (an object call takes about 8 ms, more when it is far). */
export const HOP_ALLOWANCE_MS = 20;

/** What a fan-out had to do, for the gauges. */
export interface FanOutStats {
  /** Calls from own slots. */
  own: number;
  object_calls: number;
  busy: number;
  redials: number;
  /** Object calls that threw. */
  unreachable: number;
  not_attempted: number;
  slot_wait_ms: number;
}

export const noStats = (): FanOutStats => ({
  own: 0,
  object_calls: 0,
  busy: 0,
  redials: 0,
  unreachable: 0,
  not_attempted: 0,
  slot_wait_ms: 0,
});

/** Picks dialers, warm ones first and else at random, and none twice, so that the groups of one fan-out do not meet. */
export class DialerPicker {
  private readonly used = new Set<number>();

  constructor(
    private readonly dialers: Pick<Dialers, "count" | "warm">,
    private readonly random: () => number,
  ) {}

  /** null when every dialer was picked. */
  next(): number | null {
    const { count, warm } = this.dialers;
    if (this.used.size >= count) return null;
    let n = warm?.take();
    while (n !== undefined && this.used.has(n)) n = warm?.take();
    n ??= Math.min(Math.floor(this.random() * count), count - 1);
    while (this.used.has(n)) n = (n + 1) % count;
    this.used.add(n);
    return n;
  }
}

export interface GroupDial {
  deps: Deps;
  dialers: Dialers;
  picker: DialerPicker;
  calls: DialRequest[];
  /** Epoch ms: start of the fan-out, and its end. */
  origin: number;
  ends_at: number;
  stats: FanOutStats;
  /** True: nobody waits for it any more, and no other dialer is tried. */
  over?(): boolean;
}

/**
 * Dials one group through a dialer: `busy` comes back at once and another is tried. Never rejects. Results are in the order of the
 * calls, `sent_at_ms` from `origin` (as far as it is known: the way there is not).
 * When no dialer took the group, its buyers were not attempted: that says nothing about them.
 */
export async function dialGroup(group: GroupDial): Promise<DialResult[]> {
  const { deps, dialers, picker, calls, stats } = group;
  let error: "dialers_busy" | "transport" = "dialers_busy";
  for (let tries = 0; tries <= (dialers.redials ?? REDIALS); tries++) {
    const now = deps.now();
    const left = group.ends_at - now - HOP_ALLOWANCE_MS;
    if (left <= 0 || group.over?.()) return notAttempted(calls, "deadline_passed");
    const n = picker.next();
    if (n === null) break;
    stats.object_calls++;
    if (tries > 0) stats.redials++;
    const reply = await dialOnce(dialers, n, {
      calls: calls.map((call) => ({ ...call, timeout_ms: Math.min(call.timeout_ms, left) })),
      left,
    });
    if (reply?.kind === "done" && reply.results.length === calls.length) {
      dialers.warm?.back(n, reply.results, deps.now() - now);
      return reply.results.map((result) => shifted(result, now - group.origin));
    }
    if (reply?.kind === "busy") {
      stats.busy++;
      error = "dialers_busy";
    } else {
      stats.unreachable++;
      error = "transport";
    }
  }
  return notAttempted(calls, error);
}

async function dialOnce(
  dialers: Dialers,
  n: number,
  batch: { calls: DialRequest[]; left: number },
): Promise<DialReply | null> {
  try {
    return await dialers.get(n).dial({ v: 1, calls: batch.calls, within_ms: batch.left });
  } catch {
    return null;
  }
}

function shifted(result: DialResult, by: number): DialResult {
  return result.kind === "not_attempted" ? result : { ...result, sent_at_ms: result.sent_at_ms + by };
}

export function notAttempted(calls: unknown[], error: "dialers_busy" | "transport" | "deadline_passed"): DialResult[] {
  return calls.map(() => ({ kind: "not_attempted", error }));
}
