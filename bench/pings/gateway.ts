import { rmSync } from "node:fs";
import { Admin } from "../../demo/api.ts";
import { until } from "../../demo/output.ts";
import type { EndpointInput } from "../../schema/config/buyer.ts";
import type { CampaignInput } from "../../schema/config/campaign.ts";
import { autoInsurance } from "../../schema/verticals/index.ts";
import { GatewayProcess, placeOf } from "../../test/kills/process.ts";
import { childOf, cpuMs } from "../shared/processes.ts";
import { PATIENCE_MS } from "./patience.ts";
import type { Contender } from "./plan.ts";

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
}
/** Where processor time is measured nobody may be late: a call that is cut short costs less, and more besides. */
const PATIENT: GatewayOptions = { timeout_ms: PATIENCE_MS };

export type BenchGateway = Contender & { admin: Admin; key: string; url: string };

/** The gateway as it is deployed, with campaigns for so many buyers each: filters, caps and breakers on, nothing left out. */
export async function startGateway(
  buyers: string,
  sizes: number[],
  options: Partial<GatewayOptions> = {},
): Promise<BenchGateway> {
  const place = placeOf("bench");
  const gateway = await GatewayProcess.prepare(place, { BOOK_SHARDS: "16", DIALERS: "600" });
  const stop = async () => {
    await gateway.kill();
    rmSync(place, { recursive: true, force: true });
  };
  try {
    await gateway.start();
    return await filled(gateway, buyers, sizes, { ...PATIENT, ...options }, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Configured by the operator's calls, until a ping meets bids. */
async function filled(
  gateway: GatewayProcess,
  buyers: string,
  sizes: number[],
  options: GatewayOptions,
  stop: () => Promise<void>,
): Promise<BenchGateway> {
  const admin = new Admin(gateway.url, gateway.admin_token);
  for (const n of sizes) await admin.create("campaigns", campaign(n, options));
  const most = Math.max(...sizes);
  for (let i = 0; i < most; i++) await buyer(admin, buyers, i, options);
  for (const n of sizes) for (let i = 0; i < n; i++) await admin.createLive(contract(n, i));
  await admin.create("publishers", publisher(sizes));
  const { key } = await admin.post<{ key: string }>("publishers/bench/keys", { label: "bench", test: false });
  const headers = { authorization: `Bearer ${key}` };
  const body = (n: number) => JSON.stringify({ campaign: campaignOf(n), lead: { ...FACTS, mark: "{{mark}}" } });
  await until("the configuration to reach the gateway", 60_000, () =>
    bidding(`${gateway.url}/v1/pings`, headers, body(most)),
  );
  const pid = childOf(gateway.pid, "workerd");
  return {
    name: "gateway",
    ...{ admin, key, url: gateway.url, pid },
    load: (n) => ({ url: `${gateway.url}/v1/pings`, headers, body: body(n), good: '"result":"accepted"' }),
    cpuMs: () => cpuMs([pid]),
    stop,
  };
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

async function buyer(admin: Admin, site: string, i: number, { timeout_ms }: GatewayOptions): Promise<void> {
  const id = `b${i}`;
  await admin.create("buyers", { id, name: id, credit_limit: null } as { id: string });
  const dialect: EndpointInput["dialect"] = {
    version: 1,
    ping: {
      request: { url: `${site}/${id}/ping`, body: { mark: "{{mark}}", zip: "{{zip}}", state: "{{state}}" } },
      answer: { rules: [{ when: { path: "bid", gt: 0 }, outcome: "bid" }], price: "bid", ref: "id" },
    },
    post: {
      request: { url: `${site}/${id}/post`, body: { key: "{{gateway.reservation_id}}", phone: "{{phone}}" } },
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

/** true once a ping is answered with a bid. */
async function bidding(url: string, headers: Record<string, string>, body: string): Promise<true | null> {
  const init = { method: "POST", headers: { ...headers, "content-type": "application/json" }, body };
  const answer = (await (await fetch(url, init)).json()) as { result?: string };
  return answer.result === "accepted" ? true : null;
}
