import {
  type BuyerInput,
  buyerSchema,
  type ContractInput,
  contractSchema,
  type EndpointInput,
  endpointSchema,
} from "../../../schema/config/buyer.ts";
import { type CampaignInput, campaignSchema } from "../../../schema/config/campaign.ts";
import { type Money, parseMoney } from "../../../schema/money.ts";
import type { CompiledCampaign, CompiledContract, Standing } from "../../../worker/auction/compiled.ts";
import { compileContract } from "../../../worker/auction/contract.ts";

export function m(amount: number | string): Money {
  const parsed = parseMoney(amount);
  if (parsed === null) throw new Error(`not money: ${amount}`);
  return parsed;
}

const request = { method: "POST", url: "https://buyer.example/ping", encoding: "json", body: {} } as const;
const PING = { request, answer: { rules: [{ when: { status: [200] }, outcome: "bid" as const }] } };

export interface ContractParts {
  contract?: Partial<ContractInput>;
  buyer?: Partial<BuyerInput>;
  endpoint?: Partial<EndpointInput>;
  pingable?: boolean;
}

/** A compiled contract that takes everything, but for what is given. */
export function contractOf(id: string, parts: ContractParts = {}): CompiledContract {
  const buyer_id = `b_${id}`.slice(0, 40);
  const endpoint_id = `e_${id}`.slice(0, 40);
  return compileContract({
    contract: contractSchema.parse({
      id,
      buyer_id,
      campaign_id: "auto",
      endpoint_id,
      name: id,
      price: { type: "bid" },
      ...parts.contract,
    }),
    version: 1,
    buyer: buyerSchema.parse({ id: buyer_id, name: id, ...parts.buyer }),
    buyer_version: 1,
    endpoint: endpointSchema.parse({
      id: endpoint_id,
      buyer_id,
      name: id,
      dialect: { version: 1, ...(parts.pingable === false ? {} : { ping: PING }), post: { request } },
      ...parts.endpoint,
    }),
    endpoint_version: 1,
  });
}

export const fixedContract = (id: string, amount: number, parts: ContractParts = {}): CompiledContract =>
  contractOf(id, { ...parts, contract: { ...parts.contract, price: { type: "fixed", amount } } });

const FIELDS: CampaignInput["fields"] = [
  { name: "zip", type: "zip", class: "public", required: "ping", sample: "90210" },
  { name: "state", type: "state", class: "public", sample: "CA" },
  { name: "trusted_form_cert_url", type: "url", class: "quasi", sample: "https://cert.example/1" },
  { name: "tcpa", type: "boolean", class: "public", sample: true },
  { name: "universal_leadid", type: "string", class: "quasi", required: "post", sample: "x" },
  { name: "consent_text", type: "string", class: "personal", sample: "yes" },
];

export function campaignOf(changes: Partial<CampaignInput> = {}): Pick<CompiledCampaign, "config" | "classOf"> {
  const config = campaignSchema.parse({ id: "auto", name: "Auto", vertical: "auto", fields: FIELDS, ...changes });
  return { config, classOf: (name) => config.fields.find((field) => field.name === name)?.class };
}

export const NO_STANDING: Standing = { contract: undefined, endpoint: undefined, available: undefined, tripped: false };

/** Every property test runs the same cases, whenever and wherever it runs. */
export const SEED = { seed: 20_261_115, numRuns: 200 };

/** Consecutive ZIPs, five digits each. */
export const zips = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => String(from + i).padStart(5, "0"));
