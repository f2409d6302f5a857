import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Filter } from "../../../schema/config/filter.ts";
import type { Fields } from "../../../schema/rpc/auction.ts";
import { compileFilter, describeFilter } from "../../../worker/auction/filters.ts";
import { SEED, zips } from "./fixtures.ts";

const LEAD: Fields = { zip: "01234", state: "CA", age: 41 };

describe("describeFilter", () => {
  const ROWS: [filter: Filter, text: string][] = [
    [{ field: "state", in: ["TX"] }, "state in"],
    [{ field: "nope", prefix: ["9"] }, "nope prefix (missing)"],
    [{ field: "age", gte: 50, lte: 60 }, "age gte"],
    [{ not: { field: "state", eq: "CA" } }, "not state eq"],
    [
      {
        all: [
          { field: "state", eq: "CA" },
          { field: "age", gt: 65 },
          { field: "zip", present: false },
        ],
      },
      "age gt, zip present",
    ],
    [
      {
        any: [
          { field: "state", eq: "TX" },
          { field: "age", gt: 65 },
        ],
      },
      "none of (state eq, age gt)",
    ],
    [
      {
        not: {
          any: [
            { field: "state", eq: "CA" },
            { field: "age", gt: 65 },
          ],
        },
      },
      "not state eq",
    ],
    [{ field: "state", eq: "CA" }, ""],
  ];
  test.each(ROWS)("%j", (filter, text) => {
    expect(describeFilter(filter, LEAD)).toBe(text);
  });

  test("is short, and holds no value", () => {
    const filter: Filter = { any: zips(0, 200).map((zip) => ({ field: "state", eq: `SECRET${zip}` })) };
    const text = describeFilter(filter, LEAD);
    expect(text.length).toBe(200);
    expect(text).not.toMatch(/SECRET|CA/);
  });
});

const FIELD = fc.constantFrom("a", "b", "c");
const condition = fc.oneof(
  fc.record({ field: FIELD, eq: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ field: FIELD, gt: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ field: FIELD, present: fc.boolean() }),
);
const { filter: anyFilter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4 },
    condition,
    fc.record({ all: fc.array(tie("filter"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie("filter"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie("filter") }),
  ),
}));
const lead = fc.dictionary(FIELD, fc.integer({ min: 0, max: 2 })) as fc.Arbitrary<Fields>;

test("a filter and its opposite never both hold, and one does when every field is there", () => {
  fc.assert(
    fc.property(anyFilter, lead, (filter, facts) => {
      const [yes, no] = [compileFilter(filter)(facts), compileFilter({ not: filter })(facts)];
      expect(yes && no).toBe(false);
      const whole = { a: 0, b: 1, c: 2, ...facts };
      expect(compileFilter(filter)(whole) !== compileFilter({ not: filter })(whole)).toBe(true);
    }),
    SEED,
  );
});

test("there is a description exactly when the filter does not hold", () => {
  fc.assert(
    fc.property(anyFilter, lead, (filter, facts) => {
      expect(describeFilter(filter, facts) === "").toBe(compileFilter(filter)(facts));
    }),
    SEED,
  );
});
