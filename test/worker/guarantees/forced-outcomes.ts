/** What each magic ZIP must force, by its description in MAGIC_ZIPS. */
const PAYOUT = 9.872;
const SOLD = { result: "accepted", price: PAYOUT };
export const no = (code: string) => ({ result: "rejected", code, price: 0 });
const pending = (code: string) => ({ result: "pending", code, price: 0 });

export interface Forced {
  ping: object;
  /** The answer to the post, or to the one-step lead. */
  final: object;
  pending: object;
  /** How it ends, and how it ends for a publisher in pending mode where that differs. */
  state: string;
  later?: { state: string; answer: object };
}
const atOnce = (answer: object, state: string, ping: object = SOLD): Forced => ({
  ping,
  final: answer,
  pending: answer,
  state,
});

export const FORCED: Record<string, Forced> = {
  "00001": atOnce(SOLD, "sold"),
  "00002": atOnce(no("no_eligible_buyers"), "unsold", no("no_eligible_buyers")),
  "00003": atOnce(no("no_bids"), "unsold", no("no_bids")),
  "00004": atOnce(SOLD, "sold"),
  "00005": atOnce(no("buyers_rejected"), "unsold"),
  "00006": {
    ...atOnce(no("no_answer_in_time"), "review"),
    pending: pending("in_progress"),
    later: { state: "sold", answer: SOLD },
  },
  "00007": {
    ...atOnce(no("no_answer_in_time"), "review"),
    pending: pending("in_progress"),
    later: { state: "review", answer: { result: "pending" } },
  },
  "00008": atOnce(no("duplicate"), "unsold"),
  "00009": atOnce({ ...SOLD, redirect_url: "https://example.com/thank-you?test=1" }, "sold"),
  "00010": atOnce(no("duplicate"), "unsold", no("duplicate")),
  "00011": atOnce(no("suppressed"), "unsold", no("suppressed")),
  "00012": atOnce(no("not_taken"), "unsold"),
  "00013": {
    ...atOnce(no("not_taken"), "unsold"),
    pending: pending("parked"),
    later: { state: "parked", answer: pending("parked") },
  },
  "00014": {
    ...atOnce(no("under_review"), "review"),
    pending: pending("under_review"),
    later: { state: "review", answer: pending("under_review") },
  },
};
