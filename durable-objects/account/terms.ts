import type { BuyerTerms, ContractTerms, EndpointTerms } from "../../schema/rpc/account.ts";
import { keepTerms } from "./known-terms.ts";
import { repace } from "./pace.ts";
import type { Room } from "./room.ts";
import { availableChanged, closureChanged } from "./status.ts";
import { tokensWanted } from "./tokens.ts";

export interface NewTerms {
  buyer?: BuyerTerms;
  contracts?: ContractTerms[];
  endpoints?: EndpointTerms[];
}

/** Keeps what is newer than what is known, record by record; it is in force for every call from then on. */
export function learn(room: Room, terms: NewTerms, now: number): void {
  if (terms.buyer && keepTerms(room, "buyer", "", terms.buyer)) availableChanged(room, now);
  for (const contract of terms.contracts ?? []) {
    if (!keepTerms(room, "contract", contract.contract_id, contract)) continue;
    repace(room, contract, now);
    closureChanged(room, contract.contract_id, now);
  }
  for (const endpoint of terms.endpoints ?? [])
    if (keepTerms(room, "endpoint", endpoint.endpoint_id, endpoint)) tokensWanted(room, endpoint.endpoint_id, now);
}
