import { isObject, same } from "../transfer/differences.ts";

/** One member that differs: without `from` it is new, without `to` it goes. */
export interface Change {
  /** `price.max_bid`, `caps[2].count`, `fields[zip].required`: as an operator would say it. */
  path: string;
  from?: unknown;
  to?: unknown;
  /** Of long lists: what came and what went, counted and the first ones named. */
  text?: string;
}

/** More than these are not listed. */
export const MOST_CHANGES = 200;
/** Values that are longer as JSON are shown as a text of their first characters. */
const MOST_SHOWN = 600;
const MOST_NAMED = 12;

/**
 * What differs between two versions of a record, member by member. Lists of things with a name or an id are compared by it, so that a new
 * field in the middle is one change; lists of words and numbers, and texts of ZIPs, by what came and went.
 */
export function changesBetween(from: unknown, to: unknown): Change[] {
  const found: Change[] = [];
  collect(from, to, "", found);
  return found.slice(0, MOST_CHANGES);
}

function collect(from: unknown, to: unknown, path: string, found: Change[]): void {
  if (found.length >= MOST_CHANGES || same(from, to)) return;
  if (isObject(from) && isObject(to)) {
    for (const name of new Set([...Object.keys(from), ...Object.keys(to)]))
      collect(own(from, name), own(to, name), path === "" ? name : `${path}.${name}`, found);
    return;
  }
  if (Array.isArray(from) && Array.isArray(to)) {
    lists(from, to, path, found);
    return;
  }
  if (isLong(from) && isLong(to) && /\.zips$/.test(path))
    return void found.push({ path, text: cameAndWent(entries(from), entries(to)) });
  found.push({
    path,
    ...(from === undefined ? {} : { from: short(from) }),
    ...(to === undefined ? {} : { to: short(to) }),
  });
}

const own = (value: Record<string, unknown>, name: string): unknown =>
  Object.hasOwn(value, name) ? value[name] : undefined;
const isLong = (value: unknown): value is string => typeof value === "string";
const entries = (text: string): string[] => text.split(/[\s,]+/).filter((one) => one !== "");

function lists(from: unknown[], to: unknown[], path: string, found: Change[]): void {
  const key = keyOf(from, to);
  if (key) {
    const [before, after] = [byKey(from, key), byKey(to, key)];
    for (const name of new Set([...before.keys(), ...after.keys()]))
      collect(before.get(name), after.get(name), `${path}[${name}]`, found);
    if ([...before.keys()].join("\n") !== [...after.keys()].join("\n") && sameMembers(before, after))
      found.push({ path, text: "in another order" });
    return;
  }
  if ([...from, ...to].every((one) => !isObject(one) && !Array.isArray(one)))
    return void found.push({ path, text: cameAndWent(from.map(String), to.map(String)) });
  for (let at = 0; at < Math.max(from.length, to.length); at++) collect(from[at], to[at], `${path}[${at + 1}]`, found);
}

/** By which member the things of both lists are told apart; null: they have none. */
function keyOf(from: unknown[], to: unknown[]): "name" | "id" | null {
  for (const key of ["name", "id"] as const) {
    const names = [from, to].map((list) => list.map((one) => (isObject(one) ? one[key] : undefined)));
    if (names.every((list) => list.every((name) => typeof name === "string") && new Set(list).size === list.length))
      if (from.length + to.length > 0) return key;
  }
  return null;
}

const byKey = (list: unknown[], key: string): Map<string, unknown> =>
  new Map(list.flatMap((one) => (isObject(one) ? [[String(one[key]), one] as const] : [])));
const sameMembers = (a: Map<string, unknown>, b: Map<string, unknown>): boolean =>
  a.size === b.size && [...a.keys()].every((name) => b.has(name));

function cameAndWent(from: string[], to: string[]): string {
  const [before, after] = [new Set(from), new Set(to)];
  const parts = [
    ["added", to.filter((one) => !before.has(one))],
    ["removed", from.filter((one) => !after.has(one))],
  ] as const;
  const said = parts
    .filter(([, list]) => list.length > 0)
    .map(([word, list]) => `${list.length} ${word} (${named(list)})`);
  return said.length > 0 ? said.join(", ") : "in another order";
}

const named = (list: readonly string[]): string =>
  `${list.slice(0, MOST_NAMED).join(", ")}${list.length > MOST_NAMED ? ", …" : ""}`;

function short(value: unknown): unknown {
  const text = JSON.stringify(value) ?? "";
  return text.length <= MOST_SHOWN ? value : `${text.slice(0, MOST_SHOWN)}… (${text.length} characters)`;
}
