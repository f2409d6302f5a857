import * as z from "zod";
import { auctionTraceAnswer } from "../../../schema/api/auction-trace.ts";
import { leadTraceAnswer } from "../../../schema/api/trace.ts";
import type { Operation } from "../operation.ts";
import { ALERTING_OPERATIONS } from "./alerting/operations.ts";
import { boardSchema, muteSchema } from "./alerts.ts";
import { ATTEMPT_OPERATIONS } from "./attempts.ts";
import { BUYER_HEALTH_OPERATIONS } from "./buyer-health.ts";
import { DEAD_LETTER_OPERATIONS } from "./dead-letter-operations.ts";
import { DRY_RUN_OPERATIONS } from "./dry-run-operations.ts";
import { KEEPER_OPERATIONS } from "./keeper-operations.ts";
import { movementsQuery, salesQuery } from "./ledger.ts";
import { LIVE_OPERATIONS } from "./live.ts";
import { REPORT_OPERATIONS } from "./reports.ts";
import { CONFORMANCE_OPERATIONS } from "./set-up/conformance.ts";
import { SET_UP_OPERATIONS } from "./set-up/operations.ts";
import { traceQuery } from "./trace.ts";

const anything = z.record(z.string(), z.unknown());
const items = z.object({ items: z.array(anything) });

/** The operators' calls of this folder, for the API document. */
export const OPERATOR_OPERATIONS: Operation[] = [
  {
    method: "get",
    path: "/v1/admin/leads/:id/trace",
    id: "traceLead",
    summary: "The whole story of a lead",
    tags: ["operator: leads"],
    auth: "operator",
    query: traceQuery,
    response: leadTraceAnswer,
    notes:
      "Every contract of the campaign with what it was asked, what it answered, how long it took and why it did not win; every post attempt; every step with its time.",
    problems: ["not_found"],
  },
  {
    method: "get",
    path: "/v1/admin/leads/:id/attempts/:attempt/curl",
    id: "attemptCurl",
    summary: "One attempt's requests as curl commands",
    tags: ["operator: leads"],
    auth: "operator",
    query: traceQuery,
    response: z.object({
      lead_id: z.string(),
      attempt_id: z.string(),
      contract_id: z.string(),
      at: z.number(),
      outcome: z.string(),
      http_status: z.int().nullable(),
      masked: z.boolean(),
      requests: z.array(z.object({ name: z.string(), curl: z.string() })),
    }),
    notes:
      "Credentials are masked. So is every value that is not public, a constant of the dialect or an id of ours; with `open=true` personal data is shown, which is written to the audit. `:attempt` is an `attempt_id` of the trace.",
    problems: ["not_found", "erased"],
  },
  {
    method: "get",
    path: "/v1/admin/auctions/:ping_id",
    id: "traceAuction",
    summary: "The story of a ping's auction",
    tags: ["operator: leads"],
    auth: "operator",
    response: auctionTraceAnswer,
    problems: ["not_found"],
  },
  {
    method: "get",
    path: "/v1/admin/sales",
    id: "listSales",
    summary: "Sales in the ledger",
    tags: ["operator: money"],
    auth: "operator",
    query: salesQuery,
    response: items,
  },
  {
    method: "get",
    path: "/v1/admin/movements",
    id: "listMovements",
    summary: "Money movements, double entry",
    tags: ["operator: money"],
    auth: "operator",
    query: movementsQuery as unknown as z.ZodObject,
    response: z.object({ items: z.array(anything), sum: z.number() }),
    notes: "All rows of one `ref` sum to zero. Amounts in the currency's unit.",
  },
  {
    method: "get",
    path: "/v1/admin/gauges",
    id: "gauges",
    summary: "Gauges of this isolate, all books and all buyers' accounts",
    tags: ["operator: health"],
    auth: "operator",
    response: anything,
  },
  {
    method: "get",
    path: "/v1/admin/alerts/board",
    id: "alertBoard",
    summary: "Which alerts are acknowledged, what is muted",
    tags: ["operator: health"],
    auth: "operator",
    response: boardSchema,
  },
  {
    method: "post",
    path: "/v1/admin/alerts/:id/acknowledge",
    role: "operator",
    id: "acknowledgeAlert",
    summary: "Say that an alert was seen",
    tags: ["operator: health"],
    auth: "operator",
    response: boardSchema,
  },
  {
    method: "post",
    path: "/v1/admin/alerts/mute",
    role: "operator",
    id: "muteAlerts",
    summary: "Mute a subject's alerts for some hours",
    tags: ["operator: health"],
    auth: "operator",
    request: muteSchema.meta({ examples: [{ subject: "endpoint:acme_http", hours: 8 }] }),
    response: boardSchema,
  },
  ...ALERTING_OPERATIONS,
  ...ATTEMPT_OPERATIONS,
  ...BUYER_HEALTH_OPERATIONS,
  ...CONFORMANCE_OPERATIONS,
  ...DEAD_LETTER_OPERATIONS,
  ...DRY_RUN_OPERATIONS,
  ...KEEPER_OPERATIONS,
  ...LIVE_OPERATIONS,
  ...REPORT_OPERATIONS,
  ...SET_UP_OPERATIONS,
];
