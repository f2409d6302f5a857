import * as z from "zod";
import { operation } from "../admin/operation-parts.ts";
import { draftSchema } from "../admin/versions/draft.ts";
import type { Operation } from "../operation.ts";
import { dryRunQuery } from "./dry-run.ts";

const totals = z.object({
  won: z.int().meta({ description: "Auctions that somebody won." }),
  revenue: z.number().meta({ description: "What the winners would pay." }),
  payouts: z.number(),
  margin: z.number(),
  own_won: z.int().meta({ description: "Won by the contract that is looked at." }),
  own_revenue: z.number(),
});
const sums = z.object({
  before: totals,
  after: totals,
  assumed: totals.nullable().meta({
    description:
      "`after`, with the contract's answer of its nearest similar auction where nobody asked it; null: nothing was assumed.",
  }),
});
const side = z.object({ contract_id: z.string(), buyer_id: z.string(), price: z.number(), payout: z.number() });

export const dryRunAnswerSchema = z.object({
  campaign_id: z.string(),
  newest: z.iso.datetime().nullable(),
  oldest: z.iso.datetime().nullable(),
  looked_at: z.int(),
  not_held: z.int().meta({ description: "Refused before anybody was asked: in no other figure." }),
  reproduced: z.int().meta({ description: "Auctions whose recorded winner wins under the present rules too." }),
  all: sums.meta({ description: "Of all auctions that were held: most pings are never posted." }),
  posted: sums.extend({ auctions: z.int() }).meta({ description: "Only of auctions whose ping was posted." }),
  unknown: z.object({ before: z.int(), after: z.int(), assumed: z.int() }).meta({
    description:
      "Auctions in which the contract would be asked and its bid is not recorded; of how many one was assumed.",
  }),
  reasons: z.array(z.object({ reason: z.string(), text: z.string(), before: z.int(), after: z.int() })),
  moved: z.array(
    z.object({
      ping_id: z.string(),
      at: z.iso.datetime(),
      posted: z.boolean(),
      from: side.nullable(),
      to: side.nullable(),
      why: z.object({
        contract_id: z.string(),
        when: z.enum(["before", "after"]),
        reason: z.string(),
        text: z.string(),
      }),
    }),
  ),
  moved_count: z.int().meta({ description: "All that change hands or price; at most 100 are listed." }),
  assumptions: z.array(z.string()),
  next: z.string().nullable().meta({ description: "For older auctions." }),
});

/** For the API document. */
export const DRY_RUN_OPERATIONS: readonly Operation[] = (
  [
    ["contracts", "contract", "a contract's change"],
    ["campaigns", "campaign", "a campaign's auction rules"],
  ] as const
).map(([tag, kind, what]) =>
  operation(tag, {
    method: "post",
    path: `/${tag}/:id/dry-run`,
    id: `dry_run_${kind}`,
    role: "viewer",
    summary: `What would ${what} have sold, over recorded auctions?`,
    notes:
      "Nothing is written and nobody is asked. What cannot be known is counted apart; `assumptions` says what is taken for granted.",
    request: draftSchema,
    query: dryRunQuery,
    response: dryRunAnswerSchema,
    problems: ["not_found", "not_ready"],
  }),
);
