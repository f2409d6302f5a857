import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Filter } from "../../../schema/config/filter.ts";
import type { Fields } from "../../../schema/rpc/auction.ts";
import { contractIndex } from "../../../worker/auction/contract-index.ts";
import { eligible } from "../../../worker/auction/eligibility.ts";
import { inputOf } from "./eligibility-input.ts";
import { contractOf, SEED } from "./fixtures.ts";

const ids = (contracts: readonly { config: { id: string } }[]): string[] => contracts.map(({ config }) => config.id);
/** More than an index looks at one by one. */
const crowd = (filters: (Filter | undefined)[]) =>
  [...filters, ...Array.from({ length: 20 }, () => ({ field: "state", eq: "ZZ" }) as Filter)].map((filter, i) =>
    contractOf(`c${i}`, { contract: { filter } }),
  );

const ZIP: Filter = { field: "zip", in: ["90210", "01234"] };
const CA: Filter = { field: "state", eq: "CA" };
const PREFIX: Filter = { field: "zip", prefix: ["902"] };

describe("finds", () => {
  test.each<[string, Filter | undefined, Fields, boolean]>([
    ["no filter", undefined, {}, true],
    ["a value", CA, { state: "CA" }, true],
    ["a value in other letters", CA, { state: "ca" }, true],
    ["another value", CA, { state: "TX" }, false],
    ["a missing fact", CA, {}, false],
    ["an empty fact", CA, { state: "" }, false],
    ["one of many", ZIP, { zip: "01234" }, true],
    ["a number for its digits", { field: "year", in: ["2019"] }, { year: 2019 }, true],
    ["digits for their number", { field: "year", eq: 2019 }, { year: "2019" }, true],
    ["true", { field: "owner", eq: true }, { owner: true }, true],
    ["a prefix", PREFIX, { zip: "90210" }, true],
    ["another prefix", PREFIX, { zip: "90310" }, false],
    ["a fact that is shorter than the prefix", PREFIX, { zip: "90" }, false],
    ["all: one condition that fails is enough", { all: [CA, ZIP] }, { state: "TX", zip: "10001" }, false],
    ["any, of one field", { any: [ZIP, PREFIX] }, { zip: "90299" }, true],
    ["any, of one field, none", { any: [ZIP, PREFIX] }, { zip: "10001" }, false],
    ["any, of two fields: it must be looked at", { any: [ZIP, CA] }, { zip: "10001", state: "TX" }, true],
    ["not: it must be looked at", { not: CA }, { state: "CA" }, true],
    ["a comparison: it must be looked at", { field: "year", gt: 2000 }, { year: 1990 }, true],
  ])("%s", (_, filter, facts, found) => {
    const { contracts, left_out } = contractIndex(crowd([filter])).candidates(facts);
    expect(ids(contracts).includes("c0")).toBe(found);
    expect(contracts.length + left_out).toBe(21);
  });

  test("everybody where there are few", () => {
    const few = [contractOf("a", { contract: { filter: CA } })];
    expect(contractIndex(few).candidates({ state: "TX" })).toEqual({ contracts: few, left_out: 0 });
  });

  test("each once and in the list's order, by the choosiest of its conditions", () => {
    const { contracts } = contractIndex(
      crowd([PREFIX, undefined, { all: [CA, ZIP] }, CA, { any: [PREFIX, ZIP] }]),
    ).candidates({
      state: "CA",
      zip: "90210",
    });
    expect(ids(contracts)).toEqual(["c0", "c1", "c2", "c3", "c4"]);
  });
});

const value = fc.constantFrom<string | number | boolean>(
  "CA",
  "ca",
  " TX",
  "01234",
  "1234",
  1234,
  "12.50",
  12.5,
  true,
  "true",
  "constructor",
);
const field = fc.constantFrom("state", "zip", "constructor");
const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 3 });
const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: "small" },
    fc.record({ field, eq: value }),
    fc.record({ field, in: some(value) }),
    fc.record({ field, prefix: some(fc.constantFrom("C", "0", "12", "TX")) }),
    fc.record({ field, in: some(value), ne: value }),
    fc.record({ field, not_in: some(value) }),
    fc.record({ field, gt: fc.integer({ min: 0, max: 2_000 }) }),
    fc.record({ field, present: fc.boolean() }),
    fc.record({ all: some(tie("filter")) }),
    fc.record({ any: some(tie("filter")) }),
    fc.record({ not: tie("filter") }),
  ),
}));
const facts = fc.dictionary(field, fc.oneof(value, fc.constant(""))) as fc.Arbitrary<Fields>;

test("an auction among those that the index finds is the auction among all", () => {
  fc.assert(
    fc.property(fc.array(filter, { maxLength: 30 }), facts, (filters, given) => {
      const all = crowd(filters);
      const whole = eligible(inputOf(all, { facts: given }));
      const found = eligible(inputOf(all, { facts: given, ...contractIndex(all).candidates(given) }));
      expect({ ...found, bidders: ids(found.bidders) }).toEqual({ ...whole, bidders: ids(whole.bidders) });
    }),
    SEED,
  );
});
