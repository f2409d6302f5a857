import type { BreakerState, Phase } from "../../../schema/lists.ts";

export interface BreakerEvent {
  /** Epoch ms. */
  at: number;
  endpoint_id: string;
  phase: Phase;
  state: BreakerState;
  why: string;
}
export interface Stretch {
  from: number;
  to: number;
  state: BreakerState;
  /** Why it began; empty: before what is known. */
  why: string;
}
export interface Lane {
  endpoint_id: string;
  phase: Phase;
  stretches: Stretch[];
  /** Ms that it was not closed. */
  away_ms: number;
  opened: number;
}

/** What a breaker was before it became this: it opens from closed, and closes or is tried from open. */
const BEFORE: Record<BreakerState, BreakerState> = { open: "closed", half_open: "open", closed: "open" };

/** Each breaker's states over the range as stretches, oldest first; a breaker without an event was as it is now all the time. */
export function lanesOf(
  events: readonly BreakerEvent[],
  now: readonly { endpoint_id: string; phase: Phase; state: BreakerState }[],
  range: { from: number; to: number },
): Lane[] {
  return now.map(({ endpoint_id, phase, state }) => {
    const own = events
      .filter((event) => event.endpoint_id === endpoint_id && event.phase === phase && event.at >= range.from)
      .sort((a, b) => a.at - b.at);
    const first = own[0];
    const starts = [
      { at: range.from, state: first ? BEFORE[first.state] : state, why: "" },
      ...own.filter((event) => event.at < range.to),
    ];
    const stretches = starts.flatMap((start, i): Stretch[] => {
      const to = starts[i + 1]?.at ?? range.to;
      return to > start.at ? [{ from: start.at, to, state: start.state, why: start.why }] : [];
    });
    return {
      endpoint_id,
      phase,
      stretches: joined(stretches),
      away_ms: stretches.reduce((sum, one) => sum + (one.state === "closed" ? 0 : one.to - one.from), 0),
      opened: own.filter((event, i) => event.state === "open" && own[i - 1]?.state !== "half_open").length,
    };
  });
}

/** Events that change nothing (open again for longer) make no stretch of their own. */
function joined(stretches: Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  for (const one of stretches) {
    const last = result[result.length - 1];
    if (last && last.state === one.state) last.to = one.to;
    else result.push({ ...one });
  }
  return result;
}
