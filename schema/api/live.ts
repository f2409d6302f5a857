import * as z from "zod";
import { ANSWER_CODES, BREAKER_STATES, PHASES } from "../lists.ts";

/** What happens now: a page of the newest auctions and sales, and the gauges beside it. Amounts are in the currency's unit. */
export const CURSOR = /^\d{1,15}\.\d{1,15}$/;

export const liveQuery = z.strictObject({
  after: z
    .string()
    .regex(CURSOR, "must be the `cursor` of an answer before")
    .optional()
    .meta({ description: "The `cursor` of the answer before: only what has come since. Absent: the newest." }),
  limit: z.coerce.number().int().min(1).max(100).default(40),
});

export const liveStreamQuery = z.strictObject({
  after: liveQuery.shape.after.meta({ description: "As for `GET /live`; a `Last-Event-ID` header comes before it." }),
});

const time = z.iso.datetime();
const amount = z.number().meta({ examples: [21.105] });

export const liveItem = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("auction"),
    at: time,
    ping_id: z.string(),
    publisher: z.string(),
    campaign: z.string(),
    test: z.boolean(),
    result: z.string(),
    code: z.enum(ANSWER_CODES).nullable(),
    price: amount.meta({ description: "What the publisher was offered." }),
    took_ms: z.int(),
    asked: z.int(),
    bids: z.int(),
    winner: z
      .object({ contract_id: z.string(), buyer_id: z.string(), bid: amount })
      .nullable()
      .meta({ description: "Who would pay the most: the first that a post of this ping goes to." }),
    why: z.string().meta({ description: "In one line." }),
  }),
  z.object({
    kind: z.literal("sale"),
    at: time,
    lead_id: z.string(),
    publisher: z.string(),
    campaign: z.string(),
    contract_id: z.string(),
    buyer_id: z.string(),
    currency: z.string(),
    price: amount,
    payout: amount,
    recovered: z.boolean(),
    why: z.string(),
  }),
]);
export type LiveItem = z.output<typeof liveItem>;

export const liveAnswer = z.object({
  items: z.array(liveItem).meta({ description: "Oldest first, as they came to the ledger: a second or two behind." }),
  cursor: z.string(),
  skipped: z.int().meta({ description: "So many came beside these and are left out: more than `limit` at once." }),
});
export type LiveAnswer = z.output<typeof liveAnswer>;

const rate = z.number().nullable();
export const liveGauges = z.object({
  at: time,
  per_minute: z
    .object({ pings: rate, accepted: rate, posts: rate, sold: rate, revenue: rate })
    .meta({ description: "Of the last minute that the ledger has, without tests; of fewer seconds under high load." }),
  working: z.int().meta({ description: "Leads that are being sold, or wait for their turn." }),
  resting: z.int().meta({ description: "Dead letters." }),
  outbox: z.int().meta({ description: "Events that the ledger does not have yet; of the books." }),
  outbox_age_s: z.number(),
  unknowns: z.object({
    count: z.int(),
    oldest_age_s: z.int(),
    money_at_risk: amount,
    complete: z.boolean().meta({ description: "false: the money is a lower bound." }),
  }),
  breakers: z.object({
    count: z.int(),
    items: z.array(
      z.object({
        endpoint_id: z.string(),
        buyer_id: z.string(),
        phase: z.enum(PHASES),
        state: z.enum(BREAKER_STATES),
        until: time.nullable(),
      }),
    ),
  }),
  alerts: z
    .object({
      count: z.int(),
      items: z.array(
        z.object({ id: z.string(), at: time, kind: z.string(), subject: z.string(), message: z.string() }),
      ),
    })
    .meta({ description: "Of the last fifty: neither acknowledged nor muted." }),
  unreachable: z
    .array(z.string())
    .meta({ description: "Books that did not answer: what they hold is not in these figures." }),
});
export type LiveGauges = z.output<typeof liveGauges>;
