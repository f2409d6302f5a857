import type { LedgerEvent } from "../../schema/events.ts";
import type { Phase } from "../../schema/lists.ts";
import type { HealthReport } from "../../schema/rpc/account.ts";
import {
  type Breaker,
  CLOSED,
  isSound,
  merged,
  type ProbeResult,
  probed,
  probing,
  succeeded,
} from "../breaker-rules.ts";
import { breakerOf, keptBreaker, publishEndpoint } from "./endpoint-status.ts";
import { endpointTerms } from "./known-terms.ts";
import { type Room, tell } from "./room.ts";

export { breakerOf } from "./endpoint-status.ts";

export interface Of {
  endpoint_id: string;
  phase: Phase;
}

/** The due row of kind `probe`: when the object looks after an open breaker by itself. */
export const probeKey = ({ endpoint_id, phase }: Of): string =>
  phase === "ping" ? endpoint_id : `post/${endpoint_id}`;
export const ofProbeKey = (key: string): Of =>
  key.startsWith("post/")
    ? { endpoint_id: key.slice("post/".length), phase: "post" }
    : { endpoint_id: key, phase: "ping" };

/** Writes a breaker's next state; a change of state is told to the snapshots (status), the ledger and the operator at once. */
export function turn(room: Room, of: Of, next: Breaker, why: string, now: number): void {
  const { endpoint_id, phase } = of;
  const { breaker, changes } = keptBreaker(room, endpoint_id, phase);
  if (JSON.stringify(next) === JSON.stringify(breaker)) return;
  const turned = next.state !== breaker.state || next.until !== breaker.until || next.trial !== breaker.trial;
  room.sql.run(
    "INSERT INTO breakers (endpoint_id, phase, body, changes) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body, changes = excluded.changes",
    endpoint_id,
    phase,
    JSON.stringify(next),
    changes + (turned ? 1 : 0),
  );
  if (!turned) return;
  if (next.state === "open") room.due.put("probe", probeKey(of), next.until ?? now);
  else room.due.drop("probe", probeKey(of));
  const id = `${room.buyer}:${endpoint_id}:${phase}:${changes + 1}`;
  const event = { id, at: now, buyer_id: room.buyer, endpoint_id, phase, state: next.state, why };
  tell(room, [{ table: "breaker_events", row: event }, ...alertOf(id, of, breaker, next, why, now)], now);
  publishEndpoint(room, endpoint_id, now);
}

/** The operator hears of the first opening and of the proven recovery, not of every probe or trial between. */
function alertOf(id: string, of: Of, from: Breaker, to: Breaker, why: string, now: number): LedgerEvent[] {
  if (isSound(from) === isSound(to)) return [];
  const { endpoint_id, phase } = of;
  const message = `${phase} breaker of ${endpoint_id} ${isSound(to) ? "closed" : "opened"}: ${why}`;
  const kind = isSound(to) ? "breaker_closed" : "breaker_opened";
  return [
    { table: "alerts", row: { id: `breaker:${id}`, at: now, kind, subject: `endpoint:${endpoint_id}`, message } },
  ];
}

/** Merges what isolates saw. Counts arrive about once a second an isolate. */
export function mergeHealth(room: Room, report: HealthReport, now: number): void {
  const { endpoint_id, phase } = report;
  const settings = endpointTerms(room, endpoint_id).breaker;
  const { breaker, why } = merged(breakerOf(room, endpoint_id, phase), report, settings, now);
  turn(room, { endpoint_id, phase }, breaker, why, now);
}

/** The post breaker lets exactly this reservation through, to find out. Its hold is the probe's lease: it ends in doubt, a failure. */
export function beginPostProbe(room: Room, endpoint_id: string, reservation_id: string, now: number): void {
  const next = probing(breakerOf(room, endpoint_id, "post"), reservation_id);
  turn(room, { endpoint_id, phase: "post" }, next, "probe by a real lead", now);
}

export const isPostProbe = (room: Room, of: { endpoint_id: string; reservation_id: string }): boolean => {
  const breaker = breakerOf(room, of.endpoint_id, "post");
  return breaker.state === "half_open" && breaker.probe === of.reservation_id;
};

/**
 * How a reservation ended tells of its endpoint: it decides a probe; otherwise a success ends a run of failures. Failures count
 * once, by the isolates' reports. What was in doubt may have ended by policy, by a report or by an operator's word, none of which the
 * endpoint answered: whether a repeat succeeded the isolates tell as well.
 */
export function postShowed(
  room: Room,
  {
    endpoint_id,
    reservation_id,
    doubted_at,
  }: { endpoint_id: string; reservation_id: string; doubted_at: number | null },
  result: ProbeResult,
  now: number,
): void {
  const of: Of = { endpoint_id, phase: "post" };
  if (isPostProbe(room, { endpoint_id, reservation_id })) endProbe(room, of, reservation_id, result, now);
  else if (result === "ok" && doubted_at === null)
    turn(room, of, succeeded(breakerOf(room, endpoint_id, "post")), "success", now);
}

/** Ends the probe under way, if it is this one: the result of one whose lease was over comes too late. */
export function endProbe(room: Room, of: Of, probe: string | null, result: ProbeResult, now: number): void {
  const breaker = breakerOf(room, of.endpoint_id, of.phase);
  if (breaker.state !== "half_open" || breaker.probe !== probe) return;
  const next = probed(breaker, result, endpointTerms(room, of.endpoint_id).breaker, now);
  turn(room, of, next, `probe: ${result}${next.trial ? ", on trial" : ""}`, now);
}

/** By hand: whatever it was, it is closed now. */
export function resetBreaker(room: Room, endpoint_id: string, phase: Phase, author: string, now: number): void {
  turn(room, { endpoint_id, phase }, CLOSED, `reset by ${author}`, now);
}
