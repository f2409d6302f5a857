import type { BreakerSettings } from "../schema/config/buyer.ts";
import type { HealthReport } from "../schema/rpc/account.ts";

/** Calls of one part of the gliding window; `from`: when that part began (epoch ms). */
export type Calls = [from: number, ok: number, failed: number, slow: number];

/** The window glides in tenths: it covers between nine tenths of `window_s` and all of it. */
const PARTS = 10;
/** Most parts kept, also after the window's length was changed. */
const MOST_PARTS = 2 * PARTS;

export interface CallSums {
  calls: number;
  failed: number;
  slow: number;
}

/** The window with a report's calls in it, and without what is too old at `now`. */
export function withCalls(window: Calls[], report: HealthReport, settings: BreakerSettings, now: number): Calls[] {
  const length = settings.window_s * 1_000;
  const recent = window.filter(([at]) => at > now - length);
  const { ok, failed } = report;
  if (ok + failed === 0) return recent;
  const from = now - (now % (length / PARTS));
  const [, oks, faileds, slows] = recent.find(([at]) => at === from) ?? [from, 0, 0, 0];
  const part: Calls = [from, oks + ok, faileds + failed, slows + Math.min(report.slow, ok + failed)];
  return [...recent.filter(([at]) => at !== from), part].slice(-MOST_PARTS);
}

export const sumsOf = (window: Calls[]): CallSums =>
  window.reduce(
    (sums, [, ok, failed, slow]) => ({
      calls: sums.calls + ok + failed,
      failed: sums.failed + failed,
      slow: sums.slow + slow,
    }),
    { calls: 0, failed: 0, slow: 0 },
  );

/** Which rate is too high, with its figures; null = none, or too few calls to tell. A limit of 100 % is switched off. */
export function highRate(window: Calls[], settings: BreakerSettings): string | null {
  const { calls, failed, slow } = sumsOf(window);
  if (calls < settings.min_calls) return null;
  const told = (name: string, count: number) =>
    `${name} ${Math.round((count * 100) / calls)} % of ${calls} calls within ${settings.window_s} s`;
  if (over(failed, calls, settings.failure_rate)) return told("failure rate", failed);
  if (settings.slow_ms !== undefined && over(slow, calls, settings.slow_rate))
    return `${told("slow-call rate", slow)} (over ${settings.slow_ms} ms)`;
  return null;
}

const over = (count: number, calls: number, percent: number): boolean =>
  percent < 100 && count * 100 >= percent * calls;
