import type { Pacing } from "../schema/config/buyer.ts";

/** Pacing in ms. `window` is absent where the interval alone is at least as strict. */
export interface Pace {
  interval_ms: number;
  window: { count: number; ms: number } | null;
}

/** What the account has kept of the leads taken lately: how many within the longest of the pace's spans, and when. Epoch ms. */
export interface Taken {
  kept: number;
  newest: number | null;
  /** The `window.count`-th newest, when so many are kept. */
  blocking: number | null;
}

export interface Wait {
  rule: "interval" | "count";
  /** Above 0. */
  ms: number;
}

export function paceOf(pacing: Pacing): Pace {
  const interval_ms = Math.ceil((pacing.min_interval_s ?? 0) * 1_000);
  const window_ms = (pacing.minutes ?? 0) * 60_000;
  const window = pacing.count !== undefined && window_ms > interval_ms ? { count: pacing.count, ms: window_ms } : null;
  return { interval_ms, window };
}

/** Leads older than so many ms say nothing to this pace any more. */
export const spanOf = (pace: Pace): number => Math.max(pace.interval_ms, pace.window?.ms ?? 0);

/** Until when the next lead must wait: any `window.ms` together hold at most `count` leads, and two are `interval_ms` apart. null = now. */
export function waitOf(pace: Pace, taken: Taken, now: number): Wait | null {
  const interval = taken.newest === null ? 0 : taken.newest + pace.interval_ms - now;
  const full = pace.window && taken.kept >= pace.window.count && taken.blocking !== null;
  const count = full && pace.window ? (taken.blocking ?? 0) + pace.window.ms - now : 0;
  if (interval <= 0 && count <= 0) return null;
  return interval >= count ? { rule: "interval", ms: interval } : { rule: "count", ms: count };
}
