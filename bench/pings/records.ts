import type { Admin } from "../../demo/api.ts";
import type { EndpointInput } from "../../schema/config/buyer.ts";
import type { CampaignInput } from "../../schema/config/campaign.ts";
import { autoInsurance } from "../../schema/verticals/index.ts";
import { PATIENCE_MS } from "./patience.ts";

/** What every ping carries: the facts of auto insurance, and a mark of its own. */
export const FACTS = {
  zip: "90210",
  state: "CA",
  currently_insured: true,
  credit_tier: "good",
  vehicle_year: 2019,
  vehicle_make: "Toyota",
  vehicle_model: "Camry",
};
const MARK = { name: "mark", type: "string", class: "public", max_length: 60, sample: "m1" } as const;
export const campaignOf = (n: number): string => `to_${n}`;

export interface GatewayOptions {
  /** What a buyer gets to answer a ping, ms. */
  timeout_ms: number;
  /** Processor time, ms, that is burnt for each request on purpose: to see that a check can fail. */
  slow_ms: number;
  /** Buyers pay in advance: every sale holds and captures of a balance. */
  prepaid: boolean;
  /** Port of V8's inspector. */
  inspector?: number;
}
/** Where processor time is measured nobody may be late: a call that is cut short costs less, and more besides. */
export const PATIENT: GatewayOptions = { timeout_ms: PATIENCE_MS, slow_ms: 0, prepaid: false };

/** Everything for campaigns to so many buyers each, by the operator's calls. @returns a publisher's key */
export async function configure(admin: Admin, site: string, sizes: number[], options: GatewayOptions): Promise<string> {
  for (const n of sizes) await admin.create("campaigns", campaign(n, options));
  for (let i = 0; i < Math.max(...sizes); i++) await buyer(admin, site, i, options);
  for (const n of sizes) for (let i = 0; i < n; i++) await admin.createLive(contract(n, i));
  await admin.create("publishers", publisher(sizes));
  return (await admin.post<{ key: string }>("publishers/bench/keys", { label: "bench", test: false })).key;
}

const campaign = (n: number, { timeout_ms }: GatewayOptions): CampaignInput & { id: string } => ({
  ...autoInsurance,
  ...{ id: campaignOf(n), name: `To ${n} buyers` },
  fields: [...autoInsurance.fields, MARK],
  ...(timeout_ms < PATIENCE_MS ? {} : { deadlines: { ...autoInsurance.deadlines, ping_ms: 2 * PATIENCE_MS } }),
  unknown_fields: "ignore",
});

const publisher = (sizes: number[]) => ({
  ...{ id: "bench", name: "Bench", campaigns: sizes.map(campaignOf), mode: "final", pings_per_second: 10_000 },
});

const POST_BODY = { key: "{{gateway.reservation_id}}", mark: "{{mark}}", phone: "{{phone}}", name: "{{last_name}}" };

async function buyer(admin: Admin, site: string, i: number, options: GatewayOptions): Promise<void> {
  const id = `b${i}`;
  const { timeout_ms, prepaid } = options;
  await admin.create("buyers", { id, name: id, credit_limit: prepaid ? 0 : null } as { id: string });
  const deposit = { id: `deposit_${id}`, kind: "deposit", amount: 10_000_000, reason: "for the benchmark" };
  if (prepaid) await admin.post(`buyers/${id}/entries`, deposit);
  const dialect: EndpointInput["dialect"] = {
    version: 1,
    ping: {
      request: { url: `${site}/${id}/ping`, body: { mark: "{{mark}}", zip: "{{zip}}", state: "{{state}}" } },
      answer: { rules: [{ when: { path: "bid", gt: 0 }, outcome: "bid" }], price: "bid", ref: "id" },
    },
    post: {
      request: { url: `${site}/${id}/post`, body: POST_BODY },
      answer: { rules: [{ when: { path: "status", equals: "accepted" }, outcome: "accepted" }] },
    },
  };
  const endpoint = { id: `${id}_ep`, buyer_id: id, name: id, dialect, ping_timeout_ms: timeout_ms };
  await admin.create("endpoints", endpoint as { id: string });
}

const contract = (n: number, i: number) => ({
  ...{ id: `c${n}_${i}`, buyer_id: `b${i}`, campaign_id: campaignOf(n), endpoint_id: `b${i}_ep`, name: `c${n}_${i}` },
  ...{ price: { type: "bid" }, filter: { field: "state", in: ["CA", "TX", "NY"] } },
  caps: [{ per: "day", count: 100_000_000 }],
});
