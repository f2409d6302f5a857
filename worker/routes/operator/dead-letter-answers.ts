import * as z from "zod";
import { FIELD_CLASSES, JOB_KINDS, JOB_STATES, LEAD_STATES, REST_REASONS } from "../../../schema/lists.ts";

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
  fields: z.array(z.string()).meta({ description: "Names of the lead's fields." }),
  editable: z
    .array(
      z.object({
        name: z.string(),
        label: z.string().nullable(),
        type: z.string(),
        class: z.enum(FIELD_CLASSES),
        values: z.array(z.string()).nullable(),
        required: z.boolean(),
        present: z.boolean(),
        locked: z.string().nullable().meta({ description: "Why it cannot be edited." }),
        problem: z.string().nullable().meta({ description: "What its campaign's rules say against it as it is." }),
        value: z.union([z.string(), z.number(), z.boolean()]).nullable().optional().meta({
          description: "Only with `open=true`.",
        }),
      }),
    )
    .meta({ description: "Every field of the campaign, and how the lead stands to it." }),
  contracts: z
    .array(z.record(z.string(), z.unknown()))
    .meta({ description: "Contracts of the campaign that a replay can name." }),
  erased: z.boolean(),
  happened: z.array(z.object({ at: time, step: z.string(), text: z.string() })),
  actions: z.array(
    z.object({ action: z.string(), possible: z.boolean(), effect: z.string(), why_not: z.string().optional() }),
  ),
});
const sums = {
  count: z.int(),
  money_at_risk: amount,
  oldest_since: time.nullable(),
  oldest_age_s: z.int().nullable(),
};
/** What rests, added up. Of each list the fifty largest groups. */
export const summaryAnswer = z.object({
  ...sums,
  complete: z.boolean().meta({ description: "false: a book has more than are counted, these are a lower bound." }),
  by_why: z.array(z.object({ why: z.enum(REST_REASONS), why_text: z.string(), ...sums })),
  by_campaign: z.array(z.object({ campaign: z.string(), ...sums })),
  by_publisher: z.array(z.object({ publisher: z.string(), ...sums })),
  by_buyer: z
    .array(z.object({ buyer_id: z.string(), ...sums }))
    .meta({ description: "Buyers that may have some of them; a lead counts for each that may." }),
  by_endpoint: z
    .array(
      z.object({
        endpoint_id: z.string(),
        buyer_id: z.string().nullable(),
        name: z.string().nullable(),
        count: z.int(),
        oldest_since: time.nullable(),
      }),
    )
    .meta({ description: "Endpoints whose repair parked leads wait for." }),
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
