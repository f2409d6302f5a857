import { PHASES, RESERVATION_STATES, type ReservationState } from "../../schema/lists.ts";
import { money } from "../../schema/money.ts";
import type { AccountGlance, AccountView } from "../../schema/rpc/account.ts";
import { inMaintenance } from "../../worker/auction/maintenance.ts";
import { type Breaker, failuresOf } from "../breaker-rules.ts";
import { capUses, windowsAt } from "../caps-rules.ts";
import { holdCount } from "./holds.ts";
import { allContractTerms, allEndpointTerms, buyerTerms } from "./known-terms.ts";
import { fundsOf, type Room } from "./room.ts";
import { available } from "./status.ts";
import { talliesOf } from "./tallies.ts";

/** What an operator sees of a buyer's account. Reads only. */
export function view(room: Room, now: number): AccountView {
  return { ...glance(room, now), ...reservationCounts(room, now) };
}

/** The same but for what would have to be counted over all reservations. */
export function glance(room: Room, now: number): AccountGlance {
  const { balance, held } = fundsOf(room);
  const pending = room.outbox.pending();
  return {
    buyer_id: room.buyer,
    balance,
    held,
    available: available(room),
    paused: buyerTerms(room).paused,
    open: openReservations(room, now),
    caps: capRows(room, now),
    breakers: breakerRows(room),
    maintenance: maintenanceRows(room, now),
    outbox: pending.events,
    outbox_lag_ms: pending.oldest_at === null ? 0 : Math.max(0, now - pending.oldest_at),
    at: now,
  };
}

/** By what is due of them: every hold and every doubt has an end. Holds are in the account's row, or have a row where those are many. */
function openReservations(room: Room, now: number): AccountGlance["open"] {
  const rows = room.sql.all<{ kind: string; count: number; amount: number; oldest: number | null }>(
    "SELECT due.kind AS kind, count(*) AS count, sum(r.amount) AS amount, min(r.doubted_at) AS oldest FROM due JOIN reservations r ON r.reservation_id = due.key WHERE due.kind IN ('hold', 'doubt') GROUP BY due.kind",
  );
  const of = (kind: string) => rows.find((row) => row.kind === kind);
  const doubt = of("doubt");
  return {
    held: holdCount(room.sql) + (of("hold")?.count ?? 0),
    in_doubt: doubt?.count ?? 0,
    in_doubt_money: money(doubt?.amount ?? 0),
    oldest_in_doubt_ms: Math.max(0, now - (doubt?.oldest ?? now)),
  };
}

function reservationCounts(room: Room, now: number): Pick<AccountView, "reservations" | "oldest_in_doubt_ms"> {
  const rows = room.sql.all<{ state: ReservationState; count: number; oldest: number | null }>(
    "SELECT state, count(*) AS count, min(doubted_at) AS oldest FROM reservations GROUP BY state",
  );
  const count = (state: ReservationState) => rows.find((row) => row.state === state)?.count ?? 0;
  const oldest = rows.find((row) => row.state === "in_doubt")?.oldest ?? now;
  const reservations = Object.fromEntries(RESERVATION_STATES.map((state) => [state, count(state)]));
  return {
    reservations: reservations as Record<ReservationState, number>,
    oldest_in_doubt_ms: Math.max(0, now - oldest),
  };
}

function capRows(room: Room, now: number): AccountView["caps"] {
  return allContractTerms(room).flatMap(({ contract_id, caps, time_zone }) => {
    if (caps.length === 0) return [];
    return capUses(caps, talliesOf(room, contract_id), windowsAt(time_zone, now)).map((use) => ({
      contract_id,
      cap: use.cap,
      source: use.source,
      used_count: use.count,
      used_money: money(use.money),
      resets_at: use.ends,
    }));
  });
}

function breakerRows(room: Room): AccountView["breakers"] {
  const rows = room.sql.all<{ endpoint_id: string; phase: string; body: string }>(
    "SELECT endpoint_id, phase, body FROM breakers ORDER BY endpoint_id, phase",
  );
  return rows.map((row) => {
    const breaker = JSON.parse(row.body) as Breaker;
    const phase = PHASES.find((known) => known === row.phase) ?? "ping";
    const { state, opened_at, until, pauses } = breaker;
    return { endpoint_id: row.endpoint_id, phase, state, failures: failuresOf(breaker), opened_at, until, pauses };
  });
}

function maintenanceRows(room: Room, now: number): AccountView["maintenance"] {
  const places = [
    { endpoint_id: null, maintenance: buyerTerms(room).maintenance },
    ...allEndpointTerms(room).map(({ endpoint_id, maintenance }) => ({ endpoint_id, maintenance })),
  ];
  return places.flatMap(({ endpoint_id, maintenance }) => {
    const lasts = inMaintenance(maintenance, now);
    return lasts ? [{ endpoint_id, id: lasts.window.id, reason: lasts.window.reason, until: lasts.until }] : [];
  });
}
