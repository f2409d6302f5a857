import type { PlanBidder } from "../../schema/rpc/book.ts";
import type { CompiledContract } from "./compiled.ts";

const HOUR_MS = 3_600_000;

/**
 * Who may be asked in a further auction: contracts for leads of this age that are not in the plan yet, nor of a buyer that had the lead
 * and failed it.
 */
export function agedContracts(
  contracts: readonly CompiledContract[],
  plan: readonly PlanBidder[],
  age_ms: number,
): CompiledContract[] {
  const known = new Set(plan.map(({ contract_id }) => contract_id));
  const failed = new Set(plan.filter(({ status }) => status === "returned").map(({ buyer_id }) => buyer_id));
  return contracts.filter(({ config, buyer }) => {
    const takesAge = config.aged !== undefined && age_ms <= config.aged.max_age_hours * HOUR_MS;
    return takesAge && !known.has(config.id) && !failed.has(buyer.id);
  });
}
