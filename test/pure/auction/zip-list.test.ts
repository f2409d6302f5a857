import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compactFilter, packFilter, zipListsOf } from "../../../worker/auction/compact-filter.ts";
import { compileFilter, filterOf } from "../../../worker/auction/filters.ts";
import { ZipIndex } from "../../../worker/auction/zip-index.ts";
import { ZipList, ZipLists } from "../../../worker/auction/zip-list.ts";
import { SEED, zips } from "./fixtures.ts";

const some = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 99_999 }), { minLength: 1, maxLength: 60 }),
  // Dense enough for bits.
  fc
    .tuple(fc.integer({ min: 0, max: 90_000 }), fc.integer({ min: 3_000, max: 9_000 }))
    .map(([from, count]) => Array.from({ length: count }, (_, i) => from + i)),
);
const text = (zip: number): string => String(zip).padStart(5, "0");
const listOf = (numbers: number[]): ZipList => {
  const list = ZipList.of(numbers.map(text));
  if (!list) throw new Error("five digits each");
  return list;
};
const members = (list: ZipList): number[] => {
  const all: number[] = [];
  list.each((zip) => all.push(zip));
  return all;
};

describe("a list of ZIPs", () => {
  test("holds what it was made of, packed or not, and nothing else", () => {
    fc.assert(
      fc.property(some, fc.integer({ min: -5, max: 100_005 }), (numbers, other) => {
        const list = listOf(numbers);
        const again = ZipList.unpack(list.packed());
        const sorted = [...new Set(numbers)].sort((a, b) => a - b);
        expect(members(list)).toEqual(sorted);
        expect(again && members(again)).toEqual(sorted);
        expect(again?.equals(list)).toBe(true);
        for (const zip of [other, 0.5, Number.NaN, ...numbers.slice(0, 9)])
          expect(list.has(zip)).toBe(sorted.includes(zip));
      }),
      SEED,
    );
  });

  test("only of five-digit texts", () => {
    for (const entry of ["1234", "123456", "12a45", " 12345", 12_345, true, "12345-6789"])
      expect(ZipList.of(["90210", entry])).toBeNull();
  });

  test.each(["", "!", "g", "gggggg0", "ggg_", "zzzzz", "0 0"])("%j was not packed by us", (packed) => {
    expect(ZipList.unpack(packed)).toBeNull();
  });

  // The limits of a snapshot's memory: 1,000 lists of 5,000 must be 12.5 MB, as text 10 MB at most.
  test.each([
    [1, 4, 5],
    [100, 400, 400],
    [3_000, 12_000, 6_000],
    [5_000, 12_500, 10_000],
    [50_000, 12_500, 50_000],
    [100_000, 12_500, 100_000],
  ])("%i of them take at most %i bytes, and %i characters", (count, bytes, chars) => {
    const step = Math.floor(100_000 / count);
    const list = listOf(Array.from({ length: count }, (_, i) => i * step));
    expect(list.size).toBe(count);
    expect(list.bytes).toBeLessThanOrEqual(bytes);
    expect(list.packed().length).toBeLessThanOrEqual(chars);
  });

  test("equal lists are one", () => {
    const lists = new ZipLists();
    const first = lists.same(listOf([1, 2, 3]));
    expect(lists.same(listOf([3, 2, 1, 1]))).toBe(first);
    expect(lists.same(listOf([1, 2]))).not.toBe(first);
    lists.keep([]);
    expect(lists.same(listOf([1, 2, 3]))).not.toBe(first);
  });
});

describe("an index of lists", () => {
  const found = (index: ZipIndex, zip: number): number[] => {
    const numbers: number[] = [];
    index.find(zip, (number) => numbers.push(number));
    return numbers.sort((a, b) => a - b);
  };
  test("finds the lists that hold a ZIP, whichever of them fit in its array", () => {
    fc.assert(
      fc.property(
        fc.array(some, { maxLength: 12 }),
        fc.integer({ min: 0, max: 20_000 }),
        fc.integer({ min: -1, max: 100_000 }),
        (all, most, other) => {
          const lists = all.map(listOf);
          const index = new ZipIndex(lists, most);
          for (const zip of [other, ...all.flatMap((numbers) => numbers.slice(0, 3))])
            expect(found(index, zip)).toEqual(lists.flatMap((list, number) => (list.has(zip) ? [number] : [])));
        },
      ),
      { ...SEED, numRuns: 50 },
    );
  });

  test("1,000 lists of 5,000 take at most 10.5 MB", () => {
    const lists = Array.from({ length: 1_000 }, (_, i) =>
      listOf(Array.from({ length: 5_000 }, (_, j) => (i + j * 19) % 100_000)),
    );
    const index = new ZipIndex(lists);
    expect(index.bytes).toBeLessThanOrEqual(10_500_000);
    expect(index.fits([...lists])).toBe(true);
    expect(index.fits(lists.slice(1))).toBe(false);
  });
});

describe("a filter with lists", () => {
  const LONG = zips(90_000, 40);
  const filter = { any: [{ field: "zip", in: LONG }, { not: { field: "zip", not_in: ["10001", ...LONG] } }] };
  test("is the same packed, and keeps a list that two conditions name once", () => {
    const packed = packFilter({ ...filter, all: 3 });
    expect(JSON.stringify(packed).length).toBeLessThan(200);
    const lists = new ZipLists();
    const both = compactFilter(
      {
        all: [
          { field: "zip", in: LONG },
          { field: "other", in: LONG },
        ],
      },
      lists,
    );
    const [one, other] = zipListsOf(both);
    expect(one).toBe(other);
  });
  test("a text that nobody packed is refused, a short or mixed list stays what it is", () => {
    expect(() => filterOf({ field: "zip", in: "g" })).toThrow();
    const short = { field: "zip", in: ["90210"], not_in: [...LONG, "x"] };
    expect(packFilter(short)).toEqual(short);
    expect(compactFilter(short)).toEqual(short);
  });
  test.each<[string | number | boolean, boolean]>([
    ["90001", true],
    [" 90001 ", true],
    ["90001.0", false],
    ["090001", false],
    [90_001, true],
    [90_001.5, false],
    [true, false],
    ["10001", true],
    ["10002", false],
  ])("%j: %j, as with a short list", (zip, holds) => {
    const mixed = {
      any: [{ field: "zip", in: [...LONG, "x"] }, { not: { field: "zip", not_in: ["10001", ...LONG, "x"] } }],
    };
    expect(compileFilter(filter)({ zip })).toBe(holds);
    expect(compileFilter(mixed)({ zip })).toBe(holds);
  });
});
