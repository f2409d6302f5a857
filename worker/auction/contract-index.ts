import type { Condition, Filter } from "../../schema/config/filter.ts";
import type { Fields } from "../../schema/rpc/auction.ts";
import type { CompiledContract } from "./compiled.ts";
import { numberOf, type Scalar, textOf } from "./filter-tests.ts";
import { factOf } from "./filters.ts";

/** What a fact must be for a filter to hold: one of the values, or begin with one of the prefixes. Weaker than the filter itself. */
interface Necessary {
  field: string;
  values: string[];
  prefixes: string[];
}

export interface Candidates {
  /** Whose filter may hold, in the order of the whole list. */
  contracts: readonly CompiledContract[];
  /** How many others there are: their filters do not hold. */
  left_out: number;
}
export interface ContractIndex {
  candidates(facts: Fields): Candidates;
}

/** So few are looked at one by one as fast. */
const FEW = 16;

/**
 * Finds a campaign's contracts by the facts that their filters ask for, so that 10,000 contracts cost hardly more than the ones that match.
 * A contract is listed under one necessary condition of its filter: the one that is the choosiest among all contracts' values of its field.
 */
export function contractIndex(contracts: readonly CompiledContract[]): ContractIndex {
  if (contracts.length <= FEW) return { candidates: () => ({ contracts, left_out: 0 }) };
  const options = contracts.map(({ config }) => (config.filter ? necessary(config.filter) : []));
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
  };
}

/** Positions of contracts by value and by prefix of one field. */
class Postings {
  private readonly byValue = new Map<string, number[]>();
  private readonly byPrefix = new Map<number, Map<string, number[]>>();

  add({ values, prefixes }: Necessary, position: number): void {
    for (const value of values) push(this.byValue, value, position);
    for (const prefix of prefixes) {
      const ofLength = this.byPrefix.get(prefix.length) ?? new Map<string, number[]>();
      this.byPrefix.set(prefix.length, ofLength);
      push(ofLength, prefix, position);
    }
  }

  find(fact: Scalar, found: number[]): void {
    for (const position of this.byValue.get(keyOf(fact)) ?? []) found.push(position);
    if (this.byPrefix.size === 0) return;
    const text = textOf(fact);
    for (const [length, ofLength] of this.byPrefix)
      for (const position of ofLength.get(text.slice(0, length)) ?? []) found.push(position);
  }
}

function push(lists: Map<string, number[]>, key: string, position: number): void {
  const list = lists.get(key);
  if (!list) lists.set(key, [position]);
  else if (list[list.length - 1] !== position) list.push(position);
}

/** Equal for all that the operators `eq` and `in` may take for equal: `"01234"` and 1234 share a key, the filter tells them apart. */
function keyOf(value: Scalar): string {
  const text = textOf(value);
  const number = numberOf(text);
  return number === null ? text : `#${number}`;
}

/** Conditions each of which must hold for the filter to hold; none that an index can use: empty. */
function necessary(filter: Filter): Necessary[] {
  if ("all" in filter) return filter.all.flatMap(necessary);
  if ("any" in filter) return united(filter.any.map(necessary));
  return "not" in filter ? [] : ofCondition(filter);
}

function ofCondition({ field, eq, in: list, prefix }: Condition): Necessary[] {
  const values = list ?? (eq === undefined ? null : [eq]);
  return [
    ...(values ? [{ field, values: values.map(keyOf), prefixes: [] }] : []),
    ...(prefix ? [{ field, values: [], prefixes: prefix.map(textOf) }] : []),
  ];
}

/** One of the parts must hold: necessary is a field that each of them asks for, with everybody's values. */
function united(parts: Necessary[][]): Necessary[] {
  const [first = [], ...rest] = parts;
  return first.flatMap((one) => {
    const others = rest.map((part) => part.find(({ field }) => field === one.field));
    if (others.some((other) => other === undefined)) return [];
    const all = [one, ...others.flatMap((other) => other ?? [])];
    return [{ field: one.field, values: all.flatMap((a) => a.values), prefixes: all.flatMap((a) => a.prefixes) }];
  });
}

/** How many different values or prefixes all contracts together name of a field. */
function distinctValues(all: Necessary[]): Map<string, number> {
  const seen = new Map<string, Set<string>>();
  for (const { field, values, prefixes } of all) {
    const set = seen.get(field) ?? new Set<string>();
    seen.set(field, set);
    for (const value of values) set.add(value);
    for (const prefix of prefixes) set.add(`^${prefix}`);
  }
  return new Map([...seen].map(([field, set]) => [field, set.size]));
}

function choosiest(ways: Necessary[], spread: ReadonlyMap<string, number>): Necessary | null {
  const share = (way: Necessary) => (way.values.length + way.prefixes.length) / (spread.get(way.field) ?? 1);
  return ways.reduce<Necessary | null>((best, way) => (best && share(best) <= share(way) ? best : way), null);
}
