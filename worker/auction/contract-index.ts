import type { Fields } from "../../schema/rpc/auction.ts";
import type { CompiledContract } from "./compiled.ts";
import { numberOf, type Scalar, textOf } from "./filter-tests.ts";
import { factOf } from "./filters.ts";
import { choosiest, distinctValues, keyOf, type Necessary, necessary } from "./necessary.ts";
import { ZipIndex } from "./zip-index.ts";
import type { ZipList } from "./zip-list.ts";

export interface Candidates {
  /** Whose filter may hold, in the order of the whole list. */
  contracts: readonly CompiledContract[];
  /** How many others there are: their filters do not hold. */
  left_out: number;
}
export interface ContractIndex {
  candidates(facts: Fields): Candidates;
  /** By field: for the index that follows this one. */
  zips: ReadonlyMap<string, ZipIndex>;
}

/** So few are looked at one by one as fast. */
const FEW = 16;

/**
 * Finds a campaign's contracts by the facts that their filters ask for, so that 10,000 contracts cost hardly more than the ones that match.
 * A contract is listed under one necessary condition of its filter: the one that is the choosiest among all contracts' values of its field.
 * `before`: `zips` of an earlier index, whose work is taken over where the lists are the same.
 */
export function contractIndex(contracts: readonly CompiledContract[], before?: ContractIndex["zips"]): ContractIndex {
  if (contracts.length <= FEW) return { candidates: () => ({ contracts, left_out: 0 }), zips: new Map() };
  const options = contracts.map(({ filter }) => (filter ? necessary(filter.filter) : []));
  const spread = distinctValues(options.flat());
  const always: number[] = [];
  const fields = new Map<string, Postings>();
  for (const [position, ways] of options.entries()) {
    const best = choosiest(ways, spread);
    if (!best) {
      always.push(position);
      continue;
    }
    const postings = fields.get(best.field) ?? new Postings();
    fields.set(best.field, postings);
    postings.add(best, position);
  }
  const zips = zipIndexes(fields, before);
  return {
    candidates(facts) {
      const found = [...always];
      for (const [field, postings] of fields) {
        const fact = factOf(facts, field);
        if (fact !== undefined) postings.find(fact, found);
      }
      found.sort((a, b) => a - b);
      const chosen = found.flatMap((position, at) => (position === found[at - 1] ? [] : (contracts[position] ?? [])));
      return { contracts: chosen, left_out: contracts.length - chosen.length };
    },
    zips,
  };
}

/** Apart: what a function captures lives as long as the index, and `before` must not. */
function zipIndexes(fields: ReadonlyMap<string, Postings>, before: ContractIndex["zips"] | undefined) {
  const indexes = new Map<string, ZipIndex>();
  for (const [field, postings] of fields) {
    const index = postings.indexZips(before?.get(field));
    if (index) indexes.set(field, index);
  }
  return indexes;
}

/** Positions of contracts by value, by prefix and by list of ZIPs of one field. */
class Postings {
  private readonly byValue = new Map<string, number[]>();
  private readonly byPrefix = new Map<number, Map<string, number[]>>();
  private readonly byList = new Map<ZipList, number[]>();
  private zips: ZipIndex | null = null;
  /** Of the lists, by their numbers in the index. */
  private ofList: number[][] = [];

  add({ values, prefixes, zips }: Necessary, position: number): void {
    for (const value of values) push(this.byValue, value, position);
    for (const prefix of prefixes) {
      const ofLength = this.byPrefix.get(prefix.length) ?? new Map<string, number[]>();
      this.byPrefix.set(prefix.length, ofLength);
      push(ofLength, prefix, position);
    }
    for (const list of zips) push(this.byList, list, position);
  }

  indexZips(before: ZipIndex | undefined): ZipIndex | null {
    const lists = [...this.byList.keys()];
    if (lists.length === 0) return null;
    this.zips = before?.fits(lists) ? before : new ZipIndex(lists);
    this.ofList = [...this.byList.values()];
    return this.zips;
  }

  find(fact: Scalar, found: number[]): void {
    for (const position of this.byValue.get(keyOf(fact)) ?? []) found.push(position);
    if (this.byPrefix.size === 0 && this.zips === null) return;
    const text = textOf(fact);
    for (const [length, ofLength] of this.byPrefix)
      for (const position of ofLength.get(text.slice(0, length)) ?? []) found.push(position);
    const zip = this.zips && numberOf(text);
    if (zip === null) return;
    this.zips?.find(zip, (list) => {
      for (const position of this.ofList[list] ?? []) found.push(position);
    });
  }
}

function push<K>(lists: Map<K, number[]>, key: K, position: number): void {
  const list = lists.get(key);
  if (!list) lists.set(key, [position]);
  else if (list[list.length - 1] !== position) list.push(position);
}
