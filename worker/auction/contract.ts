import type { Buyer, Contract, Endpoint } from "../../schema/config/buyer.ts";
import type { CompiledContract } from "./compiled.ts";
import { type CompiledFilter, filterOf } from "./filters.ts";
import { compilePrice } from "./prices/table.ts";
import { compileSchedule } from "./schedule.ts";

export interface ContractParts {
  contract: Contract;
  /** Compiled before; absent: it is made of the contract's. */
  filter?: CompiledFilter;
  version: number;
  buyer: Buyer;
  buyer_version: number;
  endpoint: Endpoint;
  endpoint_version: number;
}

/** Filters, schedule, sources and prices as functions; once per version of the contract, its buyer or its endpoint. */
export function compileContract(parts: ContractParts): CompiledContract {
  const { version, buyer, buyer_version, endpoint, endpoint_version } = parts;
  const { filter: given, ...contract } = parts.contract;
  const filter = parts.filter ?? (given && filterOf(given));
  return {
    config: contract,
    ...(filter ? { filter } : {}),
    version,
    buyer,
    buyer_version,
    endpoint,
    endpoint_version,
    matches: filter?.holds ?? (() => true),
    openAt: compileSchedule(contract.schedule, contract.time_zone),
    takesSource: compileSources(contract.sources),
    priceAt: compilePrice(contract.price),
  };
}

/**
 * Entries name a publisher, or one of its sub-sources as `publisher/sub_id1`, exactly. `deny` wins over `allow`, whichever is the
 * more exact. An `allow` that is there but empty allows nobody: a list that lost its entries must not open the contract to all.
 */
function compileSources(sources: Contract["sources"]): CompiledContract["takesSource"] {
  const allow = sources.allow && new Set(sources.allow);
  const deny = new Set(sources.deny);
  const listed = (list: Set<string>, publisher_id: string, sub_id1: string | undefined): boolean =>
    list.has(publisher_id) || (sub_id1 !== undefined && list.has(`${publisher_id}/${sub_id1}`));
  return (publisher_id, sub_id1) =>
    !listed(deny, publisher_id, sub_id1) && (allow === undefined || listed(allow, publisher_id, sub_id1));
}
