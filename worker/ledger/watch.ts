import { monthOf } from "../../schema/events.ts";
import type { AlertKind, AttemptClass, AttemptOutcome } from "../../schema/lists.ts";
import { GRAINS } from "../../schema/rollups/rollups.ts";

/** A page of rows in the order in which the ledger got them. `next`: where the next page begins; `more`: it was full. */
export interface NewRows<T> {
  rows: T[];
  next: number;
  more: boolean;
  /** Read without a place where the last page ended: old rows are among them. */
  anew: boolean;
}

/** Where rows are read from the first time: the newest ones only. */
const FIRST_ROWS = 2_000;

/** A ledger that was set back to an earlier time has lower numbers: it is read anew from its newest rows. */
async function startOf(
  db: D1Database,
  table: "deliveries" | "alerts",
  known: number | null,
): Promise<{ from: number; anew: boolean }> {
  const newest = await db.prepare(`SELECT max(rowid) AS n FROM ${table}`).first<{ n: number | null }>();
  const last = newest?.n ?? 0;
  return known === null || known > last
    ? { from: Math.max(0, last - FIRST_ROWS), anew: true }
    : { from: known, anew: false };
}

export interface DeliverySeen {
  seq: number;
  at: number;
  contract_id: string;
  buyer_id: string;
  endpoint_id: string;
  outcome: AttemptOutcome;
  class: AttemptClass;
  kind: string;
  test: number;
  ms: number;
}

/** Attempts that the ledger got after row `known` (null: the newest ones). */
export async function newDeliveries(
  db: D1Database,
  known: number | null,
  limit: number,
): Promise<NewRows<DeliverySeen>> {
  const { from, anew } = await startOf(db, "deliveries", known);
  const { results } = await db
    .prepare(
      "SELECT rowid AS seq, at, contract_id, buyer_id, endpoint_id, outcome, class, kind, test, ms FROM deliveries WHERE rowid > ?1 ORDER BY rowid LIMIT ?2",
    )
    .bind(from, limit)
    .all<DeliverySeen>();
  return { rows: results, next: results[results.length - 1]?.seq ?? from, more: results.length === limit, anew };
}

export interface AlertRowSeen {
  seq: number;
  id: string;
  at: number;
  kind: AlertKind;
  subject: string;
  message: string;
}

export async function newAlerts(db: D1Database, known: number | null, limit: number): Promise<NewRows<AlertRowSeen>> {
  const { from, anew } = await startOf(db, "alerts", known);
  const { results } = await db
    .prepare("SELECT rowid AS seq, id, at, kind, subject, message FROM alerts WHERE rowid > ?1 ORDER BY rowid LIMIT ?2")
    .bind(from, limit)
    .all<AlertRowSeen>();
  return { rows: results, next: results[results.length - 1]?.seq ?? from, more: results.length === limit, anew };
}

const SLOT_MS = 900_000;
const DAY_MS = 86_400_000;
/** Groups of publisher and campaign in one hour. */
const MOST_GROUPS = 2_000;

export interface HourOfPings {
  publisher_id: string;
  campaign_id: string;
  pings: number;
}

/** Live pings of the hour that began at `hour` (epoch ms), and of the same hour of so many days before: one list a day, newest first. */
export async function pingsOfHour(db: D1Database, hour: number, days: number): Promise<HourOfPings[][]> {
  const statement = db.prepare(
    "SELECT publisher_id, campaign_id, sum(pings) AS pings FROM rollup_pings WHERE grain = ?1 AND slot >= ?2 AND slot < ?3 GROUP BY publisher_id, campaign_id LIMIT ?4",
  );
  const slot = (day: number): number => (hour - day * DAY_MS) / SLOT_MS;
  const asked = Array.from({ length: days + 1 }, (_, day) =>
    statement.bind(GRAINS.slot, slot(day), slot(day) + 4, MOST_GROUPS),
  );
  return (await db.batch<HourOfPings>(asked)).map(({ results }) => results);
}

const MOST_COUNTED = 1_000;

/** Differences that are not mended, counted up to a thousand, and since when there are any. */
export async function openDifferences(db: D1Database): Promise<{ count: number; since: number | null }> {
  const row = await db
    .prepare(
      "SELECT count(*) AS count, min(at) AS since FROM (SELECT at FROM differences WHERE mended_at IS NULL ORDER BY at LIMIT ?1)",
    )
    .bind(MOST_COUNTED)
    .first<{ count: number; since: number | null }>();
  return { count: row?.count ?? 0, since: row?.since ?? null };
}

/** Alerts that a rule found join those that objects told of; the same id again is the same alert. */
export async function writeAlerts(
  db: D1Database,
  alerts: { id: string; at: number; kind: AlertKind; subject: string; message: string }[],
): Promise<void> {
  if (alerts.length === 0) return;
  const rows = alerts.map((alert) => ({ ...alert, month: monthOf(alert.at) }));
  await db
    .prepare(
      "INSERT INTO alerts (id, month, at, kind, subject, message, n) SELECT json_extract(value, '$.id'), json_extract(value, '$.month'), json_extract(value, '$.at'), json_extract(value, '$.kind'), json_extract(value, '$.subject'), json_extract(value, '$.message'), 0 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING",
    )
    .bind(JSON.stringify(rows))
    .run();
}
