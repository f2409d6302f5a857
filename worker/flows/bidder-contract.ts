import type { PlanBidder } from "../../schema/rpc/book.ts";
import type { CompiledContract } from "../auction/compiled.ts";
import { inDoubt } from "../auction/settle.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";

type Configured = Pick<Snapshot, "contract" | "endpoint">;

/**
 * A bidder's contract as it counts for its next request. Whoever may have the lead is asked again where it was asked, wherever the contract's
 * posts go by now: another system knows nothing of it, and could take it a second time. undefined: the contract, or that endpoint, is gone.
 */
export function contractOf(snapshot: Configured, bidder: PlanBidder): CompiledContract | undefined {
  const contract = snapshot.contract(bidder.contract_id);
  if (!contract || contract.endpoint.id === bidder.endpoint_id || !inDoubt(bidder)) return contract;
  const asked = snapshot.endpoint(bidder.endpoint_id);
  return asked && { ...contract, endpoint: asked.body, endpoint_version: asked.version };
}

/** Where a bidder's next request goes; undefined: there is no such place. */
export const endpointOf = (snapshot: Configured, bidder: PlanBidder | undefined): string | undefined =>
  bidder && contractOf(snapshot, bidder)?.endpoint.id;
