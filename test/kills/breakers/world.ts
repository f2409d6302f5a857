import type { ContractInput, EndpointInput } from "../../../schema/config/buyer.ts";
import type { Phase } from "../../../schema/lists.ts";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { between } from "../../support/random.ts";

/** How a buyer's system fails during its outage. */
export const OUTAGES = {
  hang: "hangs",
  reset: "resets the connection",
  half: "answers half, then stops",
  error: "answers 500",
} as const;
export type Outage = keyof typeof OUTAGES;

/**
 * Each buyer has two endpoints: one whose pings fail during the outage, and one whose posts do. (One that fails at both would get no
 * posts any more: without bids it wins nothing, and nothing would be seen of its post breaker.)
 */
export interface Lane {
  endpoint_id: string;
  buyer_id: Outage;
  phase: Phase;
}
export const LANES: Lane[] = (Object.keys(OUTAGES) as Outage[]).flatMap((buyer_id) =>
  (["ping", "post"] as const).map((phase) => ({ endpoint_id: `${buyer_id}_${phase}s`, buyer_id, phase })),
);
/** Takes what the others cannot. */
export const STEADY = "steady";

export const CAMPAIGN = { ...autoInsurance, deadlines: { ping_ms: 1_000, post_ms: 4_000, lead_ms: 5_000 } } as const;

/** The usual rules, and pauses that double up to a minute instead of ten, so that five minutes show several. */
export const BREAKER = { pause_s: 10, max_pause_s: 60 };

/** Endpoints whose posts fail bid most: posts must reach them for something to be seen. */
export function bidOf(endpoint_id: string, random: () => number): number {
  if (endpoint_id === STEADY) return between(random, 18, 20);
  return endpoint_id.endsWith("_posts") ? between(random, 30, 40) : between(random, 10, 15);
}

export function recordsOf(endpoint_id: string, buyer_id: string, site: string) {
  const at = `${site}/${endpoint_id}`;
  const endpoint: EndpointInput = {
    ...{ id: endpoint_id, buyer_id, name: endpoint_id, idempotent: true, breaker: BREAKER },
    ...{ dialect: dialectOf(at), ping_timeout_ms: 500, post_timeout_ms: 1_000 },
  };
  const contract: ContractInput = {
    ...{ id: `${endpoint_id}_c`, buyer_id, campaign_id: CAMPAIGN.id, endpoint_id, name: endpoint_id },
    ...{ price: { type: "bid" }, retry: { attempts: 2, first_delay_s: 0.5, max_delay_s: 1 } },
  };
  return { endpoint, contract };
}

function dialectOf(at: string): EndpointInput["dialect"] {
  return {
    version: 1,
    ping: {
      request: { url: `${at}/ping`, body: { zip: "{{zip}}" } },
      answer: { rules: [{ when: { path: "bid", gt: 0 }, outcome: "bid" }], price: "bid" },
    },
    post: {
      request: { url: `${at}/post`, body: { order: "{{gateway.reservation_id}}", phone: "{{phone}}" } },
      answer: { rules: [{ when: { path: "status", equals: "accepted" }, outcome: "accepted" }] },
    },
  };
}
