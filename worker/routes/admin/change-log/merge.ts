import type { AuditRow } from "../../../ledger/audit.ts";
import type { Position, VersionHead } from "../../../ledger/change-log.ts";

/** One thing that somebody did: a version of a record, a line of the audit, or both where they were written together. */
export interface Deed {
  at: number;
  author: string;
  action: string;
  target: string;
  version: VersionHead | null;
  line: AuditRow | null;
}

/** What was read of one source, newest first; `full`: there may be more behind it. */
interface Source<T> {
  rows: T[];
  full: boolean;
  after: Position | null;
}
export interface Merge {
  versions: Source<VersionHead>;
  audit: Source<AuditRow>;
  /** Written together with a version of its own. */
  paired(line: AuditRow): boolean;
  lineOf(version: VersionHead): AuditRow | undefined;
  versionOf(line: AuditRow): VersionHead | undefined;
  wanted(deed: Deed): boolean;
  limit: number;
}
export interface Merged {
  deeds: Deed[];
  /** Where the next page begins in each source; null: there is none. */
  next: { versions: Position | null; audit: Position | null } | null;
}

export const ROLLED_BACK = /^rollback to version /;

/** How a version by itself is called. */
export function actionOf({ version, reason }: Pick<VersionHead, "version" | "reason">): string {
  if (version === 1) return "create";
  return reason !== null && ROLLED_BACK.test(reason) ? "rollback" : "change";
}

/**
 * Both sources as one list, newest first. A source that was read to its bound ends the page where it ends: what is behind it may be
 * newer than the rest of the other.
 */
export function merged(input: Merge): Merged {
  const { versions, audit, limit } = input;
  const deeds: Deed[] = [];
  let [v, a] = [0, 0];
  while (deeds.length < limit) {
    const [version, line] = [versions.rows[v], audit.rows[a]];
    if ((!version && versions.full) || (!line && audit.full) || (!version && !line)) break;
    const takeVersion = version !== undefined && (line === undefined || version.at >= line.at);
    const deed = takeVersion ? ofVersion(input, version) : line && ofLine(input, line);
    if (takeVersion) v++;
    else a++;
    if (deed && input.wanted(deed)) deeds.push(deed);
  }
  const left = v < versions.rows.length || versions.full || a < audit.rows.length || audit.full;
  const last = v === 0 ? undefined : versions.rows[v - 1];
  const lastLine = a === 0 ? undefined : audit.rows[a - 1];
  return {
    deeds,
    next: left
      ? {
          versions: last ? { at: last.at, id: last.seq } : versions.after,
          audit: lastLine ? { at: lastLine.at, id: lastLine.id } : audit.after,
        }
      : null,
  };
}

function ofVersion({ lineOf }: Merge, version: VersionHead): Deed {
  const line = lineOf(version) ?? null;
  const { at, author, kind, id } = version;
  return { at, author, action: line?.action ?? actionOf(version), target: `${kind}:${id}`, version, line };
}

/** null: it is told with its version. */
function ofLine({ paired, versionOf }: Merge, line: AuditRow): Deed | null {
  if (paired(line)) return null;
  const { at, author, action, target } = line;
  return { at, author, action, target, version: versionOf(line) ?? null, line };
}

/** A cursor as text, and back; null where it is none of ours. */
export const cursorText = ({ versions, audit }: NonNullable<Merged["next"]>): string =>
  `${positionText(versions)}_${positionText(audit)}`;
const positionText = (position: Position | null): string => (position ? `${position.at}.${position.id}` : "");

export function readCursor(text: string): NonNullable<Merged["next"]> {
  const [versions = "", audit = ""] = text.split("_");
  return { versions: readPosition(versions), audit: readPosition(audit) };
}
function readPosition(text: string): Position | null {
  const [at, id] = text.split(".");
  return at === undefined || id === undefined ? null : { at: Number(at), id: Number(id) };
}
