/** Which request a template belongs to, and so which names it can use. */
export interface Phase {
  kind: "ping" | "post" | "status" | "win" | "loss" | "token";
  /** Names carried from the ping's answer; null: whatever there is. */
  bid: ReadonlySet<string> | null;
  /** Names carried from earlier steps, by step. */
  steps: ReadonlyMap<string, ReadonlySet<string>>;
  /** Names carried from the post's answer; null before there is one. */
  answer: ReadonlySet<string> | null;
  /** Names of the token; null where the dialect has none. */
  token: ReadonlySet<string> | null;
}

const ALWAYS = ["now"];
const AUCTION = ["ping_id", "campaign", "source", "click_id", "test", ...ALWAYS];
const SUB_IDS = ["sub_id1", "sub_id2", "sub_id3", "sub_id4", "sub_id5"];

export const GATEWAY_NAMES: Readonly<Record<Phase["kind"], readonly string[]>> = {
  ping: [...AUCTION, ...SUB_IDS, "min_price", "timeout_ms", "times_sold"],
  post: [...AUCTION, ...SUB_IDS, "lead_id", "reservation_id", "price", "callback_url", "times_sold"],
  status: ["lead_id", "reservation_id", ...ALWAYS],
  win: [...AUCTION, ...SUB_IDS, "lead_id", "reservation_id", "price"],
  loss: [...AUCTION, ...SUB_IDS, "winning_price", "loss_reason"],
  token: ALWAYS,
};

export const CONSENT_NAMES = ["brand", "text", "at", "ip", "ua"];
/** Known before anything is built, and only once body and address are. */
export const EARLY_REQUEST_NAMES = ["method", "nonce", "timestamp"];
export const LATE_REQUEST_NAMES = ["body", "url", "path", "query"];

/** In a sentence. */
export const PHASE_WORDS: Readonly<Record<Phase["kind"], string>> = {
  ping: "a ping",
  post: "a post",
  status: "a status call",
  win: "a win notice",
  loss: "a loss notice",
  token: "a token's request",
};
