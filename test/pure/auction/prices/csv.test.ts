import { describe, expect, test } from "vitest";
import { type PriceTable, priceSchema } from "../../../../schema/config/price.ts";
import { readPriceCsv, writePriceCsv } from "../../../../worker/auction/prices/csv.ts";
import { readTests } from "../../../../worker/auction/prices/csv-conditions.ts";

const CSV = `zip,credit,age,amount
90210,excellent,,40
902*,excellent,,25
,good,>=25,$12
10001,,,9.50
2134,,,9.50
100*,,,8
,,,5
`;
const tableOf = (rows: unknown): PriceTable => {
  const price = priceSchema.parse({ type: "table", rows });
  if (price.type !== "table") throw new Error("no table");
  return price;
};

test("rows with the same conditions belong together; those without come last", () => {
  const read = readPriceCsv(`${CSV.split("\n")[0]}\r\n,,,5\r\n${CSV.split("\n").slice(1, -2).join("\r\n")}`);
  expect(read).toEqual({
    ok: true,
    lines: 7,
    zips: 7,
    table: {
      type: "table",
      zip_field: "zip",
      rows: [
        {
          when: { field: "credit", eq: "excellent" },
          places: [
            { amount: 40, zips: "90210" },
            { amount: 25, zips: "902*" },
          ],
        },
        {
          when: {
            all: [
              { field: "credit", eq: "good" },
              { field: "age", gte: 25 },
            ],
          },
          amount: 12,
        },
        {
          places: [
            { amount: 9.5, zips: "10001 02134" },
            { amount: 8, zips: "100*" },
          ],
          amount: 5,
        },
      ],
    },
  });
});

test.each(["semicolon", "tab", "quotes", "BOM"])("read the same with %s", (how) => {
  const other = { semicolon: CSV.replaceAll(",", ";"), tab: CSV.replaceAll(",", "\t"), BOM: `\uFEFF${CSV}` }[how];
  const quoted = CSV.replaceAll(/[^,\n]+/g, '"$&"');
  expect(readPriceCsv(other ?? quoted)).toEqual(readPriceCsv(CSV));
});

test("what is written is read as the same table", () => {
  const read = readPriceCsv(CSV);
  if (!read.ok) throw new Error("not read");
  const written = writePriceCsv(tableOf(read.table.rows));
  expect(readPriceCsv(written ?? "")).toEqual(read);
});

test.each([
  ["any", { any: [{ field: "a", eq: 1 }] }],
  ["not", { not: { field: "a", eq: 1 } }],
  [
    "a field twice",
    {
      all: [
        { field: "a", gt: 1 },
        { field: "a", ne: 4 },
      ],
    },
  ],
  ["the ZIP field", { field: "zip", eq: "90210" }],
  ["a value that means something else", { field: "a", eq: "x|y" }],
])("no file for a condition that no cell can say: %s", (_, when) => {
  expect(writePriceCsv(tableOf([{ when, amount: 1 }]))).toBeNull();
});

describe("problems by line and column", () => {
  test.each([
    ["", [{ line: 1, message: expect.stringContaining("must name the columns") }]],
    ["zip,amount\n", [{ line: 1, message: expect.stringContaining("no row") }]],
    ["zip,amount,zip\n1,2,3", [{ line: 1, column: "zip", message: "is there twice" }]],
    ["zip,Credit Score,amount\n", [{ line: 1, column: "credit score", message: "is no name of a field" }]],
    [
      "zip,amount\n90210,12\n9021x,free\n",
      [
        { line: 3, column: "amount", message: expect.stringContaining("12.50") },
        { line: 3, column: "zip", message: expect.stringContaining("90210") },
      ],
    ],
    ["zip,amount\n90210,12\n\n90210,13\n", [{ line: 4, column: "zip", message: "90210 has a price in line 2" }]],
    ["zip,age,amount\n90210,>=x,12\n", [{ line: 2, column: "age", message: "cannot read >=x" }]],
    ["zip,amount\n90210,12,13\n", [{ line: 2, message: "has 3 cells, the header 2" }]],
    ["zip,amount\n90210,-1\n", [{ line: 2, column: "amount", message: expect.any(String) }]],
    ['zip,state,amount\n90210,"a\nb",1\n90210,,x\n', [{ line: 4, column: "amount", message: expect.any(String) }]],
  ])("%j", (csv, problems) => expect(readPriceCsv(csv)).toEqual({ ok: false, problems }));
});

test.each([
  ["TX", { eq: "TX" }],
  ["TX|OK", { in: ["TX", "OK"] }],
  ["!TX", { ne: "TX" }],
  ["!TX|OK", { not_in: ["TX", "OK"] }],
  [">=700", { gte: 700 }],
  ["< 3.5", { lt: 3.5 }],
  ["600..699", { gte: 600, lte: 699 }],
  ["90*|91*", { prefix: ["90", "91"] }],
  ["*", { present: true }],
  ["7..3", null],
  ["TX|", null],
  ["!90*", null],
  [">", null],
])("cell %s", (text, tests) => expect(readTests(text)).toEqual(tests));

test("50,000 rows in under a second", () => {
  const csv = `zip,amount\n${Array.from({ length: 50_000 }, (_, i) => `${String(i).padStart(5, "0")},${i % 90}`).join("\n")}`;
  const read = readPriceCsv(csv);
  expect(read).toMatchObject({ ok: true, zips: 50_000 });
  if (read.ok) expect(JSON.stringify(read.table).length).toBeLessThan(400_000);
});

describe("no condition is lost on the way through a list", () => {
  const through = (when: object) => {
    const csv = writePriceCsv(tableOf([{ when, amount: 10 }]));
    if (csv === null) return null;
    const back = readPriceCsv(csv);
    return back.ok ? back.table.rows[0]?.when : back.problems;
  };
  test.each([
    ["a field called price", { field: "price", gte: 5 }],
    ["a text that looks like a formula", { field: "plan", eq: "-basic" }],
    ["several of them", { field: "plan", in: ["@home", "plus"] }],
  ])("%s", (_, when) => {
    expect(through(when)).toEqual(when);
  });
  test.each([
    ["a field called amount", { field: "amount", gte: 5 }],
    ["an empty text: an empty cell asks for nothing", { field: "plan", eq: "" }],
    ["an empty text among others", { field: "plan", in: ["", "basic"] }],
    ["a text that begins with the guard itself", { field: "plan", eq: "'-basic" }],
  ])("what no cell can say is not written: %s", (_, when) => {
    expect(through(when)).toBeNull();
  });
});
