import { SEVERITIES, type Severity } from "../../schema/lists.ts";
import type { EventSeen, Finding, Incident } from "../../schema/rpc/alerts.ts";
import { ALERTS } from "./catalogue.ts";

/** Not found for so long: it is over. Shorter, and an alert at its limit would flicker. */
export const CLEAR_MS = 180_000;
const HOUR_MS = 3_600_000;
/** Scope of what the ledger was told. */
const EVENTS = "events";

export const keyOf = ({ kind, subject, part }: Pick<Finding, "kind" | "subject" | "part">): string =>
  `${kind}:${subject}${part === "" ? "" : `:${part}`}`;
export const isWorse = (a: Severity, b: Severity): boolean => SEVERITIES.indexOf(a) > SEVERITIES.indexOf(b);

/** What one look saw. */
export interface Look {
  findings: Finding[];
  events: EventSeen[];
  /** What was looked at; "*" at the end: everything that begins so. */
  scopes: string[];
  /** Drift alerts (by id) whose finding is open no more. */
  settled: string[];
  acknowledged: Readonly<Record<string, { by: string; at: number }>>;
}

type Acknowledged = Look["acknowledged"];

/** Who has seen it, by the operators' board. What was said before it came back is about the time before. */
export function acknowledgedOf(
  { id, acknowledged, reopened_at = 0 }: Pick<Incident, "id" | "acknowledged" | "reopened_at">,
  board: Acknowledged,
): Incident["acknowledged"] {
  const said = board[id];
  return said && said.at >= reopened_at ? said : acknowledged;
}

/** Cooling-off by buyer: what comes back within it is the same alert. */
export type CoolingOff = (buyer_id: string | null) => number;

/**
 * The alerts after a look: those that changed. `known` are all that are open, and those that ended lately: of one key there may be several.
 * A finding opens, worsens, eases or reopens its alert; what was looked at and found no more ends.
 */
export function looked(known: readonly Incident[], look: Look, cooling: CoolingOff, now: number): Incident[] {
  // Of one key, the open one counts; else the newest of those that are over.
  const byKey = new Map(known.toSorted(byAge).map((incident) => [incident.key, incident]));
  const changed = new Map<string, Incident>();
  const put = (incident: Incident): void => {
    byKey.set(incident.key, incident);
    changed.set(incident.key, incident);
  };
  for (const finding of look.findings) put(withFinding(byKey.get(keyOf(finding)), finding, cooling, now));
  for (const event of look.events) {
    for (const open of byKey.values()) if (endedBy(open, event)) put(resolved(open, event.at));
    const opened = ofEvent(byKey, event, cooling, now);
    if (opened) put(opened);
  }
  for (const incident of byKey.values()) {
    if (incident.state !== "open") continue;
    const acknowledged = acknowledgedOf(incident, look.acknowledged);
    const current = acknowledged && !incident.acknowledged ? { ...incident, acknowledged } : incident;
    if (isOver(current, look, now)) put(resolved(current, now));
    else if (current !== incident) put(current);
  }
  return [...changed.values()];
}

const byAge = (a: Incident, b: Incident): number =>
  Number(a.state === "open") - Number(b.state === "open") || a.opened_at - b.opened_at;

function withFinding(known: Incident | undefined, finding: Finding, cooling: CoolingOff, now: number): Incident {
  const { severity, message, figures, scope, since = now } = finding;
  const current = { severity, message, figures, scope, seen_at: now };
  if (known?.state === "open") return { ...known, ...current };
  if (known?.resolved_at && now - known.resolved_at < cooling(known.buyer_id))
    return {
      ...known,
      ...current,
      state: "open",
      resolved_at: null,
      reopened: known.reopened + 1,
      reopened_at: now,
      acknowledged: null,
    };
  return newIncident(`${keyOf(finding)}:${now}`, finding, since, now);
}

/** An event is an alert of its own, or one more of those that end by silence; a note is only in the ledger. */
function ofEvent(
  known: ReadonlyMap<string, Incident>,
  { id, kind, subject, message, at, buyer_id }: EventSeen,
  cooling: CoolingOff,
  now: number,
): Incident | null {
  const { severity, ends } = ALERTS[kind];
  const finding: Finding = {
    kind,
    subject,
    part: "",
    buyer_id,
    severity,
    scope: EVENTS,
    message,
    figures: {},
    since: at,
  };
  if (ends.by === "itself") return null;
  // What came late may be over by now.
  if (ends.by === "silence" && now - at >= ends.hours * HOUR_MS) return null;
  if (ends.by === "silence") return withFinding(known.get(keyOf(finding)), finding, cooling, now);
  return known.has(id) ? null : { ...newIncident(id, finding, at, now), key: id };
}

function newIncident(id: string, finding: Finding, since: number, now: number): Incident {
  const { kind, subject, part, buyer_id, severity, scope, message, figures } = finding;
  return {
    id,
    key: keyOf(finding),
    kind,
    subject,
    part,
    buyer_id,
    severity,
    state: "open",
    scope,
    message,
    figures,
    since: Math.min(since, now),
    opened_at: now,
    seen_at: now,
    resolved_at: null,
    reopened: 0,
    told: { event: null, severity: "info", at: 0 },
    acknowledged: null,
  };
}

const resolved = (incident: Incident, at: number): Incident => ({ ...incident, state: "resolved", resolved_at: at });

function endedBy({ state, kind, subject, since }: Incident, event: EventSeen): boolean {
  const { ends } = ALERTS[kind];
  const said = ends.by === "event" && ends.kind === event.kind && subject === event.subject;
  return state === "open" && said && event.at >= since;
}

function isOver(incident: Incident, look: Look, now: number): boolean {
  const { ends } = ALERTS[incident.kind];
  switch (ends.by) {
    case "rule":
      return now - incident.seen_at >= CLEAR_MS && look.scopes.some((scope) => covers(scope, incident.scope));
    case "acknowledge":
      return incident.acknowledged !== null;
    case "drift":
      return incident.acknowledged !== null || look.settled.includes(incident.id);
    case "silence":
      return incident.acknowledged !== null || now - incident.seen_at >= ends.hours * HOUR_MS;
    case "event":
      return incident.acknowledged !== null;
    case "itself":
      return true;
  }
}

const covers = (looked: string, scope: string): boolean =>
  looked.endsWith("*") ? scope.startsWith(looked.slice(0, -1)) : looked === scope;
