import type { Form, Publisher } from "../../schema/config/publisher.ts";
import type { AnswerCode, LeadState } from "../../schema/lists.ts";
import type { Money } from "../../schema/money.ts";
import type { Fields } from "../../schema/rpc/auction.ts";
import type { CompiledCampaign } from "../auction/compiled.ts";

/** A digest of a phone or e-mail that the publisher sent. */
export interface GivenHash {
  algorithm: "sha256" | "md5";
  hex: string;
}

/** What every call of a publisher carries, parsed and checked. */
export interface CallFacts {
  publisher: Publisher;
  sub_ids: Record<string, string>;
  click_id?: string;
  test: boolean;
  idempotency_key?: string;
  /** Epoch ms when the request arrived: deadlines count from there. */
  began: number;
}

export interface PingInput extends CallFacts {
  campaign: CompiledCampaign;
  /** Public and quasi fields, normalised. */
  facts: Fields;
  phone_hash?: GivenHash;
  email_hash?: GivenHash;
  timeout_ms?: number;
  /** The least the publisher wants. */
  min_price: Money;
}

export interface Consent {
  brand?: string;
  text?: string;
  at?: string;
  ip?: string;
  ua?: string;
}

export interface PostInput extends CallFacts {
  ping_id: string;
  bid_ids: string[];
  /** As sent; parsed by the ping's campaign, which only the auction's book knows. */
  lead: Record<string, unknown>;
  consent: Consent;
  /** Needed only to sell a lead whose auction was lost as one step. */
  campaign_id?: string;
  /** As of a one-step lead. */
  filled?: readonly string[];
}

export interface LeadInput extends CallFacts {
  campaign: CompiledCampaign;
  /** All fields, normalised, consent included. */
  lead: Fields;
  consent: Consent;
  timeout_ms?: number;
  min_price: Money;
  form?: Form;
  /** Fields of `lead` that the route took from the request, not from the form: no part of its content when it is sent again. */
  filled?: readonly string[];
}

/** The caller's error: becomes a problem answer. `errors` name fields, never values. */
export interface FlowProblem {
  kind: "problem";
  status: 400 | 401 | 403 | 404 | 409 | 422 | 429 | 503;
  code: string;
  detail: string;
  errors?: { field: string; message: string; code: string }[];
  retry_after_s?: number;
}

export interface OfferedBid {
  bid_id: string;
  price: Money;
  brand?: string;
  consent_text?: string;
  exclusive: boolean;
}

export interface PingResult {
  kind: "ping";
  result: "accepted" | "rejected";
  ping_id: string;
  /** The promise: the publisher's payout. */
  price: Money;
  currency: string;
  /** Epoch ms. */
  expires_at: number;
  bids: OfferedBid[];
  code?: AnswerCode;
  test: boolean;
}
export type PingAnswer = PingResult | FlowProblem;

export interface PostResult {
  kind: "post";
  result: "accepted" | "rejected" | "pending";
  lead_id: string;
  price: Money;
  currency: string;
  redirect_url?: string;
  code?: AnswerCode;
  test: boolean;
}
export type PostAnswer = PostResult | FlowProblem;

export interface LeadStateAnswer extends PostResult {
  campaign: string;
  state: LeadState;
  created_at: number;
  closed_at: number | null;
}
