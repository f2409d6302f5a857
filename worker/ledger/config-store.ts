import type { ConfigKind } from "../../schema/config/index.ts";

/** A stored record: `body` as the operator wrote it (wire form), with credentials sealed. Times are epoch ms. */
export interface StoredConfig {
  kind: ConfigKind;
  id: string;
  seq: number;
  version: number;
  body: Record<string, unknown>;
  author: string;
  updated_at: number;
}
export interface StoredVersion {
  version: number;
  seq: number;
  body: Record<string, unknown>;
  author: string;
  reason: string | null;
  at: number;
}

export interface ConfigChange {
  kind: ConfigKind;
  id: string;
  /** Wire form; must have been checked against its schema. */
  body: Record<string, unknown>;
  author: string;
  reason?: string;
  /** Epoch ms. */
  at: number;
  /** The version that this change was made from; 0 = there is none yet. Absent: whatever is there is replaced. */
  expect_version?: number;
  /** A line for the audit, written only with the change. */
  audit?: { action: string; detail?: string };
}
export type ConfigChanged = { kind: "changed"; version: number; seq: number } | { kind: "conflict"; version: number };

const CURRENT = "coalesce((SELECT version FROM config WHERE kind = ?1 AND id = ?2), 0)";
const EXPECTED = `(?3 IS NULL OR ${CURRENT} = ?3)`;

/**
 * Writes a new version and its history in one transaction. The history's `seq` numbers all changes of the gateway, so that a
 * snapshot reads what is new by it. `conflict` (nothing was written) tells the version that is there.
 */
export async function changeConfig(db: D1Database, change: ConfigChange): Promise<ConfigChanged> {
  const { kind, id, author, at } = change;
  const expect = change.expect_version ?? null;
  const statements = [
    db
      .prepare(
        `INSERT INTO config_history (kind, id, version, body, author, reason, at) SELECT ?1, ?2, ${CURRENT} + 1, ?4, ?5, ?6, ?7 WHERE ${EXPECTED} RETURNING seq, version`,
      )
      .bind(kind, id, expect, JSON.stringify(change.body), author, change.reason ?? null, at),
    db
      .prepare(
        `INSERT INTO config (kind, id, seq, version, body, author, updated_at) SELECT kind, id, seq, version, body, author, at FROM config_history WHERE kind = ?1 AND id = ?2 ORDER BY version DESC LIMIT 1 ON CONFLICT (kind, id) DO UPDATE SET seq = excluded.seq, version = excluded.version, body = excluded.body, author = excluded.author, updated_at = excluded.updated_at WHERE excluded.version > config.version`,
      )
      .bind(kind, id),
    db.prepare(`SELECT ${CURRENT} AS version`).bind(kind, id),
  ];
  // First, while the expected version still tells whether the change will be written.
  if (change.audit) statements.unshift(auditStatement(db, change, change.audit, expect));
  const results = await db.batch<{ seq: number; version: number }>(statements);
  const written = results[change.audit ? 1 : 0]?.results[0];
  if (written) return { kind: "changed", version: written.version, seq: written.seq };
  return { kind: "conflict", version: results[results.length - 1]?.results[0]?.version ?? 0 };
}

function auditStatement(
  db: D1Database,
  change: ConfigChange,
  audit: NonNullable<ConfigChange["audit"]>,
  expect: number | null,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO audit (at, author, action, target, detail) SELECT ?4, ?5, ?6, ?1 || ':' || ?2, ?7 WHERE ${EXPECTED}`,
    )
    .bind(change.kind, change.id, expect, change.at, change.author, audit.action, audit.detail ?? null);
}

interface RawConfig extends Omit<StoredConfig, "body"> {
  body: string;
}
const COLUMNS = "kind, id, seq, version, body, author, updated_at";
const opened = (row: RawConfig): StoredConfig => ({ ...row, body: JSON.parse(row.body) as Record<string, unknown> });

export async function readConfig(db: D1Database, kind: ConfigKind, id: string): Promise<StoredConfig | null> {
  const row = await db
    .prepare(`SELECT ${COLUMNS} FROM config WHERE kind = ?1 AND id = ?2`)
    .bind(kind, id)
    .first<RawConfig>();
  return row ? opened(row) : null;
}

/** Several records at once, in one statement; those that do not exist are missing from the answer. */
export async function readConfigs(db: D1Database, keys: { kind: ConfigKind; id: string }[]): Promise<StoredConfig[]> {
  if (keys.length === 0) return [];
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM config WHERE (kind, id) IN (SELECT json_extract(value, '$.kind'), json_extract(value, '$.id') FROM json_each(?1))`,
    )
    .bind(JSON.stringify(keys))
    .all<RawConfig>();
  return results.map(opened);
}

/** By id, from the one after `after`. `where` compares top-level text members of the body, as in `{ buyer_id: "acme" }`. */
export async function listConfig(
  db: D1Database,
  kind: ConfigKind,
  page: { after?: string; limit: number; where?: Record<string, string> },
): Promise<{ items: StoredConfig[]; next: string | null }> {
  const where = Object.entries(page.where ?? {});
  const tests = where.map((_, i) => ` AND json_extract(body, ?${4 + 2 * i}) = ?${5 + 2 * i}`).join("");
  const { results } = await db
    .prepare(`SELECT ${COLUMNS} FROM config WHERE kind = ?1 AND id > ?2${tests} ORDER BY id LIMIT ?3`)
    .bind(kind, page.after ?? "", page.limit + 1, ...where.flatMap(([name, value]) => [`$.${name}`, value]))
    .all<RawConfig>();
  const items = results.slice(0, page.limit).map(opened);
  return { items, next: results.length > page.limit ? (items[items.length - 1]?.id ?? null) : null };
}

const VERSION_COLUMNS = "version, seq, body, author, reason, at";
type RawVersion = Omit<StoredVersion, "body"> & { body: string };
const openedVersion = (row: RawVersion): StoredVersion => ({
  ...row,
  body: JSON.parse(row.body) as Record<string, unknown>,
});

/** Newest first, from the one before version `before`. */
export async function history(
  db: D1Database,
  kind: ConfigKind,
  id: string,
  page: { before?: number; limit: number },
): Promise<{ items: StoredVersion[]; next: number | null }> {
  const { results } = await db
    .prepare(
      `SELECT ${VERSION_COLUMNS} FROM config_history WHERE kind = ?1 AND id = ?2 AND version < ?3 ORDER BY version DESC LIMIT ?4`,
    )
    .bind(kind, id, page.before ?? Number.MAX_SAFE_INTEGER, page.limit + 1)
    .all<RawVersion>();
  const items = results.slice(0, page.limit).map(openedVersion);
  return { items, next: results.length > page.limit ? (items[items.length - 1]?.version ?? null) : null };
}

export async function readVersion(
  db: D1Database,
  kind: ConfigKind,
  id: string,
  version: number,
): Promise<StoredVersion | null> {
  const row = await db
    .prepare(`SELECT ${VERSION_COLUMNS} FROM config_history WHERE kind = ?1 AND id = ?2 AND version = ?3`)
    .bind(kind, id, version)
    .first<RawVersion>();
  return row ? openedVersion(row) : null;
}
