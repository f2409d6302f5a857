import * as z from "zod";

/** What these pages need of the operators' answers. */
const text = z.string();
const maybe = text.nullable();
const bidder = z.looseObject({ contract_id: text, buyer_id: text, endpoint_id: text });
const doubtful = bidder.extend({ price: z.number(), attempts: z.number(), asked: z.number() });

export const letterLine = z.looseObject({
  lead_id: text,
  publisher: text,
  campaign: text,
  test: z.boolean(),
  mode: text,
  state: text,
  told: maybe,
  why: maybe,
  why_text: text,
  resting_since: maybe,
  money_at_risk: z.number(),
  in_doubt: z.array(doubtful),
  set_up_errors: z.array(z.looseObject({ contract_id: text, endpoint_id: text })),
});
export type LetterLine = z.output<typeof letterLine>;
export const letterPage = z.looseObject({ items: z.array(letterLine), next: maybe });

const sums = { count: z.number(), money_at_risk: z.number(), oldest_since: maybe };
export const summary = z.looseObject({
  ...sums,
  complete: z.boolean(),
  by_why: z.array(z.looseObject({ why: text, why_text: text, ...sums })),
  by_campaign: z.array(z.looseObject({ campaign: text, ...sums })),
  by_buyer: z.array(z.looseObject({ buyer_id: text, ...sums })),
  by_endpoint: z.array(
    z.looseObject({ endpoint_id: text, buyer_id: maybe, name: maybe, count: z.number(), oldest_since: maybe }),
  ),
});
export type Summary = z.output<typeof summary>;

const planBidder = bidder.extend({
  reservation_id: text,
  price: z.number(),
  payout: z.number(),
  status: text,
  attempts: z.number(),
  asked: z.number(),
  last_outcome: maybe,
  last_text: maybe,
  http_status: z.number().nullable(),
  last_at: maybe,
  hold_ends_at: maybe,
});
export type PlanBidder = z.output<typeof planBidder>;

const letterField = z.looseObject({
  name: text,
  label: maybe,
  type: text,
  class: text,
  values: z.array(text).nullable(),
  required: z.boolean(),
  present: z.boolean(),
  locked: maybe,
  problem: maybe,
  value: z.union([text, z.number(), z.boolean()]).nullable().optional(),
});
export type LetterField = z.output<typeof letterField>;

const action = z.looseObject({ action: text, possible: z.boolean(), effect: text, why_not: text.optional() });
export type LetterAction = z.output<typeof action>;

export const letter = z.looseObject({
  lead_id: text,
  state: text,
  why: maybe,
  why_text: text,
  resting_since: maybe,
  publisher: text,
  campaign: text,
  test: z.boolean(),
  mode: text,
  told: maybe,
  promise: z.number(),
  money_at_risk: z.number(),
  may_have_it: z.array(planBidder),
  wrongly_set_up: z.array(planBidder),
  not_asked: z.array(planBidder),
  editable: z.array(letterField),
  contracts: z.array(
    z.looseObject({ contract_id: text, name: text, buyer_id: text, fixed: z.boolean(), status: maybe }),
  ),
  erased: z.boolean(),
  happened: z.array(z.looseObject({ at: text, step: text, text })),
  actions: z.array(action),
});
export type Letter = z.output<typeof letter>;

/** The attempts of a lead's trace; `payload` is "sealed" until it is opened. */
export const trace = z.looseObject({
  lead: z.looseObject({ state: text }),
  attempts: z.array(
    z.looseObject({
      attempt_id: text,
      at: z.number(),
      kind: text.optional(),
      contract_id: text,
      buyer_id: text,
      outcome: text,
      class: text,
      http_status: z.number().nullable(),
      ms: z.number(),
      why: maybe,
      reason_class: text.optional(),
      late_evidence: z.boolean().optional(),
      payload: z.unknown(),
    }),
  ),
});
export type Attempt = z.output<typeof trace>["attempts"][number];

export const unknownPage = z.looseObject({
  items: z.array(
    z.looseObject({
      lead_id: text,
      publisher: text,
      campaign: text,
      test: z.boolean(),
      state: text,
      told: maybe,
      unknown_since: maybe,
      money_at_risk: z.number(),
      with: z.array(doubtful),
      next: z.looseObject({ what: text, at: maybe }),
    }),
  ),
  next: maybe,
  totals: z
    .looseObject({ count: z.number(), money_at_risk: z.number(), oldest_since: maybe, complete: z.boolean() })
    .nullable(),
});
export type UnknownLine = z.output<typeof unknownPage>["items"][number];
