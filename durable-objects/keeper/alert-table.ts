import type { AlertsPort, Incident, IncidentPage, Notice, Place } from "../../schema/rpc/alerts.ts";
import type { LedgerAlert, WatchMemory } from "../../worker/alerts/memory.ts";
import { NEW_MEMORY } from "../../worker/alerts/memory.ts";
import type { PostWindow } from "../../worker/alerts/windows.ts";
import type { Sql, SqlValue } from "../sql.ts";

type NoticePage = Parameters<AlertsPort["notices"]>[0];

/** Alerts, notices and what the watch remembers, as rows of the keeper. No rules here. */
export class AlertTable {
  constructor(private readonly sql: Sql) {
    sql.run("CREATE TABLE IF NOT EXISTS watch (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID");
    // `body` is the whole as JSON; the columns beside it only find it.
    sql.run(
      "CREATE TABLE IF NOT EXISTS incidents (id TEXT PRIMARY KEY, key TEXT NOT NULL, state TEXT NOT NULL, opened_at INTEGER NOT NULL, resolved_at INTEGER, in_ledger INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID",
    );
    sql.run("CREATE INDEX IF NOT EXISTS incidents_state ON incidents (state, opened_at)");
    sql.run("CREATE INDEX IF NOT EXISTS incidents_opened ON incidents (opened_at)");
    sql.run("CREATE INDEX IF NOT EXISTS incidents_ledger ON incidents (opened_at) WHERE in_ledger = 0");
    sql.run("CREATE INDEX IF NOT EXISTS incidents_resolved ON incidents (resolved_at) WHERE resolved_at IS NOT NULL");
    sql.run(
      "CREATE TABLE IF NOT EXISTS notices (id TEXT PRIMARY KEY, channel_id TEXT NOT NULL, state TEXT NOT NULL, at INTEGER NOT NULL, next_at INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID",
    );
    sql.run("CREATE INDEX IF NOT EXISTS notices_at ON notices (at)");
    sql.run("CREATE INDEX IF NOT EXISTS notices_due ON notices (next_at) WHERE state = 'waiting'");
  }

  memory(): WatchMemory {
    return { ...NEW_MEMORY, ...(this.get<Partial<WatchMemory>>("memory") ?? {}) };
  }
  saveMemory(memory: WatchMemory): void {
    this.put("memory", memory);
  }

  noted(): { looked_at?: number; failed?: string | null } {
    return this.get("noted") ?? {};
  }
  note(change: { looked_at?: number; failed: string | null }): void {
    this.put("noted", { ...this.noted(), ...change });
  }

  windows(): PostWindow[] {
    return this.sql
      .all<{ body: string }>("SELECT body FROM watch WHERE key >= 'window:' AND key < 'window;' LIMIT 5000")
      .map(({ body }) => JSON.parse(body) as PostWindow);
  }
  saveWindow(window: PostWindow): void {
    this.put(`window:${window.contract_id}`, window);
  }
  dropWindow(contract_id: string): void {
    this.sql.run("DELETE FROM watch WHERE key = ?", `window:${contract_id}`);
  }

  /** All that are open, and those that were resolved since. */
  current(resolved_since: number): Incident[] {
    return this.incidents(
      "WHERE state = 'open' UNION ALL SELECT body FROM incidents WHERE resolved_at >= ? AND state = 'resolved' LIMIT 5000",
      resolved_since,
    );
  }
  /** Resolved in this time, and told as open still: a mute or quiet hours kept the end back. */
  untold(from: number, to: number): Incident[] {
    return this.incidents(
      "WHERE state = 'resolved' AND resolved_at >= ? AND resolved_at < ? AND json_extract(body, '$.told.event') IN ('opened', 'worse') LIMIT 1000",
      from,
      to,
    );
  }
  incident(id: string): Incident | null {
    return this.incidents("WHERE id = ?", id)[0] ?? null;
  }
  page({ state, buyer_id, kind, severity, before, limit }: IncidentPage): Incident[] {
    const { sql, bindings } = from("opened_at", before);
    return this.incidents(
      `WHERE ${sql}${state === undefined ? "" : " AND state = ?"}${clause("buyer_id", buyer_id)}${clause("kind", kind)}${clause("severity", severity)} ORDER BY opened_at DESC, id DESC LIMIT ?`,
      ...bindings,
      ...[state, buyer_id, kind, severity].filter((one) => one !== undefined),
      limit,
    );
  }
  saveIncident(incident: Incident): void {
    const { id, key, state, opened_at, resolved_at } = incident;
    this.sql.run(
      "INSERT INTO incidents (id, key, state, opened_at, resolved_at, in_ledger, body) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state, resolved_at = excluded.resolved_at, body = excluded.body",
      id,
      key,
      state,
      opened_at,
      resolved_at,
      // An event is in the ledger: that is where it was read.
      id === key ? 1 : 0,
      JSON.stringify(incident),
    );
  }
  unwritten(limit: number): LedgerAlert[] {
    return this.incidents("WHERE in_ledger = 0 ORDER BY opened_at LIMIT ?", limit).map(
      ({ id, opened_at, kind, subject, message }) => ({ id, at: opened_at, kind, subject, message }),
    );
  }
  written(ids: string[]): void {
    for (const id of ids) this.sql.run("UPDATE incidents SET in_ledger = 1 WHERE id = ?", id);
  }

