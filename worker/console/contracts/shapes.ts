import * as z from "zod";

export const accountAnswer = z.object({
  caps: z.array(
    z.object({
      contract_id: z.string(),
      cap: z.object({ per: z.string(), count: z.number().optional(), money: z.number().optional() }),
      source: z.string().nullable(),
      used_count: z.number(),
      used_money: z.number(),
      resets_at: z.string().nullable(),
    }),
  ),
  breakers: z.array(
    z.object({
      endpoint_id: z.string(),
      phase: z.string(),
      state: z.string(),
      failures: z.number(),
      until: z.string().nullable(),
    }),
  ),
});
export type Account = z.output<typeof accountAnswer>;

export const checklistAnswer = z.object({
  stage: z.string(),
  next: z.string().nullable(),
  ready: z.boolean(),
  steps: z.array(z.object({ step: z.string(), state: z.enum(["done", "open", "not_needed"]), text: z.string() })),
  ramp: z.object({ records: z.number(), sold: z.number().nullable() }),
});
export type ChecklistAnswer = z.output<typeof checklistAnswer>;

export const attemptList = z.object({
  items: z.array(
    z.object({ at: z.union([z.string(), z.number()]), lead_id: z.string(), outcome: z.string(), ms: z.number() }),
  ),
});
export const pricesRead = z.object({ price: z.record(z.string(), z.unknown()), lines: z.number(), zips: z.number() });
