import type { Buyer, Cap, Contract, Endpoint } from "../../schema/config/buyer.ts";
import type { BuyerTerms, ContractTerms, EndpointTerms, Terms } from "../../schema/rpc/account.ts";
import type { CompiledContract } from "./compiled.ts";

/** What a buyer's object enforces of the configuration: brought by every `reserve`, and pushed at once by a change. */
const DAY_MS = 86_400_000;

export const buyerTerms = (buyer: Buyer, version: number): BuyerTerms => ({
  version,
  paused: buyer.status === "paused",
  credit_limit: buyer.credit_limit,
  ...(buyer.maintenance.length === 0 ? {} : { maintenance: buyer.maintenance }),
});

/** A draft gets no place and no money; a ramping contract has one cap more. */
export const contractTerms = (contract: Contract, version: number): ContractTerms => ({
  contract_id: contract.id,
  version,
  paused: contract.status === "paused" || contract.stage === "draft",
  caps: contract.stage === "ramping" ? [...contract.caps, rampCap(contract)] : contract.caps,
  time_zone: contract.time_zone,
  duplicate_window_ms: contract.duplicate_window_days * DAY_MS,
  pacing: contract.pacing,
  probe_with_lead: contract.probe_with_lead,
  endpoint_id: contract.endpoint_id,
});

export const rampCap = ({ ramp }: Contract): Cap => ({ per: "total", count: ramp.records });

export const endpointTerms = (endpoint: Endpoint, version: number): EndpointTerms => ({
  endpoint_id: endpoint.id,
  version,
  paused: endpoint.status === "paused",
  breaker: endpoint.breaker,
  ...tokensOf(endpoint),
  ...(endpoint.maintenance.length === 0 ? {} : { maintenance: endpoint.maintenance }),
});

function tokensOf({ dialect, test_credentials_sealed }: Endpoint): Pick<EndpointTerms, "tokens"> {
  if (dialect.auth?.type !== "oauth2" && dialect.auth?.type !== "exchange") return {};
  return { tokens: Object.keys(test_credentials_sealed).length > 0 ? ["live", "test"] : ["live"] };
}

export const termsOf = (contract: CompiledContract): Terms => ({
  buyer: buyerTerms(contract.buyer, contract.buyer_version),
  contract: contractTerms(contract.config, contract.version),
  endpoint: endpointTerms(contract.endpoint, contract.endpoint_version),
});
