import type { AnswerCode } from "../../schema/lists.ts";

/** What happened, and what the publisher does about it. Exhaustive: a code without words does not compile. */
export const ANSWER_TEXTS: Record<AnswerCode, { happened: string; action: string }> = {
  no_eligible_buyers: { happened: "No buyer takes leads like this at the moment.", action: "Offer it elsewhere." },
  no_bids: { happened: "Buyers were asked and none made an offer that could be used.", action: "Offer it elsewhere." },
  below_min_price: {
    happened: "The best offer was below your min_price.",
    action: "Offer it elsewhere, or ask again with a lower min_price.",
  },
  duplicate_ping: {
    happened: "The same ping was made a moment ago, and its ping id has expired.",
    action: "Offer it elsewhere, or ping again later with a new click_id or idempotency key.",
  },
  duplicate: {
    happened: "This consumer was sold in this campaign within its window.",
    action: "Do not send it again.",
  },
  suppressed: { happened: "This consumer is on the suppression list.", action: "Do not send it again." },
  gateway_paused: { happened: "The gateway is paused.", action: "Try later." },
  publisher_paused: { happened: "Your account is paused.", action: "Ask the operator." },
  campaign_paused: { happened: "The campaign is paused.", action: "Try later, or ask the operator." },
  ping_expired: {
    happened: "The ping is genuine but older than its expires_in.",
    action: "Ping again and post sooner.",
  },
  ping_rejected: {
    happened: "The ping was answered rejected: there is no offer to post to.",
    action: "Post only pings that were accepted.",
  },
  buyers_rejected: { happened: "Every buyer that was asked refused the lead.", action: "Offer it elsewhere." },
  not_taken: { happened: "No buyer could take the lead now, and none has it.", action: "Offer it elsewhere." },
  no_answer_in_time: {
    happened: "No buyer had confirmed when your answer was due.",
    action: "Treat it as not sold; nothing more is sent for it.",
  },
  in_progress: {
    happened: "The lead is safe and still being sold.",
    action: "Wait for the postback, or ask GET /v1/leads/:id.",
  },
  under_review: {
    happened: "It is not certain whether a buyer has taken the lead; a person is looking at it.",
    action: "Pending: wait for the postback, or ask GET /v1/leads/:id. Rejected: that holds, treat it as not sold.",
  },
  parked: {
    happened: "The lead is safe and waits until a buyer's connection is repaired.",
    action: "Pending: wait for the postback, or ask GET /v1/leads/:id. Rejected: that holds, treat it as not sold.",
  },
};

/** The text of an answer's `message`. */
export function messageOf(code: AnswerCode): string {
  const { happened, action } = ANSWER_TEXTS[code];
  return `${happened} ${action}`;
}
