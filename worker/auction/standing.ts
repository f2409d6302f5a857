import type { Campaign } from "../../schema/config/campaign.ts";
import type { Money } from "../../schema/money.ts";
import type { Fields } from "../../schema/rpc/auction.ts";
import type { EndpointStatus } from "../../schema/status.ts";
import type { CompiledCampaign, CompiledContract, Standing } from "./compiled.ts";

/**
 * Single questions about a contract's standing at ping time. All are hints that save calls: `reserve` decides.
 */

/** Fields that every post must bring, whatever its ping says: no reason to leave a buyer out of the auction. */
export function fieldsDueLater(campaign: Campaign): ReadonlySet<string> {
  const due = campaign.fields.filter((field) => field.required === "post").map((field) => field.name);
  return new Set([...due, ...campaign.consent.required]);
}

/**
 * Does the contract ask for consent evidence that could be in the ping and is not? Personal evidence comes with the post only and is
 * checked there, as is what every post must bring. A consent that was answered `false` was not given.
 */
export function consentMissing(
  contract: CompiledContract,
  facts: Fields,
  campaign: Pick<CompiledCampaign, "classOf">,
  dueLater: ReadonlySet<string>,
): boolean {
  return contract.config.consent.required.some((field) => {
    const value = Object.hasOwn(facts, field) ? facts[field] : undefined;
    if (value === false) return true;
    if (value !== undefined && value !== "") return false;
    const kind = campaign.classOf(field);
    return kind !== undefined && kind !== "personal" && !dueLater.has(field);
  });
}

/** A fixed price of nothing, or an endpoint that cannot be asked for a bid and has no fixed price: nothing to rank it by. */
export function priceMissing({ config, endpoint }: CompiledContract): boolean {
  return config.price.type === "fixed" ? config.price.amount <= 0 : endpoint.dialect.ping === undefined;
}

type PhaseStatus = EndpointStatus["ping"];

const inPause = (phase: PhaseStatus, now: number): boolean => phase.until === null || phase.until > now;

/** The object makes the ping's probe by itself, so an endpoint that is being probed is left alone until it has passed. */
const pingOpen = (phase: PhaseStatus, now: number): boolean =>
  phase.state === "half_open" || (phase.state === "open" && inPause(phase, now));

/** The post's probe is a real lead: after the pause the contract must be back in the auction, or nobody would ever close the breaker. */
const postOpen = (phase: PhaseStatus, now: number): boolean => phase.state !== "closed" && inPause(phase, now);

/** A contract whose posts go nowhere cannot be sold to; one that bids must be reachable by ping as well. */
export function breakerOpen({ config }: CompiledContract, standing: Standing, now: number): boolean {
  const { endpoint, tripped } = standing;
  if (endpoint && postOpen(endpoint.post, now)) return true;
  if (config.price.type === "fixed") return false;
  return tripped || (endpoint !== undefined && pingOpen(endpoint.ping, now));
}

/** `until` in the past: the cap's window has ended and the status row is about to follow. */
export function capReached({ contract }: Standing, publisher_id: string, now: number): boolean {
  return (contract?.closed ?? []).some(
    ({ source, until }) => (source === null || source === publisher_id) && (until === null || until > now),
  );
}

/** Less money than the smallest sale could cost. Unknown (undefined) and unlimited (null) shut nobody out. */
export function shortOfMoney({ config }: CompiledContract, { available }: Standing, floor: Money): boolean {
  if (available === undefined || available === null) return false;
  const fixed = config.price.type === "fixed" ? config.price.amount : 0;
  // Every price is positive: who has nothing buys nothing, also without a floor.
  return available < Math.max(floor, fixed, 1);
}
