import type { BreakerState } from "../../../schema/lists.ts";
import type { Lane } from "./world.ts";

/** A breaker's change of state as the ledger has it. `at`: epoch ms. */
export interface Turn {
  at: number;
  state: BreakerState;
  why: string;
}
/** Times in seconds since the run began. */
export interface Span {
  from: number;
  to: number;
  state: BreakerState;
  /** Closed, and the next failure opens it again. */
  trial: boolean;
}
export interface LaneData {
  lane: Lane;
  spans: Span[];
  /** Calls that the buyer received in each second. */
  calls: number[];
}
export interface Run {
  seconds: number;
  outage: { from: number; to: number };
  lanes: LaneData[];
}

/** The states of one breaker from its turns, from closed at second 0 to the end. */
export function spansOf(turns: Turn[], began: number, seconds: number): Span[] {
  const spans: Span[] = [{ from: 0, to: seconds, state: "closed", trial: false }];
  for (const { at, state, why } of turns.toSorted((a, b) => a.at - b.at)) {
    const from = Math.min(seconds, Math.max(0, (at - began) / 1_000));
    const last = spans.at(-1);
    if (last) last.to = from;
    spans.push({
      from,
      to: seconds,
      state,
      trial: why.includes("trial") && state === "closed" && !why.startsWith("success"),
    });
  }
  return spans.filter(({ from, to }) => to > from || to === seconds);
}

/** How many of `times` (epoch ms) fall into each second. */
export function perSecond(times: number[], began: number, seconds: number): number[] {
  const counts = Array.from({ length: seconds }, () => 0);
  for (const time of times) {
    const second = Math.floor((time - began) / 1_000);
    if (second >= 0 && second < seconds) counts[second] = (counts[second] ?? 0) + 1;
  }
  return counts;
}

export interface Summary {
  lane: string;
  /** Seconds from the outage's begin to the first opening; null: it never opened. */
  opened_after: number | null;
  /** Calls that the buyer received in the outage: before it opened, and while it was open. */
  calls_before: number;
  calls_during: number;
  /** Times in the outage at which the breaker let something try. */
  probes: number;
  /** Seconds from the outage's end until it was closed for good; null: it was not. */
  closed_after: number | null;
}

export function summaryOf({ lane, spans, calls }: LaneData, { outage, seconds }: Run): Summary {
  const opening = spans.find(({ state, from }) => state === "open" && from >= outage.from);
  const at = opening?.from ?? outage.to;
  const last = spans.at(-1);
  const sum = (from: number, to: number) =>
    calls.slice(Math.floor(from), Math.ceil(Math.min(to, seconds))).reduce((total, n) => total + n, 0);
  return {
    lane: lane.endpoint_id,
    opened_after: opening ? round(opening.from - outage.from) : null,
    calls_before: sum(outage.from, at),
    calls_during: sum(Math.ceil(at), outage.to),
    probes: spans.filter(({ state, from }) => state === "half_open" && from >= at && from < outage.to).length,
    closed_after: last?.state === "closed" && opening ? round(Math.max(0, last.from - outage.to)) : null,
  };
}

const round = (seconds: number): number => Math.round(seconds * 10) / 10;
