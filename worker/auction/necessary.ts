import type { CompactCondition, CompactFilter } from "./compact-filter.ts";
import { numberOf, type Scalar, textOf } from "./filter-tests.ts";
import { ZIPS, ZipList } from "./zip-list.ts";

/** What a fact must be for a filter to hold: one of the values, or begin with one of the prefixes. Weaker than the filter itself. */
export interface Necessary {
  field: string;
  values: string[];
  prefixes: string[];
  zips: ZipList[];
}

/** Equal for all that the operators `eq` and `in` may take for equal: `"01234"` and 1234 share a key, the filter tells them apart. */
export function keyOf(value: Scalar): string {
  const text = textOf(value);
  const number = numberOf(text);
  return number === null ? text : `#${number}`;
}

/** Conditions each of which must hold for the filter to hold; none that an index can use: empty. */
export function necessary(filter: CompactFilter): Necessary[] {
  if ("all" in filter) return filter.all.flatMap(necessary);
  if ("any" in filter) return united(filter.any.map(necessary));
  return "not" in filter ? [] : ofCondition(filter);
}

function ofCondition({ field, eq, in: list, prefix }: CompactCondition): Necessary[] {
  const none = { field, values: [], prefixes: [], zips: [] };
  const values = list instanceof ZipList ? null : (list ?? (eq === undefined ? null : [eq]));
  return [
    ...(list instanceof ZipList ? [{ ...none, zips: [list] }] : []),
    ...(values ? [{ ...none, values: values.map(keyOf) }] : []),
    ...(prefix ? [{ ...none, prefixes: prefix.map(textOf) }] : []),
  ];
}

/** One of the parts must hold: necessary is a field that each of them asks for, with everybody's values. */
function united(parts: Necessary[][]): Necessary[] {
  const [first = [], ...rest] = parts;
  return first.flatMap((one) => {
    const others = rest.map((part) => part.find(({ field }) => field === one.field));
    if (others.some((other) => other === undefined)) return [];
    const all = [one, ...others.flatMap((other) => other ?? [])];
    return [
      {
        field: one.field,
        values: all.flatMap((a) => a.values),
        prefixes: all.flatMap((a) => a.prefixes),
        zips: all.flatMap((a) => a.zips),
      },
    ];
  });
}

/** How many different values or prefixes all contracts together name of a field. */
export function distinctValues(all: Necessary[]): Map<string, number> {
  const seen = new Map<string, { texts: Set<string>; zips: Uint8Array | null }>();
  for (const { field, values, prefixes, zips } of all) {
    const of = seen.get(field) ?? { texts: new Set(), zips: null };
    seen.set(field, of);
    for (const value of values) of.texts.add(value);
    for (const prefix of prefixes) of.texts.add(`^${prefix}`);
    if (zips.length === 0) continue;
    const held = of.zips ?? new Uint8Array(ZIPS);
    of.zips = held;
    for (const list of zips)
      list.each((zip) => {
        held[zip] = 1;
      });
  }
  return new Map([...seen].map(([field, { texts, zips }]) => [field, texts.size + (zips?.reduce(sum, 0) ?? 0)]));
}

const sum = (a: number, b: number): number => a + b;

/** The condition that the smallest part of its field's values satisfies; null: there is none. */
export function choosiest(ways: Necessary[], spread: ReadonlyMap<string, number>): Necessary | null {
  const share = ({ field, values, prefixes, zips }: Necessary) =>
    (values.length + prefixes.length + zips.reduce((all, { size }) => all + size, 0)) / (spread.get(field) ?? 1);
  return ways.reduce<Necessary | null>((best, way) => (best && share(best) <= share(way) ? best : way), null);
}
