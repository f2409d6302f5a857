/** A token that an endpoint needs before anything is sent to it, as the buyer's object keeps it: all of it sealed. */
export interface KeptToken {
  /** Counts the tokens of this endpoint; a caller names the one that was refused by it. */
  serial: number;
  /** The access token and what its answer carried, sealed; null: there is none. */
  sealed: string | null;
  fetched_at: number;
  expires_at: number;
  /** Version of the endpoint with which it was fetched. */
  version: number;
  /** A refresh token that replaced the configured one, sealed, and a digest of the configured one that it came from. */
  refresh: { sealed: string; basis: string } | null;
  /** Fetches in a row that brought nothing; when the last was, and what came of it. */
  failures: number;
  failed_at: number;
  why: string | null;
  /** The operator was told of this run of failures. */
  alerted: boolean;
}

/** What a fetch brought. */
export interface TokenGrant {
  kind: "granted";
  sealed: string;
  lifetime_ms: number;
  version: number;
  refresh: KeptToken["refresh"];
}
/** `refused`: the buyer says no to our credentials, or there are none. `failed`: no usable answer; another try may help. */
export interface TokenFailure {
  kind: "refused" | "failed";
  /** Names no secret. */
  why: string;
}
/** `unneeded`: the endpoint has no such `auth` any more. */
export type TokenFetched = TokenGrant | TokenFailure | { kind: "unneeded" };

export const NO_TOKEN: KeptToken = {
  serial: 0,
  sealed: null,
  fetched_at: 0,
  expires_at: 0,
  version: -1,
  refresh: null,
  failures: 0,
  failed_at: 0,
  why: null,
  alerted: false,
};

/** A token that is about to end is no help to a request that takes time. */
const MARGIN_MS = 2_000;
/** A token that is refused so soon after it was fetched is not what is wrong. */
const YOUNG_MS = 2_000;
/** After a failure nobody fetches for so long; it doubles with each failure in a row. */
const PAUSE_MS = { failed: 2_000, refused: 30_000 } as const;
const MOST_PAUSE_MS = { failed: 60_000, refused: 900_000 } as const;
/** Failures in a row of which the operator hears; of a refusal at once. */
const TELL_AT = 3;

/** May it be used for a request that begins now? `refused`: the serial of a token that the buyer did not take. */
export const isUsable = (kept: KeptToken, now: number, refused?: number): boolean =>
  kept.sealed !== null && kept.serial !== refused && kept.expires_at > now + MARGIN_MS;

/** Ms until a fetch makes sense; 0: now. */
export function fetchIn(kept: KeptToken, now: number, refused?: number): number {
  if (kept.failures > 0) return Math.max(0, kept.failed_at + pauseOf(kept) - now);
  const young = kept.sealed !== null && kept.serial === refused;
  return young ? Math.max(0, kept.fetched_at + YOUNG_MS - now) : 0;
}

function pauseOf({ failures, why }: KeptToken): number {
  const kind = why?.startsWith("refused: ") ? "refused" : "failed";
  return Math.min(MOST_PAUSE_MS[kind], PAUSE_MS[kind] * 2 ** Math.min(failures - 1, 10));
}

/** A token that was fetched with an older version of the endpoint than the one in force is fetched again after so long. */
const OUTDATED_MS = 30_000;

/** Where it stands after a fetch, and when the next one is due. `jitter`: in [0, 1); `version`: of the endpoint, in force. */
export function afterFetch(
  kept: KeptToken,
  fetched: TokenGrant | TokenFailure,
  now: number,
  { jitter, version: wanted }: { jitter: number; version: number },
): { kept: KeptToken; due: number; alert: "failed" | "restored" | null } {
  if (fetched.kind === "granted") {
    const { sealed, lifetime_ms, version, refresh } = fetched;
    const serial = kept.serial + 1;
    const anew = { ...NO_TOKEN, serial, sealed, fetched_at: now, expires_at: now + lifetime_ms, version, refresh };
    // At about 80 % of its life: 75 to 85.
    const life_ms = Math.floor(lifetime_ms * (0.75 + 0.1 * jitter));
    const due = now + (version < wanted ? Math.min(OUTDATED_MS, life_ms) : life_ms);
    return { kept: anew, due, alert: kept.alerted ? "restored" : null };
  }
  const failures = kept.failures + 1;
  const tells = !kept.alerted && (fetched.kind === "refused" || failures >= TELL_AT);
  const alerted = kept.alerted || tells;
  const next = { ...kept, failures, failed_at: now, why: `${fetched.kind}: ${fetched.why}`, alerted };
  const due = now + Math.floor(pauseOf(next) * (1 + 0.2 * jitter));
  return { kept: next, due, alert: tells ? "failed" : null };
}

/** The buyer did not take this token: nobody uses it any more. A token that has replaced it meanwhile stays. */
export const dropped = (kept: KeptToken, refused: number): KeptToken =>
  kept.serial === refused ? { ...kept, sealed: null } : kept;
