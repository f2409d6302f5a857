import { deliveryAnswerSchema, reportRequestSchema } from "../../../schema/api/buyer.ts";
import { BODY_PROBLEMS, type Operation } from "../operation.ts";

const REPORT = {
  request: reportRequestSchema,
  form_encoded: true,
  response: deliveryAnswerSchema,
  notes:
    "Late proof where your answer was lost or unclear, or `failed` after the sale. Repeat it until you have an answer: the same report again changes nothing. 202: an operator decides.",
  problems: [
    ...BODY_PROBLEMS,
    "delivery_not_found",
    "settled_otherwise",
    "request_under_way",
    "rate_limited",
    "unavailable",
  ],
} as const;

/** The buyers' calls, as the document has them. A test holds this list against the router. */
export const BUYER_OPERATIONS: readonly Operation[] = [
  {
    method: "get",
    path: "/v1/buyer/deliveries/:reservation_id",
    id: "deliveryState",
    summary: "What is known of a lead that you were posted",
    tags: ["buyer"],
    auth: "buyer",
    response: deliveryAnswerSchema,
    notes: "`:reservation_id` is the post's `Idempotency-Key`.",
    problems: ["delivery_not_found"],
  },
  {
    ...REPORT,
    problems: [...REPORT.problems],
    method: "post",
    path: "/v1/buyer/deliveries/:reservation_id",
    id: "reportDelivery",
    summary: "Say what became of a lead that you were posted",
    tags: ["buyer"],
    auth: "buyer",
  },
  {
    ...REPORT,
    problems: [...REPORT.problems],
    method: "post",
    path: "/v1/callbacks/:token",
    id: "callback",
    summary: "The same report, at the address that came with the post",
    tags: ["buyer"],
    auth: "none",
    notes: `${REPORT.notes} The address is \`{{gateway.callback_url}}\` of your dialect: whoever has it can speak for this one delivery.`,
  },
];
