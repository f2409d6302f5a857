import type { AuditRow } from "./audit.ts";

/** Who changed what, from both records of it: every version of a record, and the audit. */

export interface VersionHead {
  seq: number;
  kind: string;
  id: string;
  version: number;
  author: string;
  reason: string | null;
  at: number;
}
export interface Position {
  at: number;
  id: number;
}
export interface ChangeFilter {
  author?: string;
  /** `kind:id`. */
  target?: string;
  /** Epoch ms: [from, to). */
  from: number;
  to: number;
}

type Values = (string | number)[];

/** Newest first. Read by the record, by the author, or by time alone: each has an index. */
export function versionsStatement(filter: ChangeFilter, after: Position | null, limit: number): [string, Values] {
  const colon = filter.target?.indexOf(":") ?? -1;
  const target = filter.target === undefined ? [] : [filter.target.slice(0, colon), filter.target.slice(colon + 1)];
  const where = [
    ...(target.length > 0 ? ["kind = ? AND id = ?"] : []),
    // A `+` keeps the planner from the author's index where the record's is there.
    ...(filter.author === undefined ? [] : [target.length > 0 ? "+author = ?" : "author = ?"]),
    ...TIME,
    ...(after ? ["at <= ? AND (at < ? OR seq < ?)"] : []),
  ];
  const sql = `SELECT seq, kind, id, version, author, reason, at FROM config_history WHERE ${where.join(" AND ")} ORDER BY at DESC, seq DESC LIMIT ${limit}`;
  return [
    sql,
    [...target, ...given(filter.author), filter.from, filter.to, ...(after ? [after.at, after.at, after.id] : [])],
  ];
}

export function auditStatement(
  filter: ChangeFilter & { action?: string },
  after: Position | null,
  limit: number,
): [string, Values] {
  const { target, author, action } = filter;
  const byTarget = target !== undefined;
  const byAuthor = !byTarget && author !== undefined;
  const where = [
    ...(byTarget ? ["target = ?"] : []),
    ...(author === undefined ? [] : [byAuthor ? "author = ?" : "+author = ?"]),
    ...(action === undefined ? [] : [byTarget || byAuthor ? "+action = ?" : "action = ?"]),
    ...TIME,
    ...(after ? ["at <= ? AND (at < ? OR id < ?)"] : []),
  ];
  const sql = `SELECT id, at, author, action, target, detail FROM audit WHERE ${where.join(" AND ")} ORDER BY at DESC, id DESC LIMIT ${limit}`;
  const values = [...given(target), ...given(author), ...given(action), filter.from, filter.to];
  return [sql, [...values, ...(after ? [after.at, after.at, after.id] : [])]];
}

const TIME = ["at >= ?", "at < ?"];
const given = (value: string | undefined): Values => (value === undefined ? [] : [value]);

export async function rowsOf<Row>(db: D1Database, [sql, values]: [string, Values]): Promise<Row[]> {
  const { results } = await db
    .prepare(sql)
    .bind(...values)
    .all<Row>();
  return results;
}

/** The versions that were written with these audit lines: the same record at the same moment. */
export async function versionsBeside(db: D1Database, lines: Pick<AuditRow, "target" | "at">[]): Promise<VersionHead[]> {
  if (lines.length === 0) return [];
  const keys = lines.map(({ target, at }) => ({
    kind: target.split(":")[0],
    id: target.slice(target.indexOf(":") + 1),
    at,
  }));
  return rowsOf(db, [
    "SELECT h.seq, h.kind, h.id, h.version, h.author, h.reason, h.at FROM json_each(?) AS k CROSS JOIN config_history AS h ON h.kind = json_extract(k.value, '$.kind') AND h.id = json_extract(k.value, '$.id') AND h.at = json_extract(k.value, '$.at')",
    [JSON.stringify(keys)],
  ]);
}

/** The audit lines that were written with these versions. */
export async function auditBeside(db: D1Database, versions: VersionHead[]): Promise<AuditRow[]> {
  if (versions.length === 0) return [];
  const keys = versions.map(({ kind, id, at }) => ({ target: `${kind}:${id}`, at }));
  return rowsOf(db, [
    "SELECT a.id, a.at, a.author, a.action, a.target, a.detail FROM json_each(?) AS k CROSS JOIN audit AS a ON a.target = json_extract(k.value, '$.target') AND a.at = json_extract(k.value, '$.at')",
    [JSON.stringify(keys)],
  ]);
}

/** Characters of a body that is compared here; a larger one is compared in its record's history. */
const MOST_BODY = 60_000;

/** Bodies by `kind:id:version`; null: too large. One that does not exist is missing. */
export async function bodiesOf(
  db: D1Database,
  versions: Pick<VersionHead, "kind" | "id" | "version">[],
): Promise<Map<string, Record<string, unknown> | null>> {
  if (versions.length === 0) return new Map();
  const rows = await rowsOf<{ kind: string; id: string; version: number; body: string | null }>(db, [
    `SELECT h.kind, h.id, h.version, CASE WHEN length(h.body) <= ${MOST_BODY} THEN h.body END AS body FROM json_each(?) AS k CROSS JOIN config_history AS h ON h.kind = json_extract(k.value, '$.kind') AND h.id = json_extract(k.value, '$.id') AND h.version = json_extract(k.value, '$.version')`,
    [JSON.stringify(versions.map(({ kind, id, version }) => ({ kind, id, version })))],
  ]);
  return new Map(
    rows.map((row) => [
      `${row.kind}:${row.id}:${row.version}`,
      row.body === null ? null : (JSON.parse(row.body) as Record<string, unknown>),
    ]),
  );
}
