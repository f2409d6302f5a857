import { describe, expect, test } from "vitest";
import type { Filter } from "../../../schema/config/filter.ts";
import { filterSchema } from "../../../schema/config/filter.ts";
import type { Fields } from "../../../schema/rpc/auction.ts";
import { compileFilter } from "../../../worker/auction/filters.ts";
import { zips } from "./fixtures.ts";

const LEAD: Fields = { zip: "01234", state: "CA", age: 41, year: "2019", insured: true, credit: "Good", empty: "" };

const ROWS: [name: string, filter: Filter, holds: boolean][] = [
  ["text without regard to case", { field: "credit", eq: "gOOD" }, true],
  ["blanks around a filter's value do not count", { field: "state", in: [" ca "] }, true],
  ["text is not shortened to a number", { field: "zip", eq: "1234" }, false],
  ["a number compares with the digits of a text", { field: "zip", eq: 1234 }, true],
  ["a numeric text compares with a number", { field: "age", eq: "41.0" }, true],
  ["hexadecimal is no number", { field: "age", eq: "0x29" }, false],
  ["true", { field: "insured", eq: true }, true],
  ["true is not 1", { field: "insured", eq: 1 }, false],
  ["ne", { field: "state", ne: "ca" }, false],
  ["ne, other", { field: "state", ne: "TX" }, true],
  ["not_in", { field: "state", not_in: ["TX", "CA"] }, false],
  ["range, both ends inside", { field: "age", gte: 41, lte: 41 }, true],
  ["range, open end", { field: "age", gt: 41 }, false],
  ["range on numeric text", { field: "year", gte: 2015, lt: 2020 }, true],
  ["range on text", { field: "state", gte: 0 }, false],
  ["range on a boolean", { field: "insured", gte: 0 }, false],
  ["several operators must all hold", { field: "state", in: ["CA", "TX"], ne: "CA" }, false],
  ["prefix", { field: "zip", prefix: ["99", "012"] }, true],
  ["prefix longer than the value", { field: "zip", prefix: ["012345"] }, false],
  ["prefix of a number", { field: "age", prefix: ["4"] }, true],
  ["present", { field: "zip", present: true }, true],
  ["present, missing", { field: "nope", present: true }, false],
  ["absent", { field: "nope", present: false }, true],
  ["absent, present", { field: "zip", present: false }, false],
  ["empty counts as missing", { field: "empty", present: false }, true],
  ["missing fails eq", { field: "nope", eq: "" }, false],
  ["missing fails ne", { field: "nope", ne: "x" }, false],
  ["missing fails not_in", { field: "nope", not_in: ["x"] }, false],
  ["missing fails under not as well", { not: { field: "nope", eq: "x" } }, false],
  ["missing fails under two nots", { not: { not: { field: "nope", eq: "x" } } }, false],
  ["not present is certain", { not: { field: "nope", present: true } }, true],
  ["not, known", { not: { field: "state", eq: "TX" } }, true],
  ["incomparable fails under not", { not: { field: "state", gt: 5 } }, false],
  [
    "any with one certain part",
    {
      any: [
        { field: "nope", eq: 1 },
        { field: "state", eq: "CA" },
      ],
    },
    true,
  ],
  [
    "any of nothing certain",
    {
      any: [
        { field: "nope", eq: 1 },
        { field: "state", eq: "TX" },
      ],
    },
    false,
  ],
  [
    "all with one uncertain part",
    {
      all: [
        { field: "nope", eq: 1 },
        { field: "state", eq: "CA" },
      ],
    },
    false,
  ],
  [
    "not all: one false part decides",
    {
      not: {
        all: [
          { field: "nope", eq: 1 },
          { field: "state", eq: "TX" },
        ],
      },
    },
    true,
  ],
  [
    "not any: the uncertain part may hold",
    {
      not: {
        any: [
          { field: "nope", eq: 1 },
          { field: "state", eq: "TX" },
        ],
      },
    },
    false,
  ],
  [
    "missing or elsewhere, said outright",
    { any: [{ field: "nope", present: false }, { not: { field: "nope", eq: "x" } }] },
    true,
  ],
  ["names of the prototype are missing fields", { field: "constructor", present: true }, false],
];

describe("compileFilter", () => {
  test.each(ROWS)("%s", (_, filter, holds) => {
    expect(filterSchema.parse(filter)).toEqual(filter);
    expect(compileFilter(filter)(LEAD)).toBe(holds);
  });

  test("no filter takes all", () => {
    expect(compileFilter(undefined)({})).toBe(true);
  });

  test("5,000 ZIPs, and 5,000 prefixes of mixed lengths", () => {
    const list = compileFilter({ field: "zip", in: zips(10_000, 5_000) });
    const prefixes = compileFilter({ field: "zip", prefix: [...zips(10_000, 2_500), "3", "441"] });
    const cases: [string, boolean, boolean][] = [
      ["10000", true, true],
      ["12499", true, true],
      ["12500", true, false],
      ["14999", true, false],
      ["15000", false, false],
      ["09999", false, false],
      ["39999", false, true],
      ["44199", false, true],
      ["44200", false, false],
    ];
    for (const [zip, inList, byPrefix] of cases) {
      expect([zip, list({ zip }), prefixes({ zip })]).toEqual([zip, inList, byPrefix]);
    }
  });

  test("a lead costs the same against 50,000 entries as against 5", () => {
    const large = compileFilter({ field: "zip", in: zips(0, 50_000) });
    let found = 0;
    for (let i = 0; i < 200_000; i++) if (large({ zip: "49999" })) found++;
    expect(found).toBe(200_000);
  });
});
