import * as z from "zod";
import { BREAKER_STATES } from "./lists.ts";
import type { Money } from "./money.ts";

/**
 * Status rows: what a buyer's object tells the snapshots, so that a ping can leave a buyer out without asking its object.
 * Written to D1 through the object's outbox; a hint only, `reserve` is exact.
 */
const until = z.number().int().nullable();

export const contractStatusSchema = z.object({
  /** Reached caps: the whole contract (`source` null) or one publisher; epoch ms when the window ends, null = never. */
  closed: z.array(z.object({ source: z.string().nullable(), until })),
  /** Places left under the tightest count cap of the whole contract, told when few, until its window ends (`left_until`, null = never). */
  left: z.number().int().nullable().default(null),
  left_until: until.default(null),
  /** Pacing: no lead before this epoch ms. */
  paced_until: until.default(null),
});
export type ContractStatus = z.output<typeof contractStatusSchema>;

const phase = z.object({ state: z.enum(BREAKER_STATES), until });
/** A token that the endpoint needs, sealed; until epoch ms. */
const token = z.object({ sealed: z.string(), serial: z.number().int(), expires_at: z.number().int() });
export const endpointStatusSchema = z.object({
  ping: phase,
  post: phase,
  token: token.optional(),
  /** Of the test credentials. */
  test_token: token.optional(),
});
export type EndpointStatus = z.output<typeof endpointStatusSchema>;

export const buyerStatusSchema = z.object({
  /** Balance plus credit minus holds; null = no limit. */
  available: z
    .number()
    .int()
    .nullable()
    .transform((v) => v as Money | null),
});
export type BuyerStatus = z.output<typeof buyerStatusSchema>;

export type StatusKind = "contract" | "endpoint" | "buyer";
