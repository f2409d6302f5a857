import type { NoticeReason } from "../../schema/lists.ts";
import type { Money } from "../../schema/money.ts";
import type { Fields } from "../../schema/rpc/auction.ts";

/** What the gateway tells beside the lead: `gateway.*` in templates. */
export interface GatewayFacts {
  ping_id: string;
  campaign: string;
  /** Publisher's id, and the sub ids that it sent. */
  source: string;
  sub_ids: Record<string, string>;
  test: boolean;
  /** Epoch ms. */
  now: number;
}
/** What requests of every kind may use. */
export interface CommonFacts {
  secrets: Record<string, string>;
  /** Of `auth`: `token.access_token` and what it carries. */
  token?: Record<string, string>;
  /** 32 random hex digits, new for each request: `request.nonce`, the multipart boundary, the webhook id. */
  nonce: string;
}
/** Carried from the steps that ran, by step: `step.<step>.<name>`. A ping's may also arrive in `bid` under that whole name. */
type StepFacts = Record<string, Record<string, string>>;

export interface PingFacts extends CommonFacts {
  /** Only what this contract may see in a ping. */
  fields: Fields;
  gateway: GatewayFacts & { min_price?: Money; timeout_ms?: number };
  steps?: StepFacts;
}
export interface PostFacts extends CommonFacts {
  fields: Fields;
  consent: Record<string, string>;
  /** Values carried from the bid (`ref` and own names). Lists (`refs`) are JSON text. */
  bid: Record<string, string>;
  /** `callback_url`: where the buyer may say later what became of this delivery; absent where the gateway has no public address. */
  gateway: GatewayFacts & { lead_id: string; reservation_id: string; price: Money; callback_url?: string };
  steps?: StepFacts;
  /** For requests after the post: carried from its answer, `buyer_lead_id` and `price` too. */
  answer?: Record<string, string>;
}

/** What a status call may name: the earlier post and the bid, nothing of the consumer. */
export interface StatusFacts extends CommonFacts {
  reservation_id: string;
  lead_id: string;
  /** Only for `$pick`: what the ping and the post picked. */
  ping_id?: string;
  /** Of a test lead: the request's `test` counts. */
  test?: boolean;
  bid: Record<string, string>;
  /** Epoch ms. */
  now: number;
}

/** What a win notice may name: the sale, the buyer's own bid, nothing of the consumer. */
export interface WinFacts extends CommonFacts {
  /** `price`: what the buyer is charged. */
  gateway: GatewayFacts & { lead_id: string; reservation_id: string; price: Money };
  bid: Record<string, string>;
}

/** What a loss notice may name: the auction, the buyer's own bid, nothing of the consumer. */
export interface LossFacts extends CommonFacts {
  gateway: GatewayFacts;
  bid: Record<string, string>;
  reason: NoticeReason;
  /** Only where the campaign discloses it. */
  winning_price?: Money;
}

/** What a token's request may name. */
export interface TokenFacts extends CommonFacts {
  /** For the test credentials: the request's `test` counts. */
  test?: boolean;
  /** Epoch ms. */
  now: number;
}
