import type { Behaviour } from "../../test/support/emulated-transport.ts";

/** The default of an endpoint's `ping_timeout_ms`. */
export const TIMEOUT_MS = 100;
export const MEDIAN_MS = 35;
export const LATE = 0.05;
/** Of the standard normal: 5 % lie above. */
const Z_LATE = 1.6449;
/** Log-normal with this median of which exactly 5 % come after the timeout. */
export const SIGMA = Math.log(TIMEOUT_MS / MEDIAN_MS) / Z_LATE;

export function logNormal(random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return MEDIAN_MS * Math.exp(SIGMA * normal);
}

/** What the network saw of one ping. Times are epoch ms. */
export interface Seen {
  asked: number;
  /** When the last counted bid left its buyer, or the last late buyer's time was over. */
  last: number;
}

/** Buyers by their number who note which ping (`n` in the URL) reached them. */
export const noting =
  (random: () => number, now: () => number, seen: Map<number, Seen>): Behaviour =>
  ({ url }) => {
    const after_ms = logNormal(random);
    const n = Number(url.slice(url.lastIndexOf("=") + 1));
    const ping = seen.get(n) ?? { asked: 0, last: 0 };
    ping.asked++;
    ping.last = Math.max(ping.last, now() + Math.min(after_ms, TIMEOUT_MS));
    seen.set(n, ping);
    return { after_ms, body: '{"bid":12.5}' };
  };
