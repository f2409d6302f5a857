import type { BuyerInput, ContractInput, EndpointInput } from "../../schema/config/buyer.ts";
import type { SimulatedBuyer } from "./server.ts";

/** A simulated buyer: how it behaves, and what the operator configures for it. Ids are `<id>`, `<id>_http`, `<id>_<campaign>`. */
export interface Player {
  id: string;
  name: string;
  /** One line for people: what is special about it. */
  about: string;
  behaves: SimulatedBuyer;
  /** Prepaid deposit in units; absent: invoiced, no limit. */
  deposit?: number;
  credentials?: Record<string, string>;
  endpoint: (at: string) => Pick<EndpointInput, "dialect"> & Partial<EndpointInput>;
  contracts: (Pick<ContractInput, "campaign_id" | "price"> & Partial<ContractInput>)[];
}

/** The three kinds of record that make a buyer, as the admin API takes them. `at` is the address of its simulated server. */
export function recordsOf(
  player: Player,
  at: string,
): {
  buyer: BuyerInput;
  endpoint: EndpointInput & { credentials: Record<string, string> };
  contracts: ContractInput[];
} {
  const { id, name } = player;
  return {
    buyer: { id, name, notes: player.about, credit_limit: player.deposit === undefined ? null : 0 },
    endpoint: {
      id: endpointId(player),
      buyer_id: id,
      name: `${name}, HTTP`,
      ping_timeout_ms: 250,
      post_timeout_ms: 3_000,
      credentials: player.credentials ?? {},
      ...player.endpoint(`${at}/buyers/${id}`),
    },
    contracts: player.contracts.map((contract) => ({
      id: `${id}_${contract.campaign_id}`,
      buyer_id: id,
      endpoint_id: endpointId(player),
      name: `${name}, ${contract.campaign_id.replace("_", " ")}`,
      ...contract,
    })),
  };
}

const endpointId = (player: Player): string => `${player.id}_http`;
