import type { Contract } from "../../schema/config/buyer.ts";

/** A buyer may ask us to wait this long at most; more is a mistake, or means "not today". */
const RETRY_AFTER_MAX_MS = 3_600_000;

/**
 * Ms until the next request: 2, 4, 8, 16, 32 s (doubled from the contract's first delay, at most its longest, 60 s by default) with full
 * jitter, so that the leads of one outage do not come back together. `Retry-After` is the least, up to an hour.
 * @param attempt how many requests there were, from 1
 * @param random uniform in [0, 1)
 */
export function retryDelayMs(
  attempt: number,
  retry: Pick<Contract["retry"], "first_delay_s" | "max_delay_s">,
  random: number,
  retryAfterMs?: number,
): number {
  const longest = Math.min(retry.first_delay_s * 2 ** Math.max(0, attempt - 1), retry.max_delay_s) * 1_000;
  const asked = retryAfterMs !== undefined && retryAfterMs > 0 ? Math.min(retryAfterMs, RETRY_AFTER_MAX_MS) : 0;
  return Math.ceil(Math.max(longest * random, asked));
}
