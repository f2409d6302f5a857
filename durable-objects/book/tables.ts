import type { Sql } from "../sql.ts";
import { VERSION as PAGES_BY_HALF_DAYS } from "./page-tables.ts";

/**
 * Versions of a book's tables; append only. `meta` stands in for `PRAGMA user_version`, which the platform does not offer.
 * Few indexes: each one touched is another billed row.
 */
const VERSIONS: string[][] = [
  [
    // In order of arrival (rowid), which is how it is purged. `projected`: its event has been written.
    "CREATE TABLE auctions (ping_id TEXT PRIMARY KEY, at INTEGER NOT NULL, projected INTEGER NOT NULL, record TEXT NOT NULL)",
    // `body` is the Lead as JSON; the columns beside it only find it.
    "CREATE TABLE leads (lead_id TEXT PRIMARY KEY, ping_id TEXT UNIQUE, auction_id TEXT, state TEXT NOT NULL, closed_at INTEGER, unknown_since INTEGER, slim INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID",
    "CREATE INDEX leads_state ON leads (state)",
    "CREATE INDEX leads_auction ON leads (auction_id) WHERE slim = 0 AND auction_id IS NOT NULL",
    "CREATE INDEX leads_closed ON leads (slim, closed_at) WHERE closed_at IS NOT NULL",
    "CREATE INDEX leads_unknown ON leads (unknown_since) WHERE unknown_since IS NOT NULL",
    "CREATE TABLE aliases (alias TEXT PRIMARY KEY, lead_id TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE attempts (lead_id TEXT NOT NULL, attempt_id TEXT NOT NULL, at INTEGER NOT NULL, late INTEGER NOT NULL, record TEXT NOT NULL, PRIMARY KEY (lead_id, attempt_id)) WITHOUT ROWID",
    "CREATE TABLE consumers (key TEXT PRIMARY KEY, lead_id TEXT NOT NULL, at INTEGER NOT NULL, sold_at INTEGER, sold_until INTEGER) WITHOUT ROWID",
    "CREATE TABLE snapshots (seq INTEGER NOT NULL, part INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (seq, part))",
  ],
  [
    // Dead letters and open unknowns are few among many: read by id, from indexes that hold only them.
    "ALTER TABLE leads ADD COLUMN rest_at INTEGER",
    "UPDATE leads SET rest_at = coalesce(json_extract(body, '$.updated_at'), 0) WHERE state IN ('review', 'parked')",
    "CREATE INDEX leads_resting ON leads (lead_id) WHERE rest_at IS NOT NULL",
    "CREATE INDEX leads_in_doubt ON leads (lead_id) WHERE unknown_since IS NOT NULL",
    // By a person's marks an erasure finds the leads.
    "CREATE TABLE marks (mark TEXT NOT NULL, lead_id TEXT NOT NULL, PRIMARY KEY (mark, lead_id)) WITHOUT ROWID",
    // Parked leads by the endpoint whose repair they wait for. A row may outlive the wait: who reads it looks at the lead.
    "CREATE TABLE waits (endpoint_id TEXT NOT NULL, lead_id TEXT NOT NULL, PRIMARY KEY (endpoint_id, lead_id)) WITHOUT ROWID",
    "INSERT OR IGNORE INTO waits (endpoint_id, lead_id) SELECT json_extract(b.value, '$.endpoint_id'), lead_id FROM leads, json_each(leads.body, '$.plan') AS b WHERE leads.state = 'parked' AND json_extract(b.value, '$.status') = 'set_up_error'",
  ],
  [
    // When an endpoint was last repaired: a lead that met the old set-up and is parked afterwards need not wait for the next repair.
    "CREATE TABLE repairs (endpoint_id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID",
  ],
  [
    // Auctions in batches (pages.ts).
    "CREATE TABLE pages (first_n INTEGER PRIMARY KEY, last_n INTEGER NOT NULL, at INTEGER NOT NULL, upto INTEGER NOT NULL, ids TEXT NOT NULL, body TEXT NOT NULL)",
    // Only open and resting leads are looked for by their state.
    "DROP INDEX IF EXISTS leads_state",
    "CREATE INDEX leads_unended ON leads (state) WHERE state IN ('open', 'review', 'parked')",
  ],
  PAGES_BY_HALF_DAYS,
  [
    // When the alarm looks at an open lead; of one that is not open it means nothing. Leads of before have their row in `due` until then.
    "ALTER TABLE leads ADD COLUMN sweep_at INTEGER",
    "CREATE INDEX leads_open ON leads (sweep_at) WHERE state = 'open'",
    // Open leads are found by the one, resting ones by `leads_resting`.
    "DROP INDEX leads_unended",
    "DROP INDEX leads_resting",
    "CREATE INDEX leads_resting ON leads (lead_id, rest_at) WHERE rest_at IS NOT NULL",
    // A two-step lead's auction is its ping: found by that.
    "DROP INDEX IF EXISTS leads_auction",
    "CREATE INDEX leads_auction ON leads (auction_id) WHERE slim = 0 AND auction_id IS NOT NULL AND auction_id IS NOT ping_id",
  ],
];

/** Brings the tables to the newest version, or to `to`. Call before anything else, in the object's constructor. */
export function migrate(sql: Sql, to = VERSIONS.length): void {
  sql.run("CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID");
  const version = Number(readMeta(sql, "version") ?? "0");
  for (let v = version; v < to; v++) {
    sql.transaction(() => {
      for (const statement of VERSIONS[v] ?? []) sql.run(statement);
      writeMeta(sql, "version", String(v + 1));
    });
  }
}

export function readMeta(sql: Sql, key: string): string | null {
  return sql.all<{ value: string }>("SELECT value FROM meta WHERE key = ?", key)[0]?.value ?? null;
}

export function writeMeta(sql: Sql, key: string, value: string): void {
  sql.run("INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", key, value);
}
