/** The accounts' clocks may differ from the world's by so much. */
export const SKEW_MS = 250;
export const HOUR_MS = 3_600_000;

/** The window's number; null when the account's clock may see another one. */
export function windowOf(per: string, at: number, offset: number): number | null {
  if (per === "total") return 0;
  const length = per === "hour" ? HOUR_MS : 24 * HOUR_MS;
  // Hours are the zone's own clock hours: half-hour zones have theirs at half past.
  const number = (ms: number) => Math.floor((ms + offset) / length);
  return number(at - SKEW_MS) === number(at + SKEW_MS) ? number(at) : null;
}
