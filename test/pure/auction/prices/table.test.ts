import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contractSchema } from "../../../../schema/config/buyer.ts";
import { MOST_ZIPS, priceSchema } from "../../../../schema/config/price.ts";
import { formatMoney, type Money, toWire } from "../../../../schema/money.ts";
import { eligible, explain } from "../../../../worker/auction/eligibility.ts";
import { compilePlaces, contradictions } from "../../../../worker/auction/prices/places.ts";
import { tableSentences } from "../../../../worker/auction/prices/sentences.ts";
import { compilePrice } from "../../../../worker/auction/prices/table.ts";
import { decided } from "../bids.ts";
import { inputOf, standing } from "../eligibility-input.ts";
import { contractOf, m, SEED } from "../fixtures.ts";

const TABLE = {
  type: "table" as const,
  rows: [
    {
      when: { field: "credit", eq: "excellent" },
      places: [
        { amount: 25, zips: "902*" },
        { amount: 40, zips: "90210" },
      ],
    },
    { when: { field: "credit", eq: "good" }, amount: 12 },
    {
      places: [
        { amount: 9.5, zips: "100* 10001, 7870*" },
        { amount: 8, zips: "10002 1*" },
      ],
    },
    { amount: 5 },
  ],
};
const priceOf = (facts: Record<string, string>, table: unknown = TABLE) => {
  const amount = compilePrice(priceSchema.parse(table))(facts);
  return amount === null ? null : toWire(amount);
};

describe("the first row that fits and has a price decides; within it the most exact place", () => {
  test.each([
    ["exact before prefix, whatever the order", { zip: "90210", credit: "excellent" }, 40],
    ["prefix", { zip: "90299", credit: "excellent" }, 25],
    ["a row that fits without a price is passed over", { zip: "10001", credit: "excellent" }, 9.5],
    ["a condition alone", { zip: "90210", credit: "good" }, 12],
    ["a row by place before a row for all", { zip: "10003" }, 9.5],
    ["exact before a longer list's prefix", { zip: "10002" }, 8],
    ["short prefix", { zip: "19999" }, 8],
    ["the edge of a prefix", { zip: "78709" }, 9.5],
    ["beyond it", { zip: "78710" }, 5],
    ["the rest", { zip: "33101" }, 5],
    ["no ZIP: the rest", {}, 5],
  ])("%s", (_, facts, price) => expect(priceOf(facts as Record<string, string>)).toBe(price));

  test("no row: no price", () => {
    expect(priceOf({ zip: "33101" }, { type: "table", rows: TABLE.rows.slice(0, 3) })).toBeNull();
    expect(priceOf({ zip: "1000" }, { type: "table", rows: TABLE.rows.slice(0, 3) })).toBeNull();
  });
});

test.each([
  [[{ amount: 1 }, { amount: 2 }], "never reached"],
  [[{}], "needs places, or amount"],
  [[{ places: [{ amount: 1, zips: "9021" }] }], "9021 is neither"],
  [[{ places: [{ amount: 1, zips: "902**" }] }], "neither"],
  [[{ places: [{ amount: 1, zips: " , " }] }], "names no ZIP"],
  [[{ places: [{ amount: -1, zips: "90210" }] }], "must not be negative"],
  [
    [
      {
        places: [
          { amount: 1, zips: "10001 ".repeat(MOST_ZIPS) },
          { amount: 2, zips: "10002" },
        ],
      },
    ],
    "is the most",
  ],
])("refused: %j", (rows, message) => {
  const parsed = priceSchema.safeParse({ type: "table", rows });
  expect(JSON.stringify(parsed.error?.issues)).toContain(message);
});

test("a place with two prices in one row is told", () => {
  const places = [
    { amount: m(1), zips: "90210 902*" },
    { amount: m(2), zips: "90211 90210" },
  ];
  expect(contradictions(places, 10)).toEqual([{ at: 1, entry: "90210" }]);
});

