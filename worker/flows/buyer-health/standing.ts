import type { StandingWord } from "../../../schema/api/buyer-health.ts";
import type { EndpointStatus } from "../../../schema/status.ts";
import type { CompiledContract } from "../../auction/compiled.ts";
import { inMaintenance, type Maintained } from "../../auction/maintenance.ts";
import { shortOfMoney } from "../../auction/standing.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";

type Body = { status: "active" | "paused"; maintenance: Parameters<typeof inMaintenance>[0] };

/** Where an endpoint stands, by its record and what its buyer's object tells of its breakers. */
export function endpointStanding(endpoint: Body, status: EndpointStatus | undefined, now: number): StandingWord {
  if (endpoint.status === "paused") return "paused";
  if (inMaintenance(endpoint.maintenance, now)) return "maintenance";
  const states = status ? [status.ping.state, status.post.state] : [];
  return states.includes("open") ? "breaker_open" : states.includes("half_open") ? "breaker_trial" : "ok";
}

/** Where a buyer stands: what holds for all of it, else the worst of its endpoints that have contracts. From memory; asks nobody. */
export function buyerStanding(snapshot: Snapshot, buyer_id: string, now: number): StandingWord {
  const buyer = snapshot.record("buyer", buyer_id)?.body;
  if (!buyer || buyer.status === "paused") return "paused";
  if (inMaintenance(buyer.maintenance, now)) return "maintenance";
  const contracts = snapshot.contractsOfBuyer(buyer_id).filter(({ config }) => config.status === "active");
  const endpoints = [...new Map(contracts.map(({ endpoint }) => [endpoint.id, endpoint])).values()];
  const states = endpoints.map((one) => endpointStanding(one, snapshot.endpointStatus(one.id), now));
  for (const word of ["breaker_open", "breaker_trial"] as const) if (states.includes(word)) return word;
  const live = contracts.filter(({ config }) => config.stage !== "draft");
  if (live.length > 0 && live.every((contract) => atCap(snapshot, contract, now))) return "cap_reached";
  if (live.length > 0 && live.every((contract) => outOfMoney(snapshot, contract))) return "no_money";
  return states.includes("maintenance") ? "maintenance" : "ok";
}

const atCap = (snapshot: Snapshot, { config }: CompiledContract, now: number): boolean =>
  (snapshot.contractStatus(config.id)?.closed ?? []).some(
    ({ source, until }) => source === null && (until === null || until > now),
  );

function outOfMoney(snapshot: Snapshot, contract: CompiledContract): boolean {
  const standing = {
    contract: undefined,
    endpoint: undefined,
    available: snapshot.available(contract.buyer.id),
    tripped: false,
  };
  const floor = snapshot.campaign(contract.config.campaign_id)?.config.auction.floor;
  // Of a table of prices only what every lead costs is known without a lead.
  return floor !== undefined && shortOfMoney(contract, {}, standing, () => floor);
}

/** Breakers that are not closed, as `endpoint/phase`. */
export function openBreakers(snapshot: Snapshot, endpoint_ids: readonly string[]): string[] {
  return endpoint_ids.flatMap((id) => {
    const status = snapshot.endpointStatus(id);
    return (["ping", "post"] as const)
      .filter((phase) => status && status[phase].state !== "closed")
      .map((phase) => `${id}/${phase}`);
  });
}

export const lasting = (lasts: Maintained | null) =>
  lasts && { id: lasts.window.id, reason: lasts.window.reason, until: new Date(lasts.until).toISOString() };
