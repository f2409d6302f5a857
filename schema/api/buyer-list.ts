import * as z from "zod";
import { capLineSchema, moneySchema, standing } from "./buyer-health.ts";

/** All buyers, a row each. Shares in percent, money in the unit, times in ISO 8601. */
const time = z.iso.datetime();
const share = z.number().nullable();
const ms = z.number().nullable();

export const buyerRowSchema = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(["active", "paused"]),
  standing,
  endpoints: z.int(),
  contracts: z.int(),
  open_breakers: z.array(z.string()).meta({ description: "As `endpoint/phase`." }),
  figures: z.object({
    posts: z.int(),
    delivery_success: share,
    post_acceptance: share,
    post_p95: ms,
    ping_p95: ms,
    win_rate: share,
    sales: z.int(),
    revenue: z.number(),
  }),
  spark: z
    .array(z.object({ posts: z.number(), delivery_success: share }))
    .meta({ description: "Twenty-four stretches of the range, oldest first; empty: too much to tell." }),
  money: moneySchema.nullable(),
  fullest_cap: capLineSchema.nullable(),
  alerts: z.int().meta({ description: "Alerts of the buyer, its endpoints and contracts that are open now." }),
});
export type BuyerRow = z.output<typeof buyerRowSchema>;
export const BUYER_SORTS = [
  "name",
  "posts",
  "success",
  "acceptance",
  "p95",
  "win_rate",
  "revenue",
  "standing",
] as const;
export const buyerListSchema = z.object({
  items: z.array(buyerRowSchema),
  total: z.int().meta({ description: "Buyers that fit the filters." }),
  page: z.int(),
  pages: z.int(),
  from: time,
  to: time,
});
