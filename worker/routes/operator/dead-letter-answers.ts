import * as z from "zod";
import { JOB_KINDS, JOB_STATES, LEAD_STATES, REST_REASONS } from "../../../schema/lists.ts";

/** Answers of the calls about what is left over, for the API document. */
const time = z.iso.datetime();
export const amount = z.number().meta({ examples: [21.105] });
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
export const nextAnswer = z
  .string()
  .nullable()
  .meta({ description: "Hand it in as `after`; null = that was the last page." });

export const unknownsAnswer = z.object({
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
  next: nextAnswer,
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
export const lineAnswer = z.object({
  ...resting,
  age_s: z.int().nullable(),
  in_doubt: z.array(doubtful),
  set_up_errors: z.array(z.object({ contract_id: z.string(), endpoint_id: z.string() })),
});
export const detailAnswer = z.object({
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
export const endedAnswer = z.object({ lead_id: z.string(), state: z.string() });
