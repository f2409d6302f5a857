import type { Reply } from "./server.ts";

/** What a simulated buyer means; its speech says it in the words of its own system. */
export interface Speech {
  bid(price: number, ref: string): Reply;
  noBid(): Reply;
  accepted(number: string, redirect?: string): Reply;
  rejected(reason: string): Reply;
  duplicate(): Reply;
}

/** Short and flat: `{"bid":21.105,"id":"…"}`, a bid of 0 is a no. */
export const flat: Speech = {
  bid: (price, ref) => ({ body: { bid: price, id: ref } }),
  noBid: () => ({ body: { bid: 0 } }),
  accepted: (number, redirect) => ({ body: { status: "accepted", lead: number, ...(redirect && { redirect }) } }),
  rejected: (reason) => ({ body: { status: "rejected", reason } }),
  duplicate: () => ({ body: { status: "duplicate" } }),
};

/** An insurer's older system: capital letters, two levels, the price a text, everything HTTP 200. */
export const nested: Speech = {
  bid: (price, ref) => ({ body: { Response: { Status: "Matched", Price: price.toFixed(2), Token: ref } } }),
  noBid: () => ({ body: { Response: { Status: "Unmatched", Reason: "no product" } } }),
  accepted: (number) => ({ body: { Response: { Status: "Accepted", LeadNumber: number } } }),
  rejected: (reason) => ({ body: { Response: { Status: "Rejected", Reason: reason } } }),
  duplicate: () => ({ body: { Response: { Status: "Duplicate" } } }),
};

/** A lead exchange: `{"decision":"buy","cpl":38}`; it takes posts form-encoded and answers with HTTP status codes too. */
export const exchange: Speech = {
  bid: (price, ref) => ({ body: { decision: "buy", cpl: price, auction: { token: ref } } }),
  noBid: () => ({ body: { decision: "pass" } }),
  accepted: (number) => ({ status: 201, body: { ok: true, id: number } }),
  rejected: (reason) => ({ status: 200, body: { ok: false, error: reason } }),
  duplicate: () => ({ status: 200, body: { ok: false, error: "duplicate" } }),
};

/** A list of offers, of which the first counts. */
export const offers: Speech = {
  bid: (price, ref) => ({ body: { count: 1, offers: [{ amount: price, offer_id: ref }] } }),
  noBid: () => ({ body: { count: 0, offers: [] } }),
  accepted: (number) => ({ status: 202, body: { result: "sold", reference: number } }),
  rejected: (reason) => ({ body: { result: "unsold", why: reason } }),
  duplicate: () => ({ body: { result: "known" } }),
};
