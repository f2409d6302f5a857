import type { LedgerEvent } from "../../schema/events.ts";
import { type Money, money } from "../../schema/money.ts";
import type { DueTable } from "../due-table.ts";
import type { Outbox } from "../outbox.ts";
import type { Sql } from "../sql.ts";
import type { Holds } from "./holds.ts";

/** What every part of a buyer's account works with. All calls are synchronous and run inside the caller's transaction. */
export interface Room {
  sql: Sql;
  due: DueTable;
  outbox: Outbox;
  buyer: string;
}

export const DAY_MS = 86_400_000;

const TABLES = [
  "account (id INTEGER PRIMARY KEY CHECK (id = 1), buyer_id TEXT NOT NULL, balance INTEGER NOT NULL, held INTEGER NOT NULL, asked INTEGER NOT NULL)",
  "terms (kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, least INTEGER, PRIMARY KEY (kind, id)) WITHOUT ROWID",
  `reservations (reservation_id TEXT PRIMARY KEY, lead_id TEXT NOT NULL, contract_id TEXT NOT NULL, endpoint_id TEXT NOT NULL, source TEXT NOT NULL,
    epoch INTEGER NOT NULL, state TEXT NOT NULL, amount INTEGER NOT NULL, price INTEGER, at INTEGER NOT NULL, windows TEXT NOT NULL,
    consumer_keys TEXT NOT NULL, doubted_at INTEGER, doubt_until INTEGER, ended_at INTEGER, why TEXT) WITHOUT ROWID`,
  "tallies (contract_id TEXT NOT NULL, source TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (contract_id, source)) WITHOUT ROWID",
  "consumers (consumer_key TEXT NOT NULL, reservation_id TEXT NOT NULL, lead_id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (consumer_key, reservation_id)) WITHOUT ROWID",
  "fences (lead_id TEXT PRIMARY KEY, epoch INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID",
  "breakers (endpoint_id TEXT NOT NULL, phase TEXT NOT NULL, body TEXT NOT NULL, changes INTEGER NOT NULL, PRIMARY KEY (endpoint_id, phase)) WITHOUT ROWID",
  "entries (id TEXT PRIMARY KEY, kind TEXT NOT NULL, amount INTEGER NOT NULL, reason TEXT NOT NULL, author TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID",
  "refunds (id TEXT PRIMARY KEY, reservation_id TEXT NOT NULL, amount INTEGER NOT NULL, reason TEXT NOT NULL, author TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID",
  "slots (contract_id TEXT NOT NULL, at INTEGER NOT NULL, reservation_id TEXT NOT NULL, PRIMARY KEY (contract_id, at, reservation_id)) WITHOUT ROWID",
  "paces (contract_id TEXT PRIMARY KEY, rule TEXT NOT NULL, kept INTEGER NOT NULL) WITHOUT ROWID",
  "tokens (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID",
  "drift (contract_id TEXT NOT NULL, stage TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (contract_id, stage)) WITHOUT ROWID",
  "bidding (slot INTEGER NOT NULL, contract_id TEXT NOT NULL, body TEXT NOT NULL, changed INTEGER NOT NULL, PRIMARY KEY (slot, contract_id)) WITHOUT ROWID",
  "published (kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID",
];

/**
 * Creates what is missing and returns the buyer's id: `name`, or what an earlier start wrote where the runtime does not say.
 * @throws when neither knows, or they differ: an account never changes hands.
 */
export function createTables(sql: Sql, name: string | undefined): string {
  for (const table of TABLES) sql.run(`CREATE TABLE IF NOT EXISTS ${table}`);
  addColumn(sql, "reservations", "ended_at", "INTEGER");
  addColumn(sql, "account", "holds", "TEXT NOT NULL DEFAULT '{}'");
  sql.run("CREATE INDEX IF NOT EXISTS reservations_lead ON reservations (lead_id)");
  sql.run("CREATE INDEX IF NOT EXISTS refunds_reservation ON refunds (reservation_id)");
  const known = sql.all<{ buyer_id: string }>("SELECT buyer_id FROM account")[0]?.buyer_id;
  const buyer = name ?? known;
  if (!buyer || (known !== undefined && known !== buyer)) throw new Error("an account needs its buyer's id");
  if (!known) sql.run("INSERT INTO account (id, buyer_id, balance, held, asked) VALUES (1, ?, 0, 0, 0)", buyer);
  return buyer;
}

/** For objects whose tables are older than the column. */
function addColumn(sql: Sql, table: string, name: string, type: string): void {
  const known = sql.all<{ name: string }>(`PRAGMA table_info(${table})`);
  if (!known.some((column) => column.name === name)) sql.run(`ALTER TABLE ${table} ADD COLUMN ${name} ${type}`);
}

export interface Funds {
  balance: Money;
  /** Sum of the open holds. */
  held: Money;
  /** The amount that was last asked of this buyer. */
  asked: Money;
}

export function fundsOf(room: Room): Funds {
  const row = room.sql.all<{ balance: number; held: number; asked: number }>(
    "SELECT balance, held, asked FROM account",
  )[0];
  if (!row) throw new Error("an account must have its row");
  return { balance: money(row.balance), held: money(row.held), asked: money(row.asked) };
}

/** Moves money, and notes which holds are open now; what is held may never become negative, whatever a defect elsewhere does. */
export function moveFunds(room: Room, change: { balance?: number; held?: number; holds?: Holds }): void {
  const before = fundsOf(room);
  const balance = money(before.balance + (change.balance ?? 0));
  const held = money(before.held + (change.held ?? 0));
  if (held < 0) throw new Error("more is released than was held");
  const holds = change.holds ? JSON.stringify(change.holds) : null;
  room.sql.run(
    "UPDATE account SET balance = ?, held = ?, holds = coalesce(?, holds) WHERE id = 1",
    balance,
    held,
    holds,
  );
}

/** Writes events beside the state that they tell of, and sees to it that they are sent: in a moment, or `urgent` ones at once. */
export function tell(room: Room, events: LedgerEvent[], now: number, urgent = false): void {
  if (events.length === 0) return;
  room.outbox.append(events, now);
  room.due.soon(room.outbox.sending.want(now, urgent));
}
