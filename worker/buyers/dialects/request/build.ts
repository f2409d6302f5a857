import type { NoticeReason } from "../../../../schema/lists.ts";
import type { Money } from "../../../../schema/money.ts";
import type { Fields } from "../../../../schema/rpc/auction.ts";
import type { CommonFacts, LossFacts, PingFacts, PostFacts, StatusFacts, TokenFacts, WinFacts } from "../../dialect.ts";

type Texts = Readonly<Record<string, string>>;

/** What the gateway tells; which of it there is depends on the request. */
export interface Told {
  ping_id?: string;
  campaign?: string;
  source?: string;
  sub_ids?: Texts;
  test?: boolean;
  lead_id?: string;
  reservation_id?: string;
  price?: Money;
  callback_url?: string;
  min_price?: Money;
  timeout_ms?: number;
  winning_price?: Money;
  loss_reason?: NoticeReason;
}

/** Everything that getters may look at while one request is built, and what they remember of it. */
export interface Build {
  fields: Fields;
  gateway: Told;
  consent: Texts;
  bid: Texts;
  secrets: Texts;
  token: Texts;
  steps: Readonly<Record<string, Texts>>;
  answer: Texts;
  /** Epoch ms. */
  now: number;
  nonce: string;
  /** Computed values, by their number: each is worked out once per request. */
  memo: unknown[];
  /** Parts that the request is made of so far: see budget.ts. */
  made: number;
  /** Credentials and tokens that a template named and that are not there: no request is made without them. */
  missing: Set<string>;
  /** The element that `$each` is at. */
  item: unknown;
  /** Its position, counted from 1. */
  item_number: number;
  /** Of the request itself, as far as it is built. */
  url: string;
  body: string;
}

const NONE: Readonly<Record<string, never>> = {};

function base({ secrets, token, nonce }: CommonFacts, now: number): Build {
  return {
    fields: NONE,
    gateway: NONE,
    consent: NONE,
    bid: NONE,
    secrets,
    token: token ?? NONE,
    steps: NONE,
    answer: NONE,
    now,
    nonce,
    memo: [],
    made: 0,
    missing: new Set(),
    item: undefined,
    item_number: 0,
    url: "",
    body: "",
  };
}

export const pingBuild = (facts: PingFacts): Build => ({
  ...base(facts, facts.gateway.now),
  fields: facts.fields,
  gateway: facts.gateway,
  steps: facts.steps ?? NONE,
});

export const postBuild = (facts: PostFacts): Build => ({
  ...base(facts, facts.gateway.now),
  fields: facts.fields,
  gateway: facts.gateway,
  consent: facts.consent,
  bid: facts.bid,
  steps: facts.steps ?? NONE,
  answer: facts.answer ?? NONE,
});

export const statusBuild = (facts: StatusFacts): Build => ({
  ...base(facts, facts.now),
  gateway: { lead_id: facts.lead_id, reservation_id: facts.reservation_id, ping_id: facts.ping_id, test: facts.test },
  bid: facts.bid,
});

export const winBuild = (facts: WinFacts): Build => ({
  ...base(facts, facts.gateway.now),
  gateway: facts.gateway,
  bid: facts.bid,
});

export const lossBuild = (facts: LossFacts): Build => ({
  ...base(facts, facts.gateway.now),
  gateway: { ...facts.gateway, winning_price: facts.winning_price, loss_reason: facts.reason },
  bid: facts.bid,
});

export const tokenBuild = (facts: TokenFacts): Build => ({ ...base(facts, facts.now), gateway: { test: facts.test } });

/** What stops a request from being made; `message` names the part, never a value. */
export class BuildFailure extends Error {}
