import type { Campaign } from "../../schema/config/campaign.ts";
import type { Money } from "../../schema/money.ts";
import type { Fields } from "../../schema/rpc/auction.ts";
import type { EndpointStatus } from "../../schema/status.ts";
import type { CompiledCampaign, CompiledContract, Standing } from "./compiled.ts";
import { hasStandingPrice } from "./prices/table.ts";

const HOUR_MS = 3_600_000;

/**
 * Single questions about a contract's standing at ping time. All are hints that save calls: `reserve` decides.
 */

const dueLater = new WeakMap<Campaign, ReadonlySet<string>>();

/** Fields that every post must bring, whatever its ping says: no reason to leave a buyer out of the auction. Found once per campaign. */
export function fieldsDueLater(campaign: Campaign): ReadonlySet<string> {
  const known = dueLater.get(campaign);
  if (known) return known;
  const due = campaign.fields.filter((field) => field.required === "post").map((field) => field.name);
  const fields = new Set([...due, ...campaign.consent.required]);
  dueLater.set(campaign, fields);
  return fields;
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

/** No standing price for this lead, or one of nothing; or an endpoint that cannot be asked for a bid: nothing to rank it by. */
export function priceMissing(contract: CompiledContract, facts: Fields): boolean {
  if (!hasStandingPrice(contract.config)) return contract.endpoint.dialect.ping === undefined;
  return (contract.priceAt(facts) ?? 0) <= 0;
}

type PhaseStatus = EndpointStatus["ping"];

const inPause = (phase: PhaseStatus, now: number): boolean => phase.until === null || phase.until > now;

/** A probe takes a moment, and the news of it another; without any for so long, D1 is away and a real ping finds out. */
const PROBE_NEWS_MS = 30_000;

/** The object makes the ping's one probe by itself when the pause is over, so an endpoint is left alone until it has passed. */
const pingOpen = (phase: PhaseStatus, now: number): boolean =>
  phase.state === "half_open" || (phase.state === "open" && inPause(phase, now - PROBE_NEWS_MS));

/**
 * A contract that lets a real lead try an open post breaker is back in the auction after the pause. For the others the object finds
 * out without a lead, and they stay out until it has.
 */
const postOpen = (phase: PhaseStatus, now: number, probe_with_lead: boolean): boolean =>
  phase.state !== "closed" && (!probe_with_lead || inPause(phase, now));

/** A contract whose posts go nowhere cannot be sold to; one that bids must be reachable by ping as well. */
export function breakerOpen({ config }: CompiledContract, standing: Standing, now: number): boolean {
  const { endpoint, tripped } = standing;
  if (endpoint && postOpen(endpoint.post, now, config.probe_with_lead)) return true;
  if (hasStandingPrice(config)) return false;
  return tripped || (endpoint !== undefined && pingOpen(endpoint.ping, now));
}

/** Is something still closed at `now`, and for how long? `until` in the past: it has ended, and the status row is about to follow. */
type Closure = { until: number | null };
const lasts = ({ until }: Closure, now: number): boolean => until === null || until > now;

/** Does a lead that the publisher lets wait outlast the closure in this contract's queue? */
function waitsFor({ config }: CompiledContract, { until }: Closure, now: number, mayWait: boolean): boolean {
  if (!mayWait || config.on_cap.do !== "queue" || until === null) return false;
  return until - now <= config.on_cap.max_hours * HOUR_MS;
}

/** A cap of the contract or of this publisher is reached, and the lead cannot wait for its window. */
export function capReached(
  contract: CompiledContract,
  standing: Standing,
  publisher_id: string,
  now: number,
  mayWait: boolean,
): boolean {
  return (standing.contract?.closed ?? []).some(
    (closure) =>
      (closure.source === null || closure.source === publisher_id) &&
      lasts(closure, now) &&
      !waitsFor(contract, closure, now, mayWait),
  );
}

/** Its pacing has not opened the next place yet, and the lead cannot wait for it. */
export function paced(contract: CompiledContract, standing: Standing, now: number, mayWait: boolean): boolean {
  const until = standing.contract?.paced_until ?? null;
  return until !== null && until > now && !waitsFor(contract, { until }, now, mayWait);
}

/**
 * Places left as far as the ping must count them: null = plenty, none told, or the window has ended that left so few. A contract whose
 * leads may wait sells no place twice: what it cannot take now it takes in the next window.
 */
export function leftOf(contract: CompiledContract, standing: Standing, now: number, mayWait: boolean): number | null {
  const status = standing.contract;
  if (status === undefined || status.left === null || !lasts({ until: status.left_until }, now)) return null;
  return waitsFor(contract, { until: status.left_until }, now, mayWait) ? null : status.left;
}

/** It may not bid what the sale must bring at least. */
export const maximumTooLow = ({ config: { price } }: CompiledContract, least: () => Money): boolean =>
  price.type === "bid" && price.max_bid !== undefined && price.max_bid < least();

/** Less money than the smallest sale could cost. Unknown (undefined) and unlimited (null) shut nobody out. */
export function shortOfMoney(
  contract: CompiledContract,
  facts: Fields,
  { available }: Standing,
  least: () => Money,
): boolean {
  if (available === undefined || available === null) return false;
  // Every price is positive: who has nothing buys nothing, also without a floor.
  return available < Math.max(least(), contract.priceAt(facts) ?? 0, 1);
}
