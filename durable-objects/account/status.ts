import type { Money } from "../../schema/money.ts";
import type { BuyerStatus, ContractStatus, StatusKind } from "../../schema/status.ts";
import { availableNews, availableOf } from "../buyer-account-rules.ts";
import { closedScopes, windowsAt } from "../caps-rules.ts";
import { buyerTerms, contractTerms, leastOf } from "./known-terms.ts";
import { fundsOf, type Room, tell } from "./room.ts";
import { talliesOf } from "./tallies.ts";

/** One record's status is told at most so often, unless its news must not wait. */
const QUIET_MS = 1_000;

function publishedAs<T>(room: Room, kind: StatusKind, id: string): { body: T; at: number } | undefined {
  const row = room.sql.all<{ body: string; at: number }>(
    "SELECT body, at FROM published WHERE kind = ? AND id = ?",
    kind,
    id,
  )[0];
  return row && { body: JSON.parse(row.body) as T, at: row.at };
}

/** Writes the status row and remembers it; nothing when it says what it said. */
export function publish(room: Room, kind: StatusKind, id: string, status: object, now: number): void {
  const body = JSON.stringify(status);
  const known = room.sql.all<{ body: string }>("SELECT body FROM published WHERE kind = ? AND id = ?", kind, id)[0];
  if (known?.body === body) return;
  room.sql.run(
    "INSERT INTO published (kind, id, body, at) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body, at = excluded.at",
    kind,
    id,
    body,
    now,
  );
  tell(room, [{ table: "status", row: { kind, id, body, at: now } }], now, true);
}

export function available(room: Room): Money | null {
  const { balance, held } = fundsOf(room);
  return availableOf(balance, held, buyerTerms(room).credit_limit);
}

/** After money moved or terms changed: is it worth a status row, now or in a while? */
export function availableChanged(room: Room, now: number): void {
  const known = publishedAs<BuyerStatus>(room, "buyer", room.buyer);
  const news = availableNews(known?.body.available, available(room), fundsOf(room).asked);
  if (news === "dropped") room.due.putEarlier("status", "buyer/", now);
  if (news === "moved") room.due.putEarlier("status", "buyer/", Math.max(now, (known?.at ?? 0) + QUIET_MS));
}

/** After a contract's counts or terms changed: did a cap close or open it, or (when named) one source of it? */
export function closureChanged(room: Room, contract_id: string, now: number, source?: string): void {
  const known = publishedAs<ContractStatus>(room, "contract", contract_id);
  const within = (scope: string | null) => source === undefined || scope === null || scope === source;
  const before = (known?.body.closed ?? []).filter((c) => within(c.source) && (c.until === null || c.until > now));
  const after = closedNow(room, contract_id, now, source).filter((c) => within(c.source));
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  room.due.putEarlier("status", `contract/${contract_id}`, Math.max(now, (known?.at ?? 0) + QUIET_MS));
}

function closedNow(room: Room, contract_id: string, now: number, source?: string): ContractStatus["closed"] {
  const terms = contractTerms(room, contract_id);
  if (!terms || terms.caps.length === 0) return [];
  const windows = windowsAt(terms.time_zone, now);
  return closedScopes(terms.caps, talliesOf(room, contract_id, source), windows, leastOf(room, contract_id));
}

/** A due row's work: `buyer/` or `contract/<id>`. Says how it is now, however often it changed. */
export function publishDue(room: Room, key: string, now: number): void {
  const [kind, id = ""] = key.split("/", 2);
  if (kind === "buyer") publish(room, "buyer", room.buyer, { available: available(room) }, now);
  else publish(room, "contract", id, { closed: closedNow(room, id, now) }, now);
}
