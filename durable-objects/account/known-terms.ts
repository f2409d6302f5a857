import { breakerSettingsSchema } from "../../schema/config/buyer.ts";
import { type Money, money } from "../../schema/money.ts";
import type { BuyerTerms, ContractTerms, EndpointTerms } from "../../schema/rpc/account.ts";
import { inMaintenance, type Maintained } from "../../worker/auction/maintenance.ts";
import type { Room } from "./room.ts";

/** A buyer of whom only money is known so far is prepaid. */
const PREPAID: BuyerTerms = { version: -1, paused: false, credit_limit: money(0) };
/** The defaults of an endpoint's configuration, until its own have come; and of what its terms did not say when they were kept. */
const BREAKER: EndpointTerms["breaker"] = breakerSettingsSchema.parse({});

type Kind = "buyer" | "contract" | "endpoint";

function read<T>(room: Room, kind: Kind, id: string): T | undefined {
  const row = room.sql.all<{ body: string }>("SELECT body FROM terms WHERE kind = ? AND id = ?", kind, id)[0];
  return row && (JSON.parse(row.body) as T);
}

export const buyerTerms = (room: Room): BuyerTerms => read<BuyerTerms>(room, "buyer", "") ?? PREPAID;

export const contractTerms = (room: Room, id: string): ContractTerms | undefined =>
  read<ContractTerms>(room, "contract", id);

export function endpointTerms(room: Room, id: string): EndpointTerms {
  const known = read<EndpointTerms>(room, "endpoint", id);
  if (!known) return { endpoint_id: id, version: -1, paused: false, breaker: BREAKER };
  return { ...known, breaker: { ...BREAKER, ...known.breaker } };
}

/** The planned window of the buyer, else of the endpoint, that lasts now; null = none. */
export const maintenanceOf = (room: Room, endpoint_id: string, now: number): Maintained | null =>
  inMaintenance(buyerTerms(room).maintenance, now) ?? inMaintenance(endpointTerms(room, endpoint_id).maintenance, now);

export function allContractTerms(room: Room): ContractTerms[] {
  return room.sql
    .all<{ body: string }>("SELECT body FROM terms WHERE kind = 'contract' ORDER BY id")
    .map((row) => JSON.parse(row.body) as ContractTerms);
}

export function allEndpointTerms(room: Room): EndpointTerms[] {
  return room.sql
    .all<{ body: string }>("SELECT body FROM terms WHERE kind = 'endpoint' ORDER BY id")
    .map((row) => JSON.parse(row.body) as EndpointTerms);
}

/** Writes terms that are newer than what is known; false when they are not. */
export function keepTerms(room: Room, kind: Kind, id: string, terms: { version: number }): boolean {
  const known = room.sql.all<{ version: number }>("SELECT version FROM terms WHERE kind = ? AND id = ?", kind, id)[0];
  if (known && known.version >= terms.version) return false;
  room.sql.run(
    "INSERT INTO terms (kind, id, version, body) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version, body = excluded.body",
    kind,
    id,
    terms.version,
    JSON.stringify(terms),
  );
  return true;
}

/** The smallest amount ever asked of a contract; null = none yet. */
export function leastOf(room: Room, contract_id: string): Money | null {
  const row = room.sql.all<{ least: number | null }>(
    "SELECT least FROM terms WHERE kind = 'contract' AND id = ?",
    contract_id,
  )[0];
  return row?.least === undefined || row.least === null ? null : money(row.least);
}

export function noteLeast(room: Room, contract_id: string, amount: Money): void {
  const known = leastOf(room, contract_id);
  if (known !== null && known <= amount) return;
  room.sql.run("UPDATE terms SET least = ? WHERE kind = 'contract' AND id = ?", amount, contract_id);
}
