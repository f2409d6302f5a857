import type { AlertChannel } from "../../schema/config/alerting.ts";
import type { NoticeEvent, Severity } from "../../schema/lists.ts";
import type { Incident, NoticeItem } from "../../schema/rpc/alerts.ts";
import { ALERTS } from "./catalogue.ts";
import { isWorse } from "./incidents.ts";
import type { Telling } from "./policy.ts";
import { isQuiet } from "./quiet.ts";

/** By subject, until an epoch ms. A mute of a buyer mutes all that is about it. */
export type Mutes = Readonly<Record<string, { until: number }>>;

/** Notes that only the history shows. */
export const isNote = ({ kind }: Pick<Incident, "kind">): boolean => ALERTS[kind].ends.by === "itself";

export function isMuted(
  { subject, buyer_id }: Pick<Incident, "subject" | "buyer_id">,
  mutes: Mutes,
  now: number,
): boolean {
  const until = (name: string): number => mutes[name]?.until ?? 0;
  return until(subject) > now || (buyer_id !== null && until(`buyer:${buyer_id}`) > now);
}

/**
 * What the channels are to be told of an alert now, or null. Told is a state, not an event: what mutes, quiet hours or a cooling-off
 * kept back is told when they end, if it is still so; what began and ended within them is told to nobody.
 */
export function toTell(incident: Incident, telling: Telling, mutes: Mutes, now: number): NoticeEvent | null {
  const { state, severity, told, acknowledged } = incident;
  if (isNote(incident) || telling.silent || isMuted(incident, mutes, now)) return null;
  const known = told.event === "opened" || told.event === "worse";
  if (state === "resolved") {
    if (!known) return null;
    return kept(telling, told.severity, now) ? null : "resolved";
  }
  // Somebody has seen it: what is left to tell is its end, or that it got worse.
  const worse = known && isWorse(severity, told.severity);
  if (known && !worse) return null;
  if (acknowledged && !worse) return null;
  if (kept(telling, severity, now)) return null;
  if (worse) return "worse";
  return told.event === "resolved" && !isWorse(severity, told.severity) && now - told.at < telling.cooling_off_ms
    ? null
    : "opened";
}

const kept = ({ quiet }: Telling, severity: Severity, now: number): boolean =>
  !(severity === "critical" && quiet?.critical_passes === true) && isQuiet(quiet, now);

/** The alert once its channels were told. */
export const withTold = (incident: Incident, event: NoticeEvent, now: number): Incident => ({
  ...incident,
  told: { event, severity: incident.severity, at: now },
});

/** Does this channel want to hear it? A channel never hears of itself. */
export function wants(channel: AlertChannel, incident: Incident, event: NoticeEvent): boolean {
  const { min_severity, kinds, buyers, tell_resolved, status, id } = channel;
  const severity = event === "resolved" ? incident.told.severity : incident.severity;
  return (
    status === "active" &&
    incident.subject !== `channel:${id}` &&
    !isWorse(min_severity, severity) &&
    (kinds === undefined || kinds.includes(incident.kind)) &&
    (buyers === undefined || (incident.buyer_id !== null && buyers.includes(incident.buyer_id))) &&
    (event !== "resolved" || tell_resolved)
  );
}

export function itemOf(incident: Incident, event: NoticeEvent): NoticeItem {
  const { told: _t, scope: _s, key: _k, state: _st, ...rest } = incident;
  return { ...rest, event };
}
