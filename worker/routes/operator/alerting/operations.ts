import * as z from "zod";
import { quietSchema } from "../../../../schema/config/alerting.ts";
import { operation } from "../../admin/operation-parts.ts";
import type { Operation } from "../../operation.ts";
import { incidentAnswer, noticeAnswer } from "./answers.ts";
import { incidentsQuery, noticesQuery, rulesQuery } from "./incidents.ts";

const time = z.iso.datetime();
const next = z.string().nullable();

const ruleInForce = z.object({
  name: z.string(),
  settings: z.record(z.string(), z.union([z.boolean(), z.number()])),
  set_by_main: z.array(z.string()),
  set_by_buyer: z.array(z.string()),
});
const watchAnswer = z.object({
  looked_at: time.nullable().meta({ description: "The last look that came to its end; one a minute is usual." }),
  failed: z.string().nullable(),
  channels: z.array(
    z.object({
      id: z.string(),
      failed_since: time.nullable(),
      why: z.string().nullable(),
      failures: z.int(),
      sent_at: time.nullable(),
    }),
  ),
  synthetic: z.array(
    z.object({
      id: z.string(),
      at: time,
      ok: z.boolean(),
      result: z.string(),
      ms: z.number(),
      failed_in_row: z.int(),
      failed_since: time.nullable(),
    }),
  ),
});

/** Alerts, notices and rules, for the API document. */
export const ALERTING_OPERATIONS: readonly Operation[] = [
  operation("alerts", {
    method: "get",
    path: "/alerts/incidents",
    id: "listIncidents",
    summary: "Alerts from beginning to end: open, resolved, acknowledged, muted",
    query: incidentsQuery,
    response: z.object({ items: z.array(incidentAnswer), next }),
    notes: "Newest first; resolved ones are kept for 90 days. `GET /v1/admin/alerts` has every single event for good.",
  }),
  operation("alerts", {
    method: "get",
    path: "/alerts/incidents/:id",
    id: "getIncident",
    summary: "One alert, and the notices about it",
    response: z.object({ alert: incidentAnswer, notices: z.array(noticeAnswer) }),
    problems: ["not_found"],
  }),
  operation("alerts", {
    method: "get",
    path: "/alerts/notices",
    id: "listNotices",
    summary: "What was sent to which channel, and what failed",
    query: noticesQuery,
    response: z.object({ items: z.array(noticeAnswer), next }),
    notes: "Kept for 30 days.",
  }),
  operation("alerts", {
    method: "get",
    path: "/alerts/rules",
    id: "alertRules",
    summary: "The rules in force, for all or for a buyer",
    query: rulesQuery,
    response: z.object({
      buyer_id: z.string().nullable(),
      silent: z.boolean().meta({ description: "Alerts are found and shown, nobody is told." }),
      cooling_off_min: z.number(),
      quiet: quietSchema.nullable(),
      items: z.array(ruleInForce),
    }),
  }),
  operation("alerts", {
    method: "get",
    path: "/alerts/watch",
    id: "alertWatch",
    summary: "Whether alerting itself works: last look, channels, synthetic leads",
    response: watchAnswer,
  }),
  operation("alerts", {
    method: "post",
    path: "/alerts/look",
    id: "lookNow",
    summary: "Look now instead of at the next minute",
    role: "operator",
    response: z.object({ due: z.boolean() }),
  }),
  operation("alerts", {
    method: "post",
    path: "/alert-channels/:id/test",
    id: "testChannel",
    summary: "Send a test notice through a channel",
    role: "operator",
    response: z.object({
      channel_id: z.string(),
      notice_id: z.string(),
      ok: z.boolean(),
      why: z.string().nullable(),
    }),
    notes: "One try, answered with what came of it. A channel that works again ends its alert.",
    problems: ["not_found"],
  }),
  operation("alerts", {
    method: "post",
    path: "/synthetics/:id/run",
    id: "runSynthetic",
    summary: "Send a synthetic lead now",
    role: "operator",
    response: z.object({
      id: z.string(),
      at: time,
      ok: z.boolean(),
      result: z.string().meta({
        description: "`result` of the last answer, or what was in its way: `http_401`, `no_answer`, `no_key`.",
      }),
      expected: z.string(),
      ms: z.number(),
      slow: z.boolean(),
    }),
    problems: ["not_found"],
  }),
];
