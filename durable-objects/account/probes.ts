import type { Phase } from "../../schema/lists.ts";
import { type ProbeResult, probing } from "../breaker-rules.ts";
import { breakerOf, endProbe, type Of, ofProbeKey, turn } from "./breakers.ts";
import { allContractTerms, buyerTerms, endpointTerms, maintenanceOf } from "./known-terms.ts";
import type { Room } from "./room.ts";

/** A probe of the object's own that has shown nothing by then died with its object or its call: that is a failure. */
const LEASE_MS = 60_000;

/** A probe that the object makes by itself. */
export interface OwnProbe extends Of {
  probe: string;
}

/**
 * Work of a due row `probe`: the probe that the caller makes now and reports by {@link endProbe}, or null. A post breaker waits one
 * pause longer where a contract lets a real lead try.
 */
export function beginProbe(room: Room, key: string, now: number): OwnProbe | null {
  const of = ofProbeKey(key);
  const breaker = breakerOf(room, of.endpoint_id, of.phase);
  if (breaker.state === "half_open") {
    // The row is this probe's lease, and it is over. A real lead's lease is its hold: it has no row.
    endProbe(room, of, breaker.probe, "failed", now);
    return null;
  }
  if (breaker.state === "closed") {
    room.due.drop("probe", key);
    return null;
  }
  const put = (at: number): null => {
    room.due.put("probe", key, at);
    return null;
  };
  const endpoint = endpointTerms(room, of.endpoint_id);
  const pause = endpoint.breaker.pause_s * 1_000;
  // The row was put at the end of the pause, or later.
  const until = breaker.until ?? now;
  // Nobody answers while they work on it: a probe would only make the pause longer.
  const off = endpoint.paused || buyerTerms(room).paused || maintenanceOf(room, of.endpoint_id, now) !== null;
  if (off) return put(now + pause);
  if (of.phase === "post" && now < until + pause && leadsMayProbe(room, of.endpoint_id)) return put(until + pause);
  const probe = `own:${now}`;
  turn(room, of, probing(breaker, probe), WHY[of.phase], now);
  put(now + LEASE_MS);
  return { ...of, probe };
}

const WHY: Record<Phase, string> = { ping: "probe by a sample ping", post: "probe without a lead" };

/** Does a contract through this endpoint allow a real lead to try it? */
const leadsMayProbe = (room: Room, endpoint_id: string): boolean =>
  allContractTerms(room).some((of) => of.endpoint_id === endpoint_id && of.probe_with_lead && !of.paused);

/** Makes the one call that decides on a breaker. */
export interface Probes {
  ping(endpoint_id: string): Promise<ProbeResult>;
  /** Never with a real lead. */
  post(endpoint_id: string): Promise<ProbeResult>;
}

/** Makes a probe that has begun, and ends it. */
export async function makeProbe(room: Room, probes: Probes, own: OwnProbe, clock: () => number): Promise<void> {
  const { endpoint_id, phase, probe } = own;
  // A probe that throws is our defect, not the buyer's failure.
  const result = await probes[phase](endpoint_id).catch(() => "unavailable" as const);
  room.sql.transaction(() => endProbe(room, own, probe, result, clock()));
}
