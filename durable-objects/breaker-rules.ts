import type { BreakerSettings } from "../schema/config/buyer.ts";
import type { BreakerState } from "../schema/lists.ts";
import type { HealthReport } from "../schema/rpc/account.ts";
import { type Calls, highRate, withCalls } from "./breaker-window-rules.ts";

/**
 * One endpoint's breaker in one phase. Times are epoch ms.
 * closed → open (failures in a row, or a rate) → half_open (the pause is over, exactly one probe is on its way) → closed or open.
 */
export interface Breaker {
  state: BreakerState;
  /** The present run of failures as [when reported, how many]; a success empties it. */
  recent: [at: number, failures: number][];
  /** While closed: calls of the gliding window, for the rates. */
  window: Calls[];
  opened_at: number | null;
  /** While open: no probe before. */
  until: number | null;
  /** Pauses since it last worked for a good spell; each doubles the next. */
  pauses: number;
  /** While half open: who tries, a reservation id or a probe of the object's own. */
  probe: string | null;
  /** Closed again after a pause: since when, and the successes reported since. null = never opened, or a good spell is behind it. */
  spell: { since: number; ok: number } | null;
  /** Closed without proof: the next failure opens it, the first success takes this back. */
  trial: boolean;
}

export const CLOSED: Breaker = {
  state: "closed",
  recent: [],
  window: [],
  opened_at: null,
  until: null,
  pauses: 0,
  probe: null,
  spell: null,
  trial: false,
};

/**
 * What a probe showed. `up`: the system answers, though nothing proves that it takes leads; `undecided`: it lives but took nothing
 * (429, say); `unused`: nothing was sent after all; `unavailable`: no probe can be made.
 */
export type ProbeResult = "ok" | "failed" | "up" | "undecided" | "unused" | "unavailable";

/** Failures in a row that still count at `now`. */
export const failuresOf = (breaker: Breaker): number => breaker.recent.reduce((sum, [, failures]) => sum + failures, 0);

/** Closed, and not only on trial. */
export const isSound = (breaker: Breaker): boolean => breaker.state === "closed" && !breaker.trial;

/** The pause before probe number `pauses` + 1, in ms: doubles from `pause_s` up to `max_pause_s`. */
export function pauseMs(settings: BreakerSettings, pauses: number): number {
  return Math.min(settings.pause_s * 2 ** Math.min(pauses, 30), settings.max_pause_s) * 1_000;
}

export interface Merged {
  breaker: Breaker;
  /** Why it turned, with figures; empty when it did not. */
  why: string;
}

/**
 * Adds what one isolate saw. Opens when `failures` came in a row within `within_s`, or when a rate of the window is too high.
 * Reports say nothing to a breaker that is open or half open (only its probe decides), nor when they tell of calls from before it
 * closed: a probe's own failure comes twice, by its reservation and by a report.
 */
export function merged(breaker: Breaker, report: HealthReport, settings: BreakerSettings, now: number): Merged {
  const heard = now - (report.age_ms ?? 0);
  if (breaker.state !== "closed" || (breaker.spell && heard < breaker.spell.since)) return { breaker, why: "" };
  const next = rested(counted(breaker, report, settings, now), settings, now);
  if (next.trial && report.failed > 0) return { breaker: opened(next, settings, now), why: "failed on trial" };
  const failures = failuresOf(next);
  if (failures >= settings.failures)
    return { breaker: opened(next, settings, now), why: `${failures} failures in a row` };
  const rate = highRate(next.window, settings);
  if (rate !== null) return { breaker: opened(next, settings, now), why: rate };
  return { breaker: next, why: breaker.trial && !next.trial ? "success on trial" : "" };
}

function counted(breaker: Breaker, report: HealthReport, settings: BreakerSettings, now: number): Breaker {
  const broken = report.ok > 0 || report.streak < 0;
  const failures = broken ? Math.max(0, report.streak) : report.failed;
  const recent = (broken ? [] : breaker.recent).filter(([at]) => at > now - settings.within_s * 1_000);
  if (failures > 0) recent.push([now, failures]);
  return {
    ...breaker,
    recent,
    window: withCalls(breaker.window, report, settings, now),
    spell: breaker.spell && { ...breaker.spell, ok: breaker.spell.ok + report.ok },
    trial: breaker.trial && !broken,
  };
}

/**
 * After a good spell the pauses begin anew: a whole window with `min_calls` successes; of an endpoint with little traffic also the
 * longest pause with a single one. Before, an endpoint that comes and goes is left alone for longer and longer.
 */
function rested(breaker: Breaker, settings: BreakerSettings, now: number): Breaker {
  const { spell } = breaker;
  if (!spell || spell.ok === 0) return breaker;
  const lasted = now - spell.since;
  const busy = lasted >= settings.window_s * 1_000 && spell.ok >= settings.min_calls;
  const long = lasted >= Math.max(settings.window_s, settings.max_pause_s) * 1_000;
  return busy || long ? { ...breaker, pauses: 0, spell: null } : breaker;
}

/**
 * May a post to this endpoint be reserved now? `probe`: yes, and it must be the one probe. A real lead is one only where its
 * contract allows it; for the others the object finds out without one.
 */
export function admission(breaker: Breaker, now: number, probe_with_lead: boolean): "pass" | "probe" | "refuse" {
  if (breaker.state === "closed") return "pass";
  return probe_with_lead && mayProbe(breaker, now) ? "probe" : "refuse";
}

/** Open, and its pause is over. */
export const mayProbe = (breaker: Breaker, now: number): boolean =>
  breaker.state === "open" && now >= (breaker.until ?? 0);

export const probing = (breaker: Breaker, probe: string): Breaker => ({
  ...breaker,
  state: "half_open",
  until: null,
  probe,
});

/** A success of ordinary traffic: ends a run of failures, and a trial; means nothing to a breaker that is not closed. */
export function succeeded(breaker: Breaker): Breaker {
  if (breaker.state !== "closed" || (breaker.recent.length === 0 && !breaker.trial)) return breaker;
  return { ...breaker, recent: [], trial: false };
}

/**
 * Ends a probe: `ok` closes; `up` and `unavailable` close on trial; `failed` opens for twice as long, `undecided` for as long as last
 * time; `unused` leaves the next one free to try.
 */
export function probed(breaker: Breaker, result: ProbeResult, settings: BreakerSettings, now: number): Breaker {
  switch (result) {
    case "ok":
      return closedAgain(breaker, false, now);
    case "up":
    case "unavailable":
      return closedAgain(breaker, true, now);
    case "failed":
      return opened(breaker, settings, now);
    case "undecided":
      return opened({ ...breaker, pauses: Math.max(0, breaker.pauses - 1) }, settings, now);
    case "unused":
      return { ...breaker, state: "open", until: now, probe: null };
  }
}

/** The pauses go on growing until a good spell is behind it. */
const closedAgain = (breaker: Breaker, trial: boolean, now: number): Breaker => ({
  ...CLOSED,
  pauses: breaker.pauses,
  spell: { since: now, ok: 0 },
  trial,
});

function opened(breaker: Breaker, settings: BreakerSettings, now: number): Breaker {
  return {
    ...CLOSED,
    state: "open",
    recent: breaker.recent,
    opened_at: breaker.state === "closed" ? now : (breaker.opened_at ?? now),
    until: now + pauseMs(settings, breaker.pauses),
    pauses: breaker.pauses + 1,
  };
}
