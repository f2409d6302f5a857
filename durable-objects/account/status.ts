import type { LedgerEvent } from "../../schema/events.ts";
import type { Money } from "../../schema/money.ts";
import type { BuyerStatus, ContractStatus, StatusKind } from "../../schema/status.ts";
import { availableNews, availableOf } from "../buyer-account-rules.ts";
import { closedScopes, placesLeft, windowsAt } from "../caps-rules.ts";
import { buyerTerms, contractTerms, leastOf } from "./known-terms.ts";
import { paceWait } from "./pace.ts";
import { fundsOf, type Room, tell } from "./room.ts";
import { talliesOf } from "./tallies.ts";

/** One record's status is told at most so often, unless its news must not wait. */
const QUIET_MS = 1_000;
/** More places than that are plenty: nobody need know how many. */
const LEFT_TOLD = 50;
/** A shorter wait is over before the snapshots have heard of it. */
const PACED_TOLD_MS = 1_500;

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

/** After a contract's counts or terms changed: did a cap or its pacing close or open it, or (when named) one source of it; are few places left? */
export function closureChanged(room: Room, contract_id: string, now: number, source?: string): void {
  const known = publishedAs<Partial<ContractStatus>>(room, "contract", contract_id);
  const before = contractNews(known?.body ?? {}, now, source);
  const after = contractNews(contractStatus(room, contract_id, now, source), now, source);
  if (before === after) return;
  room.due.putEarlier("status", `contract/${contract_id}`, Math.max(now, (known?.at ?? 0) + QUIET_MS));
}

/** What of a status still holds at `now`, and is about `source` (absent: all), as text. */
function contractNews(status: Partial<ContractStatus>, now: number, source: string | undefined): string {
  const within = (scope: string | null) => source === undefined || scope === null || scope === source;
  const lasts = (until: number | null | undefined) => until === null || (until !== undefined && until > now);
  const closed = (status.closed ?? []).filter((c) => within(c.source) && lasts(c.until));
  const few = status.left != null && lasts(status.left_until ?? null);
  const paced = status.paced_until != null && status.paced_until > now + PACED_TOLD_MS;
  return JSON.stringify([closed, few ? [status.left, status.left_until] : null, paced ? status.paced_until : null]);
}

/** How the contract stands now; `source` names the only one whose own caps are looked at. */
function contractStatus(room: Room, contract_id: string, now: number, source?: string): ContractStatus {
  const terms = contractTerms(room, contract_id);
  const wait = paceWait(room, contract_id, now)?.ms ?? 0;
  const paced_until = wait > PACED_TOLD_MS ? now + wait : null;
  if (!terms || terms.caps.length === 0) return { closed: [], left: null, left_until: null, paced_until };
  const windows = windowsAt(terms.time_zone, now);
  const tallies = talliesOf(room, contract_id, source);
  const closed = closedScopes(terms.caps, tallies, windows, leastOf(room, contract_id));
  const left = placesLeft(terms.caps, tallies, windows);
  const few = left !== null && left.places <= LEFT_TOLD ? left : null;
  return { closed, left: few?.places ?? null, left_until: few?.until ?? null, paced_until };
}

/** Every status row that was ever told, to be told again as it was. */
export function toldStatuses(room: Room, now: number): LedgerEvent[] {
  return room.sql
    .all<{ kind: StatusKind; id: string; body: string }>("SELECT kind, id, body FROM published ORDER BY kind, id")
    .map((row) => ({ table: "status", row: { ...row, at: now } }));
}

/** A due row's work: `buyer/` or `contract/<id>`. Says how it is now, however often it changed. */
export function publishDue(room: Room, key: string, now: number): void {
  const [kind, id = ""] = key.split("/", 2);
  if (kind === "buyer") publish(room, "buyer", room.buyer, { available: available(room) }, now);
  else publish(room, "contract", id, contractStatus(room, id, now), now);
}
