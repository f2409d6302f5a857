import * as z from "zod";
import { ATTEMPT_CLASSES, BREAKER_STATES, CAP_PERIODS, PHASES } from "../lists.ts";

/** How buyers and their endpoints do: answers of the operators' health calls. Shares in percent, money in the unit, times in ISO 8601. */
const time = z.iso.datetime();
const share = z.number().nullable().meta({ description: "Percent; null: nothing to divide by." });
const ms = z.number().nullable().meta({ description: "Ms; null: nothing was counted." });

/** Where somebody or something stands, most pressing first. */
export const STANDINGS = [
  "paused",
  "maintenance",
  "breaker_open",
  "breaker_trial",
  "cap_reached",
  "no_money",
  "ok",
] as const;
export type StandingWord = (typeof STANDINGS)[number];
export const standing = z.enum(STANDINGS).meta({
  description:
    "The first that applies. `breaker_trial`: a breaker tries itself; `cap_reached`: all its live contracts are at a cap; `no_money`: not even the smallest sale is covered.",
});

/** Pings of a buyer or contract: counted in memory, best effort. */
export const pingFigures = z.object({
  asked: z.int(),
  bids: z.int(),
  no_bids: z.int(),
  too_late: z.int(),
  closed_early: z.int(),
  ping_errors: z.int(),
  not_sent: z.int(),
  won: z.int(),
  out_maximum_too_low: z.int(),
  out_shaped: z.int(),
  bid_rate: share,
  win_rate: share,
  ping_p50: ms,
  ping_p95: ms,
  ping_p99: ms,
});
/** Posts, by the ledger: exact. Delivery (was there an answer?) and acceptance (was it a yes?) apart. */
export const postFigures = z.object({
  posts: z.int(),
  posts_answered: z.int(),
  posts_accepted: z.int(),
  posts_rejected: z.int(),
  posts_duplicate: z.int(),
  posts_not_taken: z.int(),
  posts_unknown: z.int(),
  posts_set_up_error: z.int(),
  delivery_success: share,
  post_acceptance: share,
  post_p50: ms,
  post_p95: ms,
  post_p99: ms,
});
export const saleFigures = z.object({
  sales: z.int(),
  revenue: z.number(),
  average_price: z.number().nullable(),
  returned: z.int(),
  refunded: z.number(),
});
export type PingFigures = z.output<typeof pingFigures>;
export type PostFigures = z.output<typeof postFigures>;
export type SaleFigures = z.output<typeof saleFigures>;

export const capLineSchema = z.object({
  contract_id: z.string(),
  per: z.enum(CAP_PERIODS),
  /** null: the contract as a whole. */
  source: z.string().nullable(),
  of: z.enum(["count", "money"]),
  used: z.number(),
  limit: z.number(),
  share: z.number().meta({ description: "Used of the limit, in percent; of a limit of 0: 100." }),
  resets_at: time.nullable().meta({ description: "When its window ends; null: never." }),
});
export type CapLine = z.output<typeof capLineSchema>;

const breaker = z.object({
  phase: z.enum(PHASES),
  state: z.enum(BREAKER_STATES),
  failures: z.int(),
  opened_at: time.nullable(),
  until: time.nullable(),
  pauses: z.int(),
});
const lasting = z.object({ id: z.string(), reason: z.string(), until: time });

export const slaLineSchema = z.object({
  name: z.enum(["ping_p95_ms", "post_p95_ms", "delivery_percent", "acceptance_percent"]),
  agreed: z.number(),
  measured: z.number().nullable(),
  kept: z.boolean().nullable().meta({ description: "null: nothing was measured." }),
});
export type SlaLine = z.output<typeof slaLineSchema>;

export const endpointHealthSchema = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(["active", "paused"]),
  standing,
  maintenance: lasting.nullable(),
  breakers: z.array(breaker),
  figures: postFigures,
});
export const contractHealthSchema = z.object({
  id: z.string(),
  name: z.string(),
  endpoint_id: z.string(),
  campaign_id: z.string(),
  status: z.enum(["active", "paused"]),
  stage: z.enum(["draft", "ramping", "live"]),
  figures: z.object({ ...pingFigures.shape, ...postFigures.shape, ...saleFigures.shape }),
});
export const bidRangeSchema = z.object({
  above: z.number(),
  up_to: z.number().nullable(),
  bids: z.int(),
  won: z.int(),
  win_rate: share,
  posts: z.int(),
  rejected: z.int(),
  reject_rate: share,
});
export const breakerEventSchema = z.object({
  at: time,
  endpoint_id: z.string(),
  phase: z.enum(PHASES),
  state: z.enum(BREAKER_STATES),
  why: z.string(),
});
export const moneySchema = z.object({
  balance: z.number(),
  held: z.number(),
  available: z.number().nullable(),
  in_doubt: z.int(),
  in_doubt_money: z.number(),
  oldest_in_doubt_ms: z.number(),
});

export const buyerHealthSchema = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(["active", "paused"]),
  standing,
  from: time,
  to: time,
  figures: z.object({ ...pingFigures.shape, ...postFigures.shape, ...saleFigures.shape }),
  series: z
    .array(
      z.object({
        time: z.string(),
        from: time,
        to: time,
        posts: z.number(),
        delivery_success: share,
        post_acceptance: share,
        asked: z.number(),
        win_rate: share,
        ping_p95: ms,
        post_p95: ms,
      }),
    )
    .meta({ description: "By hour, beyond three days by day." }),
  errors: z
    .array(z.object({ class: z.enum(ATTEMPT_CLASSES), count: z.int(), share: z.number(), meaning: z.string() }))
    .meta({ description: "What posts came to, by class; yes and plain no among them." }),
  ping_errors: z.array(z.object({ word: z.string(), count: z.int(), share: z.number() })),
  bid_ranges: z.array(bidRangeSchema),
  endpoints: z.array(endpointHealthSchema),
  contracts: z.array(contractHealthSchema),
  sla: z.array(slaLineSchema),
  money: moneySchema.nullable().meta({ description: "null: the buyer's object did not answer." }),
  caps: z.array(capLineSchema),
  maintenance: lasting.nullable(),
  breaker_history: z.array(breakerEventSchema).meta({ description: "Newest first." }),
  more: z
    .boolean()
    .meta({ description: "There are more endpoints, contracts, caps or breaker events than are shown." }),
});
export type BuyerHealth = z.output<typeof buyerHealthSchema>;
