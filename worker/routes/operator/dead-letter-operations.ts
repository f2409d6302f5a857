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
import { operation } from "../admin/operation-parts.ts";
import type { Operation } from "../operation.ts";
import {
  amount,
  detailAnswer,
  endedAnswer,
  jobAnswer,
  lineAnswer,
  nextAnswer,
  unknownsAnswer,
} from "./dead-letter-answers.ts";

const CLOSE_PROBLEMS = [
  "not_found",
  "not_resting",
  "no_such_bidder",
  "told_rejected",
  "hold_ended",
  "charged",
  "contested",
];

/** Calls about what is left over, for the API document. */
export const DEAD_LETTER_OPERATIONS: readonly Operation[] = [
  operation("left over", {
    method: "get",
    path: "/unknowns",
    id: "listUnknowns",
    summary: "Open unknown outcomes, with age and money at risk",
    query: unknownsQuery,
    response: unknownsAnswer,
  }),
  operation("left over", {
    method: "get",
    path: "/dead-letters",
    id: "listDeadLetters",
    summary: "Leads in review and parked",
    query: deadLetterQuery,
    response: z.object({ items: z.array(lineAnswer), next: nextAnswer }),
  }),
  operation("left over", {
    method: "get",
    path: "/dead-letters/:lead_id",
    id: "explainDeadLetter",
    summary: "One of them, explained",
    notes: "Why it rests, what happened, who may have it and for how much, and what each action would do.",
    response: detailAnswer,
    problems: ["not_found", "not_resting"],
  }),
  operation("left over", {
    method: "patch",
    path: "/dead-letters/:lead_id",
    id: "editDeadLetter",
    summary: "Mend fields of a resting lead",
    notes:
      "The whole lead is checked by its campaign's rules. Evidence of consent cannot be edited. The audit has names of fields only.",
    request: editSchema.meta({ examples: [{ lead: { zip: "78704" }, reason: "typing error" }] }),
    response: z.object({ lead_id: z.string(), fields: z.array(z.string()) }),
    problems: ["not_found", "not_resting", "erased", "changed_meanwhile"],
  }),
  operation("left over", {
    method: "post",
    path: "/dead-letters/:lead_id/replay",
    id: "replayDeadLetter",
    summary: "Send a resting lead on, to the same buyer or to another",
    request: replaySchema.meta({
      examples: [
        { to: "same", reason: "their system is back" },
        { to: { contract_id: "acme_auto", price: 12.5 }, accept_risk: true, reason: "agreed by phone" },
      ],
    }),
    response: endedAnswer,
    problems: [
      "not_found",
      "not_resting",
      "told_rejected",
      "in_doubt",
      "charged",
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
    response: endedAnswer,
    problems: CLOSE_PROBLEMS,
  }),
  operation("left over", {
    method: "post",
    path: "/dead-letters/replay",
    id: "replayDeadLetters",
    summary: "Send many on, as a job",
    notes: "Answers 202 with the job. Each lead is judged by itself; what is refused stands in the job's `failures`.",
    request: bulkReplaySchema.meta({
      examples: [
        { filter: { state: "parked", endpoint: "acme_http" }, reason: "endpoint repaired", job_id: "acme-repair-1" },
      ],
    }),
    response: jobAnswer,
    problems: ["already_exists"],
  }),
  operation("left over", {
    method: "post",
    path: "/dead-letters/close",
    id: "closeDeadLetters",
    summary: "End many unsold, as a job",
    request: bulkCloseSchema.meta({
      examples: [{ filter: { state: "review", buyer: "acme" }, as: "unsold", reason: "they never got them" }],
    }),
    response: jobAnswer,
    problems: ["already_exists"],
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
    request: returnSchema.meta({ examples: [{ reason: "disconnected number", refund: true, re_auction: true }] }),
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
    response: endedAnswer,
    notes:
      "unsold gives every doubtful hold back; sold captures the named contract's hold and pays the publisher, unless it was told no. A pending publisher gets its postback.",
    problems: CLOSE_PROBLEMS,
  }),
];
