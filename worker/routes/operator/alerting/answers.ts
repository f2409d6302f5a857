import * as z from "zod";
import type { Board } from "../../../../durable-objects/alert-board-rules.ts";
import { ALERT_KINDS, INCIDENT_STATES, NOTICE_EVENTS, NOTICE_STATES, SEVERITIES } from "../../../../schema/lists.ts";
import type { Incident, Notice } from "../../../../schema/rpc/alerts.ts";
import { ALERTS } from "../../../alerts/catalogue.ts";
import { acknowledgedOf } from "../../../alerts/incidents.ts";
import { iso } from "../../admin/body.ts";

const time = z.iso.datetime();
const by = z.object({ by: z.string(), at: time });

export const incidentAnswer = z.object({
  id: z.string(),
  kind: z.enum(ALERT_KINDS),
  title: z.string(),
  severity: z.enum(SEVERITIES),
  state: z.enum(INCIDENT_STATES),
  subject: z.string().meta({ examples: ["contract:acme_auto"] }),
  buyer_id: z.string().nullable(),
  message: z.string(),
  figures: z.record(z.string(), z.union([z.number(), z.string()])),
  next: z.string().meta({ description: "What to do." }),
  since: time.meta({ description: "Since when it is so, as far as known." }),
  opened_at: time,
  seen_at: time.meta({ description: "When it was last found." }),
  resolved_at: time.nullable(),
  reopened: z.int(),
  told: z.object({ event: z.enum(NOTICE_EVENTS), at: time }).nullable(),
  acknowledged: by.nullable(),
  muted_until: time.nullable(),
  muted_subject: z.string().nullable().meta({ description: "What is muted: its subject, or its buyer." }),
});

export function shownIncident(incident: Incident, board: Board | null, now: number): z.output<typeof incidentAnswer> {
  const { id, kind, severity, state, subject, buyer_id, message, figures, told, reopened } = incident;
  const acknowledged = acknowledgedOf(incident, board?.acknowledged ?? {});
  const [muted_subject = null, until = 0] = longestMute([subject, `buyer:${buyer_id}`], board?.muted ?? {}, now);
  return {
    id,
    kind,
    title: ALERTS[kind].title,
    severity,
    state,
    subject,
    buyer_id,
    message,
    figures,
    next: ALERTS[kind].next,
    since: iso(incident.since),
    opened_at: iso(incident.opened_at),
    seen_at: iso(incident.seen_at),
    resolved_at: incident.resolved_at === null ? null : iso(incident.resolved_at),
    reopened,
    told: told.event === null ? null : { event: told.event, at: iso(told.at) },
    acknowledged: acknowledged && { by: acknowledged.by, at: iso(acknowledged.at) },
    muted_until: muted_subject === null ? null : iso(until),
    muted_subject,
  };
}

/** Of these subjects the one that is muted for longest, and until when. */
function longestMute(subjects: string[], muted: Board["muted"], now: number): [subject: string, until: number] | [] {
  const mutes = subjects.map((subject): [string, number] => [subject, muted[subject]?.until ?? 0]);
  return mutes.filter(([, until]) => until > now).sort(([, a], [, b]) => b - a)[0] ?? [];
}

export const noticeAnswer = z.object({
  id: z.string(),
  channel_id: z.string(),
  at: time,
  state: z.enum(NOTICE_STATES),
  tries: z.int(),
  next_at: time.nullable().meta({ description: "When it is tried again." }),
  sent_at: time.nullable(),
  why: z.string().nullable().meta({ description: "Why the last try failed." }),
  alerts: z.array(
    z.object({ event: z.enum(NOTICE_EVENTS), id: z.string(), kind: z.enum(ALERT_KINDS), subject: z.string() }),
  ),
  more: z.int(),
});

export function shownNotice({ items, next_at, at, sent_at, ...notice }: Notice): z.output<typeof noticeAnswer> {
  return {
    ...notice,
    at: iso(at),
    next_at: notice.state === "waiting" ? iso(next_at) : null,
    sent_at: sent_at === null ? null : iso(sent_at),
    alerts: items.map(({ event, id, kind, subject }) => ({ event, id, kind, subject })),
  };
}
