import type { PingError, PingOutcome } from "../../schema/lists.ts";
import type { StatusExclusion } from "../../schema/rpc/auction.ts";
import type { CompiledContract } from "../auction/compiled.ts";
import { type Lateness, wasLate } from "../auction/shaping.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { pingTimeout } from "./ping-calls.ts";

/** How often the contract's endpoint was too late lately for an auction of `within_ms`. */
export const latenessOf = (g: Gateway, contract: CompiledContract, within_ms: number, now: number): Lateness =>
  g.isolate.lateness.of(contract.endpoint.id, Math.min(pingTimeout(contract), within_ms), now);

/**
 * Notes who was in time for this auction, whosever clock ended it, and how many were left out for being late. `we_were_late`: an isolate
 * that is late itself cannot say who else was.
 */
export function countLateness(
  g: Gateway,
  read: readonly { contract: CompiledContract; outcome: PingOutcome; error?: PingError }[],
  excluded: readonly StatusExclusion[],
  within_ms: number,
  we_were_late: boolean,
): void {
  const now = g.deps.now();
  for (const { contract, outcome, error } of read) {
    const late = wasLate(outcome, error);
    if (late === null || (late && we_were_late)) continue;
    g.isolate.lateness.count(contract.endpoint.id, Math.min(pingTimeout(contract), within_ms), late, now);
  }
  let shaped = 0;
  for (const { reason } of excluded) if (reason === "shaped") shaped++;
  if (shaped > 0) g.isolate.gauges.count("shaped", shaped);
}
