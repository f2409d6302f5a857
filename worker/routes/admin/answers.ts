import type { StoredConfig, StoredVersion } from "../../ledger/config-store.ts";
import { iso } from "./body.ts";
import { openPart, secretNames } from "./sealed.ts";

/** A record as the operator sees it: what was written, word by word, and the names (never the values) of its secrets. */
export function recordAnswer(stored: StoredConfig, extra: { at_buyer?: boolean } = {}) {
  const { id, version, author, updated_at, body } = stored;
  return {
    id,
    version,
    author,
    updated_at: iso(updated_at),
    record: openPart(body),
    secrets: secretNames(body),
    ...extra,
  };
}

export function versionAnswer(row: StoredVersion) {
  return {
    version: row.version,
    author: row.author,
    reason: row.reason,
    at: iso(row.at),
    record: openPart(row.body),
    secrets: secretNames(row.body),
  };
}

export const etag = (version: number): Record<string, string> => ({ etag: `"${version}"` });
