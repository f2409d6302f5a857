import * as z from "zod";
import { positiveMoneySchema } from "../money.ts";
import { says } from "./common.ts";

/** What a buyer may say of a lead that it was posted, and what it is told. */
export const REPORT_RESULTS = ["accepted", "rejected", "failed"] as const;

/**
 * A delivery as its buyer sees it. `unknown`: we do not know, and the money is held; `settling`: a yes is known and is being booked;
 * `accepted`: sold and charged; `not_accepted`: a definite no, nothing is charged; `returned`: was charged, and given back;
 * `contested`: a yes that came too late, charged to nobody until people have talked.
 */
export const DELIVERY_STATES = ["unknown", "settling", "accepted", "not_accepted", "returned", "contested"] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export const reportRequestSchema = z
  .strictObject({
    result: z.enum(REPORT_RESULTS, says("must be accepted, rejected or failed")).meta({
      description:
        "`accepted`, `rejected`: what became of the post. `failed`: it was accepted, and did not hold (wrong number, double of yours, …).",
      examples: ["accepted"],
    }),
    price: positiveMoneySchema
      .optional()
      .meta({ description: "With `accepted`: what you pay, where it is not the bid." }),
    buyer_lead_id: z.string().max(200, "must have at most 200 characters").optional().meta({
      description: "Your own id of the lead.",
    }),
    reason: z.string().max(500, "must have at most 500 characters").optional().meta({
      description: "In your words; kept encrypted with the lead.",
    }),
  })
  .refine((report) => report.price === undefined || report.result === "accepted", {
    path: ["price"],
    message: "belongs to accepted",
  })
  .meta({
    id: "DeliveryReport",
    examples: [
      { result: "accepted", price: 21.105, buyer_lead_id: "b-77" },
      { result: "failed", reason: "disconnected" },
    ],
  });
export type DeliveryReport = z.output<typeof reportRequestSchema>;

export const deliveryAnswerSchema = z
  .strictObject({
    reservation_id: z.string().meta({ examples: ["lb0A1zcQk4hT9sWmX2dLr7vYe3Gu_acme_auto_1_1"] }),
    lead_id: z.string(),
    contract_id: z.string(),
    state: z.enum(DELIVERY_STATES),
    price: z
      .number()
      .nullable()
      .meta({ description: "What you are charged, or what is held while it is unknown.", examples: [21.105] }),
    test: z.literal(true).optional(),
    posted_at: z.iso.datetime().nullable().meta({ description: "When the last request was answered, or given up." }),
    message: z.string(),
  })
  .meta({ id: "Delivery" });
export type DeliveryAnswer = z.output<typeof deliveryAnswerSchema>;
