import type { BreakerState } from "../schema/lists.ts";
import type { EndpointTerms, HealthReport } from "../schema/rpc/account.ts";

export type BreakerSettings = EndpointTerms["breaker"];

/**
 * One endpoint's breaker in one phase. Times are epoch ms.
 * closed → open (enough failures in a row) → half_open (the pause is over, exactly one probe is on its way) → closed or open.
 */
export interface Breaker {
  state: BreakerState;
  /** The present run of failures as [when reported, how many]; a success empties it. */
  recent: [at: number, failures: number][];
  opened_at: number | null;
  /** While open: no probe before. */
  until: number | null;
  /** Pauses since it was last closed for good; each doubles the next. */
  pauses: number;
  /** While half open: who tries, a reservation id or `ping`. */
  probe: string | null;
}

export const CLOSED: Breaker = { state: "closed", recent: [], opened_at: null, until: null, pauses: 0, probe: null };

/** What a probe showed. `undecided`: a live system that took nothing (429, say); `unused`: nothing was sent after all. */
export type ProbeResult = "ok" | "failed" | "undecided" | "unused";

/** Failures in a row that still count at `now`. */
export const failuresOf = (breaker: Breaker): number => breaker.recent.reduce((sum, [, failures]) => sum + failures, 0);

/** The pause before probe number `pauses` + 1, in ms: doubles from `pause_s` up to `max_pause_s`. */
export function pauseMs(settings: BreakerSettings, pauses: number): number {
  return Math.min(settings.pause_s * 2 ** Math.min(pauses, 30), settings.max_pause_s) * 1_000;
}

/**
 * Adds what one isolate saw. Opens when `failures` came in a row within `within_s`. Reports say nothing to a breaker that is open
 * or half open: they tell of requests from before, only its probe decides.
 */
export function merged(breaker: Breaker, report: HealthReport, settings: BreakerSettings, now: number): Breaker {
  if (breaker.state !== "closed") return breaker;
  const broken = report.ok > 0 || report.streak < 0;
  if (broken && report.streak <= 0) return succeeded(breaker);
  const failures = broken ? Math.max(0, report.streak) : report.failed;
  const before = broken ? [] : breaker.recent;
  const recent = before.filter(([at]) => at > now - settings.within_s * 1_000);
  if (failures > 0) recent.push([now, failures]);
  const next: Breaker = { ...breaker, recent, pauses: broken ? 0 : breaker.pauses };
  return failuresOf(next) >= settings.failures ? opened(next, settings, now) : next;
}

/** May a post to this endpoint be reserved now? `probe`: yes, and it must be the one probe. */
export function admission(breaker: Breaker, now: number): "pass" | "probe" | "refuse" {
  if (breaker.state === "closed") return "pass";
  return breaker.state === "open" && now >= (breaker.until ?? 0) ? "probe" : "refuse";
}

export const probing = (breaker: Breaker, probe: string): Breaker => ({
  ...breaker,
  state: "half_open",
  until: null,
  probe,
});

/** A success of ordinary traffic: ends a run of failures; means nothing to a breaker that is not closed. */
export function succeeded(breaker: Breaker): Breaker {
  if (breaker.state !== "closed" || (breaker.recent.length === 0 && breaker.pauses === 0)) return breaker;
  return CLOSED;
}

/** Ends a probe: `ok` closes, `failed` opens for twice as long, `undecided` for as long as last time, `unused` leaves the next one free to try. */
export function probed(breaker: Breaker, result: ProbeResult, settings: BreakerSettings, now: number): Breaker {
  switch (result) {
    case "ok":
      return CLOSED;
    case "failed":
      return opened(breaker, settings, now);
    case "undecided":
      return opened({ ...breaker, pauses: Math.max(0, breaker.pauses - 1) }, settings, now);
    case "unused":
      return { ...breaker, state: "open", until: now, probe: null };
  }
}

/** Closed again without a probe, for want of one: the next failure opens it anew, and its pauses go on growing. */
export function onTrial(breaker: Breaker, settings: BreakerSettings, now: number): Breaker {
  return {
    ...breaker,
    state: "closed",
    recent: [[now, Math.max(0, settings.failures - 1)]],
    opened_at: null,
    until: null,
    probe: null,
  };
}

function opened(breaker: Breaker, settings: BreakerSettings, now: number): Breaker {
  return {
    state: "open",
    recent: breaker.recent,
    opened_at: breaker.state === "closed" ? now : (breaker.opened_at ?? now),
    until: now + pauseMs(settings, breaker.pauses),
    pauses: breaker.pauses + 1,
    probe: null,
  };
}
