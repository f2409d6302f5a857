import type { Condition, Filter, PackedFilter } from "../../schema/config/filter.ts";
import { ZipList, type ZipLists } from "./zip-list.ts";

/** A condition whose long lists of ZIPs are no texts any more. */
export type CompactCondition = Omit<Condition, "in" | "not_in"> & {
  in?: Condition["in"] | ZipList;
  not_in?: Condition["not_in"] | ZipList;
};
export type CompactFilter =
  | CompactCondition
  | { all: CompactFilter[] }
  | { any: CompactFilter[] }
  | { not: CompactFilter };

/** Shorter lists stay as they are. */
const FEWEST = 32;

/**
 * The filter with its long lists of five-digit ZIPs as numbers, each equal list once per `lists`. Others (ZIPs written as numbers,
 * cities, a mixture) stay texts.
 * @throws Error when a packed text is none of ours
 */
export function compactFilter(filter: Filter | PackedFilter, lists?: ZipLists): CompactFilter {
  const inner = (part: Filter | PackedFilter) => compactFilter(part, lists);
  if ("all" in filter) return { all: filter.all.map(inner) };
  if ("any" in filter) return { any: filter.any.map(inner) };
  if ("not" in filter) return { not: inner(filter.not) };
  const { in: list, not_in, ...rest } = filter;
  return {
    ...rest,
    ...(list === undefined ? {} : { in: compactList(list, lists) }),
    ...(not_in === undefined ? {} : { not_in: compactList(not_in, lists) }),
  };
}

function compactList<T extends readonly unknown[]>(list: T | string, lists?: ZipLists): T | ZipList {
  if (typeof list !== "string" && list.length < FEWEST) return list;
  const zips = typeof list === "string" ? ZipList.unpack(list) : ZipList.of(list);
  if (zips !== null) return lists?.same(zips) ?? zips;
  if (typeof list === "string") throw new Error("a packed list that cannot be read");
  return list;
}

/** The lists of ZIPs in a filter. */
export function zipListsOf(filter: CompactFilter): ZipList[] {
  if ("all" in filter) return filter.all.flatMap(zipListsOf);
  if ("any" in filter) return filter.any.flatMap(zipListsOf);
  if ("not" in filter) return zipListsOf(filter.not);
  return [filter.in, filter.not_in].filter((list) => list instanceof ZipList);
}

/** More entries than the schema allows are left for it to refuse. */
const MOST = 50_000;

/**
 * Any JSON value with each `in` and `not_in` that is a long list of ZIPs as packed text: 5,000 ZIPs become 6 KB of 40. Works on what
 * nobody has checked yet; what it does not know it leaves alone.
 */
export function packFilter(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(packFilter);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => {
      const list = (name === "in" || name === "not_in") && Array.isArray(part) ? part : null;
      if (list === null) return [name, packFilter(part)];
      const zips = list.length < FEWEST || list.length > MOST ? null : ZipList.of(list);
      return [name, zips?.packed() ?? list];
    }),
  );
}