const entry = fc.oneof(
  fc.integer({ min: 0, max: 99_999 }).map((n) => String(n).padStart(5, "0")),
  fc
    .tuple(fc.integer({ min: 0, max: 99 }), fc.constantFrom(1, 2))
    .map(([n, size]) => `${String(n).padStart(2, "0").slice(0, size)}*`),
  fc.integer({ min: 9_000, max: 9_009 }).map((n) => `${n}*`),
  fc.integer({ min: 90_000, max: 90_099 }).map(String),
);
test("as the plain rule says: the longest entry that the ZIP begins with, the first of equal ones", () => {
  const place = fc.record({
    amount: fc.integer({ min: 0, max: 5 }).map((n) => n as Money),
    zips: fc.array(entry, { minLength: 1, maxLength: 12 }).map((list) => list.join(" ")),
  });
  fc.assert(
    fc.property(
      fc.array(place, { minLength: 1, maxLength: 6 }),
      fc.array(entry, { maxLength: 20 }),
      (places, looked) => {
        const compiled = compilePlaces(places);
        const all = places.flatMap(({ amount, zips }) =>
          zips.split(" ").map((one) => ({ amount, begin: one.replace("*", "") })),
        );
        for (const zip of [...looked.map((one) => one.replace("*", "").padEnd(5, "0")), "90009", "00000", "99999"]) {
          const fits = all.filter(({ begin }) => zip.startsWith(begin)).sort((a, b) => b.begin.length - a.begin.length);
          expect(compiled.priceAt(zip)).toBe(fits[0]?.amount ?? null);
        }
      },
    ),
    SEED,
  );
});

test("50,000 ZIPs that all differ take 100,001 numbers, and are found", () => {
  const zips = Array.from({ length: MOST_ZIPS }, (_, i) => String(2 * i).padStart(5, "0"));
  const places = compilePlaces([{ amount: m(1), zips: zips.join(" ") }]);
  expect(places.size).toBe(2 * MOST_ZIPS);
  expect(places.priceAt("54322")).toBe(m(1));
  expect(places.priceAt("54321")).toBeNull();
});

describe("in an auction", () => {
  const table = (rows: (typeof TABLE)["rows"]) =>
    contractOf("t", { pingable: false, contract: { price: { type: "table", rows } } });
  test("nobody is called; the price is the lead's own", () => {
    const contract = table(TABLE.rows);
    expect(eligible(inputOf([contract], { facts: { zip: "10001" } })).fixed).toEqual([contract]);
    const { ranked, candidates } = decided({ fixed: [contract], facts: { zip: "10001" } });
    expect(ranked[0]?.price).toBe(m(9.5));
    expect(candidates[0]).toMatchObject({ outcome: null, bid: m(9.5), rank: 1 });
  });
  test("without a price it is left out, counted like a filter, and the trace says why", () => {
    const input = inputOf([table(TABLE.rows.slice(0, 2))], { facts: { zip: "33101" } });
    expect(eligible(input)).toMatchObject({ fixed: [], excluded: [], filtered: 1 });
    expect(explain(input)[0]).toMatchObject({ outcome: "excluded", reason: "fixed_price_missing" });
  });
  test("a row of nothing is no price", () => {
    expect(explain(inputOf([table([{ amount: 0 }] as never)]))[0]?.reason).toBe("fixed_price_missing");
  });
  test("the balance is measured by the lead's price", () => {
    const contract = table(TABLE.rows);
    const left = standing({ available: m(9) });
    expect(explain({ ...inputOf([contract], { facts: { zip: "10001" } }), ...left })[0]?.reason).toBe("balance");
    expect(explain({ ...inputOf([contract], { facts: { zip: "10002" } }), ...left })[0]?.reason).toBeNull();
  });
});

test("a contract as it is written is read, and said in sentences", () => {
  const contract = contractSchema.parse({
    ...{ id: "c", buyer_id: "b", campaign_id: "a", endpoint_id: "e", name: "C", price: TABLE },
  });
  if (contract.price.type !== "table") throw new Error("no table");
  expect(tableSentences(contract.price, formatMoney)).toEqual([
    "25.00 where credit is excellent, and zip is 902*",
    "40.00 where credit is excellent, and zip is 90210",
    "12.00 where credit is good",
    "9.50 where zip is 100* or 10001 or 7870*",
    "8.00 where zip is 10002 or 1*",
    "5.00 for every lead",
  ]);
});