  notice(id: string): Notice | null {
    return this.notices("WHERE id = ?", id)[0] ?? null;
  }
  saveNotice(notice: Notice): void {
    const { id, channel_id, state, at, next_at } = notice;
    this.sql.run(
      "INSERT INTO notices (id, channel_id, state, at, next_at, body) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state, next_at = excluded.next_at, body = excluded.body",
      id,
      channel_id,
      state,
      at,
      next_at,
      JSON.stringify(notice),
    );
  }
  dueNotice(now: number): Notice | null {
    return this.notices("WHERE state = 'waiting' AND next_at <= ? ORDER BY next_at, id LIMIT 1", now)[0] ?? null;
  }
  nextNotice(): number | null {
    return this.notices("WHERE state = 'waiting' ORDER BY next_at LIMIT 1")[0]?.next_at ?? null;
  }
  newestNotices({ before, limit, channel_id, state, incident_id }: NoticePage): Notice[] {
    const { sql, bindings } = from("at", before);
    const about = "EXISTS (SELECT 1 FROM json_each(notices.body, '$.items') WHERE json_extract(value, '$.id') = ?)";
    return this.notices(
      `WHERE ${sql}${channel_id === undefined ? "" : " AND channel_id = ?"}${state === undefined ? "" : " AND state = ?"}${incident_id === undefined ? "" : ` AND ${about}`} ORDER BY at DESC, id DESC LIMIT ?`,
      ...bindings,
      ...[channel_id, state, incident_id].filter((one) => one !== undefined),
      limit,
    );
  }

  forget(resolved_before: number, notices_before: number): void {
    this.sql.run(
      "DELETE FROM incidents WHERE resolved_at < ? AND state = 'resolved' AND in_ledger = 1",
      resolved_before,
    );
    this.sql.run("DELETE FROM notices WHERE at < ? AND state <> 'waiting'", notices_before);
  }

  private incidents(where: string, ...bindings: SqlValue[]): Incident[] {
    return this.read<Incident>("incidents", where, bindings);
  }
  private notices(where: string, ...bindings: SqlValue[]): Notice[] {
    return this.read<Notice>("notices", where, bindings);
  }
  private read<T>(table: "incidents" | "notices", where: string, bindings: SqlValue[]): T[] {
    return this.sql
      .all<{ body: string }>(`SELECT body FROM ${table} ${where}`, ...bindings)
      .map(({ body }) => JSON.parse(body) as T);
  }
  private get<T>(key: string): T | null {
    const row = this.sql.all<{ body: string }>("SELECT body FROM watch WHERE key = ?", key)[0];
    return row ? (JSON.parse(row.body) as T) : null;
  }
  private put(key: string, value: unknown): void {
    this.sql.run(
      "INSERT INTO watch (key, body) VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
      key,
      JSON.stringify(value),
    );
  }
}

/** Before a place: of its millisecond the smaller ids. */
const from = (column: string, before: Place | undefined): { sql: string; bindings: SqlValue[] } =>
  before === undefined
    ? { sql: "true", bindings: [] }
    : { sql: `${column} <= ? AND (${column} < ? OR id < ?)`, bindings: [before.at, before.at, before.id] };

/** A member of the body, compared with a value that is bound. */
const clause = (name: string, value: unknown): string =>
  value === undefined ? "" : ` AND json_extract(body, '$.${name}') = ?`;
