/** One member that differs; without `from` it is new, without `to` it goes. */
export interface Difference {
  path: string;
  from?: unknown;
  to?: unknown;
}

/** More than these are not listed. */
const MOST = 200;

/** What differs between two JSON values, member by member; lists are compared as a whole where their lengths differ. */
export function differences(from: unknown, to: unknown, path = ""): Difference[] {
  const found: Difference[] = [];
  collect(from, to, path, found);
  return found.slice(0, MOST);
}

function collect(from: unknown, to: unknown, path: string, found: Difference[]): void {
  if (found.length >= MOST || same(from, to)) return;
  if (isObject(from) && isObject(to)) {
    for (const name of new Set([...Object.keys(from), ...Object.keys(to)]))
      collect(from[name], to[name], path === "" ? name : `${path}.${name}`, found);
  } else if (Array.isArray(from) && Array.isArray(to) && from.length === to.length) {
    for (const [at, item] of from.entries()) collect(item, to[at], `${path}.${at}`, found);
  } else {
    found.push({ path, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) });
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Equal JSON, whatever the order of members; a member that is undefined is none. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, at) => same(item, b[at]));
  if (!isObject(a) || !isObject(b)) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => same(a[name], b[name]));
}
