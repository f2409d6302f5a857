import { packFilter } from "../auction/compact-filter.ts";

/** Characters. Shorter bodies hold no list that is worth the work. */
const LARGE = 1_000;

/**
 * A record's JSON with a contract's long lists of ZIPs packed: what an isolate keeps and copies. 1,000 contracts with 5,000 ZIPs each are
 * 40 MB of text otherwise. Done twice it changes nothing; what is not JSON stays as it is.
 */
export function packedBody(kind: string, body: string): string {
  if (kind !== "contract" || body.length < LARGE) return body;
  try {
    const { filter, ...rest } = JSON.parse(body) as Record<string, unknown>;
    return filter === undefined ? body : JSON.stringify({ ...rest, filter: packFilter(filter) });
  } catch {
    return body;
  }
}
