import * as z from "zod";
import {
  ANSWER_CODES,
  ATTEMPT_CLASSES,
  ATTEMPT_OUTCOMES,
  EVIDENCE_KINDS,
  LEAD_STATES,
  MOVEMENT_KINDS,
  OPERATOR_ROLES,
  RESERVATION_STATES,
} from "../lists.ts";
import { amount, auctionPart, buyerTrace, epoch, ms, verdict } from "./auction-trace.ts";

/** The answer that tells a lead's story. Amounts: in the currency's unit. */
const payload = z
  .union([z.literal("sealed"), z.record(z.string(), z.unknown())])
  .nullable()
  .meta({ description: "`sealed`: open it with `open=true`. null: there is none, or it was destroyed." });

export const attemptTrace = z.looseObject({
  attempt_id: z.string(),
  at: epoch.meta({ description: "Epoch ms at which its end was noted." }),
  kind: z.enum(EVIDENCE_KINDS),
  contract_id: z.string(),
  buyer_id: z.string(),
  endpoint_id: z.string(),
  reservation_id: z.string(),
  round: z.int(),
  attempt: z.int(),
  outcome: z.enum(ATTEMPT_OUTCOMES),
  class: z.enum(ATTEMPT_CLASSES),
  why: z.string().nullable(),
  reason_class: z.string().nullable().optional(),
  http_status: z.int().nullable(),
  ms,
  price: amount.nullable(),
  late_evidence: z.boolean(),
  payload,
});
export type AttemptTrace = z.infer<typeof attemptTrace>;

export const stepTrace = z.object({
  at: epoch,
  step: z.string(),
  text: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
export type StepTrace = z.infer<typeof stepTrace>;

const told = z
  .object({
    at: epoch.nullable(),
    result: z.enum(["accepted", "rejected", "pending"]),
    code: z.enum(ANSWER_CODES).nullable(),
    price: amount,
  })
  .meta({ description: "What the publisher was told, and when." });

export const actionTrace = z.object({
  action: z.enum(["close_unsold", "close_sold", "replay_same", "replay_others", "return", "erase"]),
  contract_id: z.string().nullable(),
  role: z.enum(OPERATOR_ROLES),
  possible: z.boolean(),
  effect: z.string(),
  why_not: z.string().nullable(),
});
export type ActionTrace = z.infer<typeof actionTrace>;

const reservation = z.object({
  reservation_id: z.string(),
  contract_id: z.string(),
  buyer_id: z.string(),
  state: z.enum(RESERVATION_STATES),
  amount,
  why: z.string().nullable(),
  at: epoch,
});
const movement = z.object({
  id: z.string(),
  at: epoch,
  account: z.string(),
  kind: z.enum(MOVEMENT_KINDS),
  amount,
  ref: z.string(),
  reason: z.string().nullable(),
  author: z.string().nullable(),
});
export const moneyTrace = z
  .object({ reservations: z.array(reservation), movements: z.array(movement), sum: amount })
  .meta({
    description: "From the ledger, a second or two behind the objects. `movements` are double entry: their sum is 0.",
  });
export type MoneyTrace = z.infer<typeof moneyTrace>;

export const leadPart = z.object({
  lead_id: z.string(),
  publisher: z.string(),
  campaign: z.string(),
  state: z.enum(LEAD_STATES),
  result: z.enum(["accepted", "rejected", "pending"]).nullable(),
  code: z.enum(ANSWER_CODES).nullable(),
  price: amount.nullable(),
  promise: amount,
  mode: z.enum(["final", "pending"]),
  test: z.boolean(),
  risk: z.boolean(),
  epoch: z.int(),
  ping_id: z.string().nullable(),
  click_id: z.string().nullable(),
  sub_ids: z.record(z.string(), z.string()),
  created_at: epoch,
  answer_by: epoch.nullable().meta({ description: "When the publisher had to have its answer." }),
  closed_at: epoch.nullable(),
  erased_at: epoch.nullable(),
});

export const leadTraceAnswer = z.object({
  verdict,
  lead: leadPart,
  told: z.array(told),
  auction: auctionPart.nullable(),
  buyers: z.array(buyerTrace),
  attempts: z.array(attemptTrace),
  steps: z.array(stepTrace),
  sale: z
    .object({
      reservation_id: z.string().nullable(),
      contract_id: z.string().nullable(),
      buyer_id: z.string().nullable(),
      price: amount,
      payout: amount,
      margin: amount,
    })
    .nullable(),
  money: moneyTrace.nullable().meta({ description: "null: the ledger did not answer." }),
  actions: z.array(actionTrace),
});
export type LeadTrace = z.infer<typeof leadTraceAnswer>;
