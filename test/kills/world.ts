import type { ContractInput, EndpointInput } from "../../schema/config/buyer.ts";
import type { PublisherInput } from "../../schema/config/publisher.ts";
import { autoInsurance } from "../../schema/verticals/index.ts";
import { between } from "../support/random.ts";
import type { Habits } from "./behaviour.ts";
import type { Buyer } from "./buyers.ts";

/** Short but real: what an operator may set, so that a run need not wait for the usual pauses. */
const RETRY = { attempts: 6, first_delay_s: 0.5, max_delay_s: 4 };
const POST_TIMEOUT_MS = 2_500;

/** On a busy machine every buyer is slow at times. Breakers are not what this run is about, and an open one would take its posts away. */
const PATIENT = { failures: 1_000, failure_rate: 100, slow_rate: 100 };

export const CAMPAIGN = {
  ...autoInsurance,
  deadlines: { ping_ms: 1_500, post_ms: 4_000, lead_ms: 5_000 },
  re_auctions: 1,
} as const;

export const PUBLISHERS = (site: string): PublisherInput[] => [
  { id: "final_no", name: "Final, unknown is no", campaigns: [CAMPAIGN.id], mode: "final", allow_below_promise: true },
  { id: "final_paid", name: "Final, unknown is paid", campaigns: [CAMPAIGN.id], mode: "final", risk_rule: "accepted" },
  {
    ...{ id: "patient", name: "Pending", campaigns: [CAMPAIGN.id], mode: "pending", allow_below_promise: true },
    postback: { url: `${site}/patient/postback` },
  },
];

export interface Party extends Buyer {
  contract: Partial<ContractInput>;
  endpoint: Partial<EndpointInput>;
  /** Prepaid: units to begin with, and what is paid in after each kill. Absent: invoiced, without a limit. */
  deposit?: { first: number; more: number };
  /** Leads it may ever have, and how many more after each kill. */
  cap?: { first: number; more: number };
}

const about = (middle: number) => (random: () => number) => between(random, middle * 0.8, middle * 1.2);
const STEADY: Habits = { accept: 88, reject: 12 };
const WILD: Habits = {
  ...{ accept: 60, reject: 10, busy: 8, kept_502: 5, lost_502: 3, kept_reset: 4, lost_reset: 3 },
  ...{ kept_hang: 2, lost_hang: 2, kept_half: 3 },
};

export const PARTIES: Party[] = [
  { ...party("wild", WILD, true, 24) },
  { ...party("wild_deaf", WILD, false, 22) },
  { ...party("wild_asked", WILD, false, 22), contract: { find_out: "ask_status" } },
  { ...party("capped", { accept: 80, reject: 10, kept_502: 5, busy: 5 }, true, 30), cap: { first: 25, more: 10 } },
  { ...party("prepaid", { accept: 80, reject: 10, lost_reset: 10 }, true, 30), deposit: { first: 400, more: 150 } },
  { ...party("steady", STEADY, true, 20) },
  { ...party("steady_deaf", STEADY, false, 20) },
];

function party(id: string, habits: Habits, idempotent: boolean, middle: number): Party {
  return { id, habits, idempotent, bid: about(middle), contract: {}, endpoint: {} };
}

/** The records of one buyer, as an operator would write them. */
export function recordsOf(one: Party, site: string) {
  const credit_limit = one.deposit ? 0 : null;
  return {
    buyer: { id: one.id, name: one.id, credit_limit },
    endpoint: {
      ...{ id: `${one.id}_ep`, buyer_id: one.id, name: one.id, idempotent: one.idempotent },
      ...{ dialect: dialectOf(`${site}/${one.id}`), ping_timeout_ms: 1_000, post_timeout_ms: POST_TIMEOUT_MS },
      breaker: PATIENT,
      ...one.endpoint,
    },
    contract: contractOf(one, one.cap?.first),
  };
}

/** @param cap leads in all. */
export function contractOf(one: Party, cap: number | undefined): ContractInput {
  return {
    ...{ id: `${one.id}_c`, buyer_id: one.id, campaign_id: CAMPAIGN.id, endpoint_id: `${one.id}_ep`, name: one.id },
    ...{ price: { type: "bid" }, retry: RETRY, caps: cap === undefined ? [] : [{ per: "total", count: cap }] },
    ...one.contract,
  };
}

function dialectOf(at: string): EndpointInput["dialect"] {
  const key = "{{gateway.reservation_id}}";
  return {
    version: 1,
    ping: {
      request: { url: `${at}/ping`, body: { zip: "{{zip}}", insured: "{{currently_insured}}" } },
      answer: { rules: [{ when: { path: "bid", gt: 0 }, outcome: "bid" }], price: "bid", ref: "id" },
    },
    post: {
      request: {
        url: `${at}/post`,
        body: { key, lead_id: "{{gateway.lead_id}}", price: "{{gateway.price}}", phone: "{{phone}}" },
      },
      answer: {
        rules: [
          { when: { path: "status", equals: "accepted" }, outcome: "accepted" },
          { when: { path: "status", equals: "duplicate" }, outcome: "duplicate" },
          { when: { path: "status", equals: "rejected" }, outcome: "rejected" },
        ],
        buyer_lead_id: "lead",
        reason: "reason",
      },
    },
    status: {
      request: { url: `${at}/status`, body: { key } },
      answer: {
        rules: [
          { when: { path: "status", equals: "accepted" }, outcome: "accepted" },
          { when: { path: "status", equals: "rejected" }, outcome: "rejected" },
          { when: { path: "status", equals: "unknown_order" }, outcome: "not_taken" },
        ],
      },
    },
  };
}
