import * as z from "zod";
import {
  bulkCloseSchema,
  bulkReplaySchema,
  closeSchema,
  deadLetterQuery,
  editSchema,
  jobsQuery,
  replaySchema,
  returnSchema,
  unknownsQuery,
} from "../../../schema/api/dead-letters.ts";
import { JOB_KINDS, JOB_STATES, LEAD_STATES, REST_REASONS } from "../../../schema/lists.ts";
import { operation } from "../admin/operation-parts.ts";
import type { Operation } from "../operation.ts";

const time = z.iso.datetime();
const amount = z.number().meta({ examples: [21.105] });
const told = z.enum(["accepted", "rejected"]).nullable().meta({ description: "What the publisher was told for good." });
const bidder = z.object({ contract_id: z.string(), buyer_id: z.string(), endpoint_id: z.string() });
const doubtful = bidder.extend({ price: amount, attempts: z.int(), asked: z.int() });
const lead = {
  lead_id: z.string(),
  publisher: z.string(),
  campaign: z.string(),
  test: z.boolean(),
  mode: z.string(),
  told,
};
const resting = {
  ...lead,
  state: z.enum(LEAD_STATES),
  why: z.enum(REST_REASONS).nullable(),
  why_text: z.string(),
  resting_since: time.nullable(),
  money_at_risk: amount,
};
const next = z.string().nullable().meta({ description: "Hand it in as `after`; null = that was the last page." });

const unknowns = z.object({
  items: z.array(
    z.object({
      ...lead,
      state: z.enum(LEAD_STATES),
      unknown_since: time.nullable(),
      age_s: z.int().nullable(),
      money_at_risk: amount,
      with: z.array(doubtful),
      next: z.object({ what: z.string(), at: time.nullable() }),
    }),
  ),
  next,
  totals: z
    .object({
      count: z.int(),
      money_at_risk: amount,
      oldest_since: time.nullable(),
      oldest_age_s: z.int().nullable(),
      complete: z.boolean().meta({ description: "false: there are more, these are a lower bound." }),
    })
    .nullable()
    .meta({ description: "Of all pages; on the first page only." }),
});
const line = z.object({
  ...resting,
  age_s: z.int().nullable(),
  in_doubt: z.array(doubtful),
  set_up_errors: z.array(z.object({ contract_id: z.string(), endpoint_id: z.string() })),
});
const detail = z.object({
  ...resting,
  promise: amount,
  may_have_it: z.array(z.record(z.string(), z.unknown())),
  wrongly_set_up: z.array(z.record(z.string(), z.unknown())),
  not_asked: z.array(z.record(z.string(), z.unknown())),
  fields: z.array(z.string()).meta({ description: "Names of the lead's fields; never their values." }),
  erased: z.boolean(),
  happened: z.array(z.object({ at: time, step: z.string(), text: z.string() })),
  actions: z.array(
    z.object({ action: z.string(), possible: z.boolean(), effect: z.string(), why_not: z.string().optional() }),
  ),
});
export const jobAnswer = z.object({
  id: z.string(),
  kind: z.enum(JOB_KINDS),
  author: z.string(),
  state: z.enum(JOB_STATES),
  params: z.record(z.string(), z.unknown()),
  done: z.int(),
  total: z.int().nullable(),
  failed: z.int(),
  counts: z.record(z.string(), z.int()),
  failures: z.array(z.object({ item: z.string(), reason: z.string() })).meta({ description: "The last twenty." }),
  started_at: time,
  updated_at: time,
  ended_at: time.nullable(),
});
const ended = z.object({ lead_id: z.string(), state: z.string() });
const CLOSE_PROBLEMS = ["not_found", "not_resting", "no_such_bidder", "told_rejected", "hold_ended"];

