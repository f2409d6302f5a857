import * as z from "zod";

/**
 * How far a contract is. `draft`: test leads only. `ramping`: real leads, so many in all, until an operator confirms. `live`: as its
 * terms say. What a contract must have shown before it leaves the draft: GET /v1/admin/contracts/:id/checklist.
 */
export const CONTRACT_STAGES = ["draft", "ramping", "live"] as const;
export type ContractStage = (typeof CONTRACT_STAGES)[number];

export const rampSchema = z.strictObject({
  /** Leads that a ramping contract takes in all. */
  records: z.int().min(1).max(1_000).default(25),
});

/** The drift watch: what is seen of requests and answers becomes known, then what is not as it was raises an alert. */
export const driftSchema = z.strictObject({
  watch: z.boolean().default(true),
  /** Answers of a kind, and hours, until what was seen counts as known. */
  learn_answers: z.int().min(5).max(10_000).default(30),
  learn_hours: z
    .number()
    .min(0)
    .max(24 * 14)
    .default(24),
  /** Percent by which the share of accepted leads (or of bids) must fall to be told. */
  drop_percent: z.int().min(10).max(90).default(50),
});
