import type { Cap } from "../schema/config/buyer.ts";
import type { CapPeriod } from "../schema/lists.ts";
import type { Money } from "../schema/money.ts";
import type { Window } from "./window-rules.ts";

export { type Window, windowEnd, windowKey, windowsAt } from "./window-rules.ts";

/** What one scope (a contract, or one source of it) has used, by window key: [count, money, ends]. */
export type Tally = Record<string, [count: number, money: number, ends: number | null]>;

/** Tallies of a contract by source; "" is the contract as a whole. */
export type Tallies = ReadonlyMap<string, Tally>;

/**
 * How long a window outlives its end: a date is found again after the contract has moved to another time zone (26 hours apart at
 * most); an hour's key carries its offset, and only a clock that steps back needs it.
 */
const KEEP_MS = { hour: 3_600_000, date: 172_800_000 };

const keepMs = (key: string): number => (key.startsWith("hour:") ? KEEP_MS.hour : KEEP_MS.date);

/** Counts one reservation in; windows long past are left out of the result. Every period is counted, capped or not: a cap that is set at noon knows the morning. */
export function counted(tally: Tally, windows: readonly Window[], amount: Money, now: number): Tally {
  const next: Tally = {};
  for (const [key, used] of Object.entries(tally))
    if (used[2] === null || used[2] + keepMs(key) > now) next[key] = used;
  for (const window of windows) {
    const [count, money] = next[window.key] ?? [0, 0];
    next[window.key] = [count + 1, money + amount, window.ends];
  }
  return next;
}

/** Gives count and money back to the windows they were taken from; a window that is gone wants nothing back. */
export function givenBack(tally: Tally, keys: string[], count: number, amount: number): Tally {
  const next: Tally = { ...tally };
  for (const key of keys) {
    const used = next[key];
    if (!used) continue;
    if (used[0] < count || used[1] < amount) throw new Error("a cap must not be given back more than was taken");
    next[key] = [used[0] - count, used[1] - amount, used[2]];
  }
  return next;
}

export interface CapUse {
  cap: Cap;
  /** null: the contract as a whole. */
  source: string | null;
  count: number;
  money: number;
  ends: number | null;
}

/** How far each cap is used, one row per cap and source that it applies to ("*": every source seen so far). */
export function capUses(caps: Cap[], tallies: Tallies, windows: readonly Window[]): CapUse[] {
  return caps.flatMap((cap) => scopesOf(cap, tallies).map((scope) => useOf(cap, scope, tallies, windows)));
}

function scopesOf(cap: Cap, tallies: Tallies): string[] {
  if (cap.source === undefined) return [""];
  return cap.source === "*" ? [...tallies.keys()].filter((source) => source !== "") : [cap.source];
}

function useOf(cap: Cap, scope: string, tallies: Tallies, windows: readonly Window[]): CapUse {
  const window = windowOf(cap.per, windows);
  const [count, money] = tallies.get(scope)?.[window.key] ?? [0, 0];
  return { cap, source: scope === "" ? null : scope, count, money, ends: window.ends };
}

function windowOf(period: CapPeriod, windows: readonly Window[]): Window {
  const window = windows.find((candidate) => candidate.period === period);
  if (!window) throw new Error("every period must have its window");
  return window;
}

export interface CapBreach {
  /** Which cap, and whether by count or by money. */
  detail: string;
  /** Epoch ms when all that the lead oversteps have ended; null = it will never fit. */
  until: number | null;
}

/** The first cap that one more lead of `amount` from `source` would overstep, in the contract's own order; null = it fits. */
export function capBreach(
  caps: Cap[],
  tallies: Tallies,
  windows: readonly Window[],
  source: string,
  amount: Money,
): CapBreach | null {
  const breaches = caps.flatMap((cap): CapBreach[] => {
    if (cap.source !== undefined && cap.source !== "*" && cap.source !== source) return [];
    const use = useOf(cap, cap.source === undefined ? "" : source, tallies, windows);
    const short = shortOf(cap, use.count, use.money, amount);
    if (short === null) return [];
    const scope = cap.source === undefined ? cap.per : `${cap.per} of ${source}`;
    // A lead that an empty window could not take either waits for nothing.
    return [{ detail: `${scope}: ${short}`, until: shortOf(cap, 0, 0, amount) === null ? use.ends : null }];
  });
  const first = breaches[0];
  return first ? { detail: first.detail, until: breaches.map((breach) => breach.until).reduce(laterOf) } : null;
}

function shortOf(cap: Cap, count: number, money: number, amount: Money): "count" | "money" | null {
  if (cap.count !== undefined && count + 1 > cap.count) return "count";
  return cap.money !== undefined && money + amount > cap.money ? "money" : null;
}

const laterOf = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : Math.max(a, b);

export interface Left {
  places: number;
  /** Epoch ms when the window ends that leaves so few; null = never. */
  until: number | null;
}

/** Places left under the tightest count cap of the whole contract (caps by source say nothing of it); null = it has none. */
export function placesLeft(caps: Cap[], tallies: Tallies, windows: readonly Window[]): Left | null {
  const all = caps.flatMap((cap): Left[] => {
    if (cap.source !== undefined || cap.count === undefined) return [];
    const use = useOf(cap, "", tallies, windows);
    return [{ places: Math.max(0, cap.count - use.count), until: use.ends }];
  });
  if (all.length === 0) return null;
  const places = Math.min(...all.map((left) => left.places));
  const tightest = all.filter((left) => left.places === places);
  return { places, until: tightest.map((left) => left.until).reduce(laterOf) };
}

export interface ClosedScope {
  source: string | null;
  until: number | null;
}

/**
 * Scopes that can take no more, each until the last of its reached windows ends. A money cap counts as reached when not even the
 * smallest amount ever asked of the contract (`least`, null = none yet) fits any more.
 */
export function closedScopes(
  caps: Cap[],
  tallies: Tallies,
  windows: readonly Window[],
  least: Money | null,
): ClosedScope[] {
  const closed = new Map<string | null, number | null>();
  for (const use of capUses(caps, tallies, windows)) {
    const full = use.cap.count !== undefined && use.count >= use.cap.count;
    const spent =
      use.cap.money !== undefined && (use.money >= use.cap.money || use.money + (least ?? 0) > use.cap.money);
    if (!full && !spent) continue;
    const known = closed.get(use.source);
    closed.set(use.source, known === undefined ? use.ends : laterOf(known, use.ends));
  }
  return [...closed]
    .map(([source, until]) => ({ source, until }))
    .sort((a, b) => (a.source ?? "").localeCompare(b.source ?? ""));
}