/** Calls about what is left over, for the API document. */
export const DEAD_LETTER_OPERATIONS: readonly Operation[] = [
  operation("left over", {
    method: "get",
    path: "/unknowns",
    id: "listUnknowns",
    summary: "Open unknown outcomes, with age and money at risk",
    query: unknownsQuery,
    response: unknowns,
  }),
  operation("left over", {
    method: "get",
    path: "/dead-letters",
    id: "listDeadLetters",
    summary: "Leads in review and parked",
    query: deadLetterQuery,
    response: z.object({ items: z.array(line), next }),
  }),
  operation("left over", {
    method: "get",
    path: "/dead-letters/:lead_id",
    id: "explainDeadLetter",
    summary: "One of them, explained",
    notes: "Why it rests, what happened, who may have it and for how much, and what each action would do.",
    response: detail,
    problems: ["not_found", "not_resting"],
  }),
  operation("left over", {
    method: "patch",
    path: "/dead-letters/:lead_id",
    id: "editDeadLetter",
    summary: "Mend fields of a resting lead",
    notes:
      "The whole lead is checked by its campaign's rules. Evidence of consent cannot be edited. The audit has names of fields only.",
    request: editSchema,
    response: z.object({ lead_id: z.string(), fields: z.array(z.string()) }),
    problems: ["not_found", "not_resting", "erased"],
  }),
  operation("left over", {
    method: "post",
    path: "/dead-letters/:lead_id/replay",
    id: "replayDeadLetter",
    summary: "Send a resting lead on, to the same buyer or to another",
    request: replaySchema,
    response: ended,
    problems: [
      "not_found",
      "not_resting",
      "told_rejected",
      "in_doubt",
      "nobody_left",
      "erased",
      "no_such_contract",
      "price_needed",
      "below_promise",
    ],
  }),
  operation("left over", {
    method: "post",
    path: "/dead-letters/:lead_id/close",
    id: "closeDeadLetter",
    summary: "End a resting lead",
    request: closeSchema,
    response: ended,
    problems: CLOSE_PROBLEMS,
  }),
  operation("left over", {
    method: "post",
    path: "/dead-letters/replay",
    id: "replayDeadLetters",
    summary: "Send many on, as a job",
    notes: "Answers 202 with the job. Each lead is judged by itself; what is refused stands in the job's `failures`.",
    request: bulkReplaySchema,
    response: jobAnswer,
  }),
  operation("left over", {
    method: "post",
    path: "/dead-letters/close",
    id: "closeDeadLetters",
    summary: "End many unsold, as a job",
    request: bulkCloseSchema,
    response: jobAnswer,
  }),
  operation("jobs", {
    method: "get",
    path: "/jobs",
    id: "listJobs",
    summary: "Long work, newest first",
    query: jobsQuery,
    response: z.object({ items: z.array(jobAnswer) }),
  }),
  operation("jobs", {
    method: "get",
    path: "/jobs/:id",
    id: "getJob",
    summary: "How far a job is",
    response: jobAnswer,
    problems: ["not_found"],
  }),
  operation("jobs", {
    method: "post",
    path: "/jobs/:id/cancel",
    id: "cancelJob",
    summary: "Stop a job where it is",
    response: jobAnswer,
    problems: ["not_found"],
  }),
  operation("leads", {
    method: "post",
    path: "/leads/:id/return",
    id: "returnLead",
    summary: "Take a sale back: refund the buyer",
    notes: "The same call again changes nothing. The publisher keeps what it was told and paid.",
    request: returnSchema,
    response: z.object({
      lead_id: z.string(),
      reservation_id: z.string(),
      refunded: amount,
      reopened: z.boolean().meta({ description: "Others are offered the lead now." }),
      repeated: z.boolean(),
    }),
    problems: ["not_found", "not_sold", "erased"],
  }),
  operation("leads", {
    method: "post",
    path: "/leads/:id/resolve",
    id: "resolveLead",
    summary: "End a lead in review or parked",
    request: closeSchema,
    response: ended,
    notes:
      "unsold gives every doubtful hold back; sold captures the named contract's hold and pays the publisher, unless it was told no. A pending publisher gets its postback.",
    problems: CLOSE_PROBLEMS,
  }),
];
