import type { LedgerEvent } from "../../schema/events.ts";
import { PHASES, type Phase } from "../../schema/lists.ts";
import type { EndpointTerms, HealthReport } from "../../schema/rpc/account.ts";
import type { EndpointStatus } from "../../schema/status.ts";
import {
  type Breaker,
  CLOSED,
  failuresOf,
  merged,
  onTrial,
  type ProbeResult,
  probed,
  probing,
  succeeded,
} from "../breaker-rules.ts";
import { buyerTerms, endpointTerms } from "./known-terms.ts";
import { type Room, tell } from "./room.ts";
import { publish } from "./status.ts";

/** A ping probe that has not answered by then died with its object: another one is made. */
const PROBE_LEASE_MS = 60_000;

interface Kept {
  breaker: Breaker;
  changes: number;
}

function kept(room: Room, endpoint_id: string, phase: Phase): Kept {
  const row = room.sql.all<{ body: string; changes: number }>(
    "SELECT body, changes FROM breakers WHERE endpoint_id = ? AND phase = ?",
    endpoint_id,
    phase,
  )[0];
  return row ? { breaker: JSON.parse(row.body) as Breaker, changes: row.changes } : { breaker: CLOSED, changes: 0 };
}

export const breakerOf = (room: Room, endpoint_id: string, phase: Phase): Breaker =>
  kept(room, endpoint_id, phase).breaker;

/** Writes a breaker's next state; a change of state is told to the snapshots (status), the ledger and the operator at once. */
function turn(room: Room, endpoint_id: string, phase: Phase, next: Breaker, why: string, now: number): void {
  const { breaker, changes } = kept(room, endpoint_id, phase);
  if (JSON.stringify(next) === JSON.stringify(breaker)) return;
  const turned = next.state !== breaker.state || next.until !== breaker.until;
  room.sql.run(
    "INSERT INTO breakers (endpoint_id, phase, body, changes) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body, changes = excluded.changes",
    endpoint_id,
    phase,
    JSON.stringify(next),
    changes + (turned ? 1 : 0),
  );
  if (!turned) return;
  if (phase === "ping") {
    if (next.state === "open") room.due.put("probe", endpoint_id, next.until ?? now);
    if (next.state === "closed") room.due.drop("probe", endpoint_id);
  }
  const id = `${room.buyer}:${endpoint_id}:${phase}:${changes + 1}`;
  const event = { id, at: now, buyer_id: room.buyer, endpoint_id, phase, state: next.state, why };
  tell(
    room,
    [{ table: "breaker_events", row: event }, ...alertOf(id, endpoint_id, phase, breaker, next, why, now)],
    now,
  );
  publish(room, "endpoint", endpoint_id, statusOf(room, endpoint_id), now);
}

/** The operator hears of the first opening and of the recovery, not of every probe between. */
function alertOf(
  id: string,
  endpoint_id: string,
  phase: Phase,
  from: Breaker,
  to: Breaker,
  why: string,
  now: number,
): LedgerEvent[] {
  if ((from.state === "closed") === (to.state === "closed")) return [];
  const kind = to.state === "closed" ? "breaker_closed" : "breaker_opened";
  const message = `${phase} breaker of ${endpoint_id} ${to.state === "closed" ? "closed" : "opened"}: ${why}`;
  return [
    { table: "alerts", row: { id: `breaker:${id}`, at: now, kind, subject: `endpoint:${endpoint_id}`, message } },
  ];
}

function statusOf(room: Room, endpoint_id: string): EndpointStatus {
  const [ping, post] = PHASES.map((phase) => breakerOf(room, endpoint_id, phase));
  const told = (breaker: Breaker = CLOSED) => ({ state: breaker.state, until: breaker.until });
  return { ping: told(ping), post: told(post) };
}

/** Merges what isolates saw. Counts arrive about once a second an isolate. */
export function mergeHealth(room: Room, report: HealthReport, now: number): void {
  const { endpoint_id, phase } = report;
  const next = merged(breakerOf(room, endpoint_id, phase), report, endpointTerms(room, endpoint_id).breaker, now);
  turn(room, endpoint_id, phase, next, `${failuresOf(next)} failures in a row`, now);
}

/** The post breaker lets exactly this reservation through, to find out. */
export function beginPostProbe(room: Room, endpoint_id: string, reservation_id: string, now: number): void {
  turn(
    room,
    endpoint_id,
    "post",
    probing(breakerOf(room, endpoint_id, "post"), reservation_id),
    "probe by a post",
    now,
  );
}

export const isPostProbe = (room: Room, of: { endpoint_id: string; reservation_id: string }): boolean => {
  const breaker = breakerOf(room, of.endpoint_id, "post");
  return breaker.state === "half_open" && breaker.probe === of.reservation_id;
};

/** How a reservation ended tells of its endpoint: it decides a probe; otherwise a success ends a run of failures. */
export function postShowed(
  room: Room,
  of: { endpoint_id: string; reservation_id: string },
  result: ProbeResult,
  now: number,
): void {
  const breaker = breakerOf(room, of.endpoint_id, "post");
  if (breaker.state === "half_open" && breaker.probe === of.reservation_id) {
    const settings: EndpointTerms["breaker"] = endpointTerms(room, of.endpoint_id).breaker;
    turn(room, of.endpoint_id, "post", probed(breaker, result, settings, now), `probe: ${result}`, now);
  } else if (result === "ok") turn(room, of.endpoint_id, "post", succeeded(breaker), "success", now);
}

/** True: the caller makes the one ping probe now and reports by {@link endPingProbe}. */
export function beginPingProbe(room: Room, endpoint_id: string, now: number): boolean {
  const breaker = breakerOf(room, endpoint_id, "ping");
  const endpoint = endpointTerms(room, endpoint_id);
  if (breaker.state === "closed") {
    room.due.drop("probe", endpoint_id);
    return false;
  }
  if (breaker.state === "open" && now < (breaker.until ?? 0)) {
    room.due.put("probe", endpoint_id, breaker.until ?? now);
    return false;
  }
  if (endpoint.paused || buyerTerms(room).paused) {
    room.due.put("probe", endpoint_id, now + endpoint.breaker.pause_s * 1_000);
    return false;
  }
  turn(room, endpoint_id, "ping", probing(breaker, "ping"), "probe by a ping", now);
  room.due.put("probe", endpoint_id, now + PROBE_LEASE_MS);
  return true;
}

/** `unavailable`: no probe can be made here, so ordinary pings find out, and the first failure opens it again. */
export function endPingProbe(
  room: Room,
  endpoint_id: string,
  result: "ok" | "failed" | "unavailable",
  now: number,
): void {
  const breaker = breakerOf(room, endpoint_id, "ping");
  if (breaker.state !== "half_open") return;
  const settings = endpointTerms(room, endpoint_id).breaker;
  const next = result === "unavailable" ? onTrial(breaker, settings, now) : probed(breaker, result, settings, now);
  turn(room, endpoint_id, "ping", next, `probe: ${result}`, now);
}

/** By hand: whatever it was, it is closed now. */
export function resetBreaker(room: Room, endpoint_id: string, phase: Phase, author: string, now: number): void {
  turn(room, endpoint_id, phase, CLOSED, `reset by ${author}`, now);
}
