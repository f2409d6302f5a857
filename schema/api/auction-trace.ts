import * as z from "zod";
import {
  ANSWER_CODES,
  ATTEMPT_OUTCOMES,
  BIDDER_STATUSES,
  EXCLUSION_REASONS,
  LOSS_REASONS,
  PING_ERRORS,
  PING_OUTCOMES,
} from "../lists.ts";

/** Answers of the calls that tell an auction's story. Amounts: in the currency's unit. */
export const amount = z.number().meta({ examples: [21.105] });
export const epoch = z.number().meta({ description: "Epoch ms.", examples: [1_795_890_000_000] });
export const ms = z.number().meta({ description: "Milliseconds." });

/** Where an operator goes with it: `contract:acme_auto`, `endpoint:acme_http`, … */
const todo = z.object({ text: z.string(), about: z.string().nullable() }).meta({
  description: "What to do about it, and the record that it is about (`contract:acme_auto`); null: nothing.",
});

export const NOT_ELIGIBLE_THEN = "not_eligible_then";
const reason = z.enum([...EXCLUSION_REASONS, ...LOSS_REASONS, NOT_ELIGIBLE_THEN]);

export const timingAnswer = z
  .object({
    asked_ms: ms,
    bids_in_ms: ms,
    bids_due_ms: ms,
    due_ms: ms,
  })
  .meta({
    description:
      "From the request's arrival: the buyers were asked; the last bid that was waited for was in; bids had to be in (the deadline less our own share); the answer was due.",
  });

export const buyerTrace = z.object({
  contract_id: z.string(),
  buyer_id: z.string(),
  buyer_name: z.string().nullable().meta({ description: "Today's; null: no such record any more." }),
  endpoint_id: z.string().nullable(),
  asked: z.boolean(),
  outcome: z.enum(PING_OUTCOMES).nullable().meta({ description: "null: a fixed price, or it was not asked." }),
  error: z.enum(PING_ERRORS).nullable(),
  http_status: z.int().nullable(),
  sent_at_ms: ms.nullable().meta({ description: "From the beginning of the fan-out (`timing.asked_ms`)." }),
  ms: ms.nullable().meta({ description: "From dispatch to the answer, or to the end of waiting." }),
  timeout_ms: ms.nullable().meta({ description: "What it was given, from dispatch." }),
  bid: amount.nullable(),
  payout: amount.nullable(),
  rank: z.int().nullable(),
  reason: reason.nullable().meta({ description: "null for the auction's winner." }),
  why: z.string().nullable(),
  todo: todo.nullable(),
  answer: z
    .string()
    .nullable()
    .meta({ description: "The beginning of its answer, where that was odd. It is kept sealed: null for a viewer." }),
  post: z
    .object({
      status: z.enum(BIDDER_STATUSES),
      refusal: z.string().nullable(),
      rounds: z.int(),
      attempts: z.int(),
      last_outcome: z.enum(ATTEMPT_OUTCOMES).nullable(),
      came: z.string().nullable().meta({ description: "How it came into the plan, where not by the first auction." }),
      text: z.string().meta({ description: "How it stands, as a sentence." }),
    })
    .nullable()
    .meta({ description: "As a bidder of the lead's plan." }),
});
export type BuyerTrace = z.infer<typeof buyerTrace>;

export const auctionPart = z.object({
  ping_id: z.string(),
  publisher: z.string(),
  campaign: z.string(),
  currency: z.string(),
  test: z.boolean(),
  at: epoch,
  expires_at: epoch,
  took_ms: ms,
  timing: timingAnswer.nullable().meta({ description: "null: nobody was asked, or an earlier version recorded it." }),
  result: z.enum(["accepted", "rejected"]),
  code: z.enum(ANSWER_CODES).nullable(),
  price: amount,
  min_price: amount,
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  sub_ids: z.record(z.string(), z.string()),
  config_seq: z.int(),
  filtered: z.int(),
  forced: z.string().nullable(),
});
export type AuctionPart = z.infer<typeof auctionPart>;

export const verdict = z.string().meta({
  description: "Why it did, or did not, sell: one sentence.",
  examples: ["Not sold: 4 buyers were asked, and none offered at least $60.00."],
});

export const auctionTraceAnswer = z.object({
  verdict,
  lead_id: z.string().nullable().meta({ description: "The lead that its post became; null: nobody posted it." }),
  auction: auctionPart,
  buyers: z.array(buyerTrace),
});
export type AuctionTrace = z.infer<typeof auctionTraceAnswer>;
