import { expect, test } from "vitest";
import { BUYER_FIGURES, FIGURES, type Figure, figureOf, PUBLISHER_FIGURES } from "../../../schema/figures.ts";
import { bucketOf, columnsOf, MS } from "../../../schema/rollups/buckets.ts";
import { ROLLUPS } from "../../../schema/rollups/rollups.ts";
import { csvOf } from "../../../worker/flows/reports/csv.ts";
import { lostOf } from "../../../worker/flows/reports/lost.ts";
import { percentile } from "../../../worker/flows/reports/percentile.ts";
import { sumsFor, wireOf } from "../../../worker/flows/reports/values.ts";

test.each([
  ["=1+1", "'=1+1"],
  ["+49", "'+49"],
  ["-x", "'-x"],
  ["@sum", "'@sum"],
  ["\tx", "'\tx"],
  ["\rx", '"\'\rx"'],
  ["a,b", '"a,b"'],
  ['say "no"', '"say ""no"""'],
  ["two\nlines", '"two\nlines"'],
  ["plain", "plain"],
  ["a=b", "a=b"],
])("a CSV cell %j", (cell, written) => {
  expect(csvOf(["c"], [[cell]])).toBe(`c\r\n${written}\r\n`);
});

test("numbers stay numbers, and nothing is an empty cell", () => {
  expect(csvOf(["a", "b"], [[-5.25, null]])).toBe("a,b\r\n-5.25,\r\n");
});

const of = (name: string): Figure => {
  const found = figureOf(name);
  if (!found) throw new Error(name);
  return found;
};

test.each([
  ["revenue", { sales: { revenue: 211_050 } }, 21.105],
  ["margin", { sales: { revenue: 200_000, payout: 160_000 } }, 4],
  ["margin_share", { sales: { revenue: 200_000, payout: 160_000 } }, 20],
  ["margin_share", { sales: { revenue: 0, payout: 0 } }, null],
  ["average_price", { sales: { revenue: 100_000, sales: 3 } }, 3.3333],
  ["sell_through", { leads: { leads: 3, leads_sold: 1 } }, 33.33],
  ["posted_share", { leads: { leads: 1 }, pings: { pings_accepted: 4 } }, 25],
  ["earned", { sales: { payout: 10_000 }, leads: { risk_payout: 5_000 } }, 1.5],
  ["ping_p50", { bidding: { ms_50: 10 } }, 38],
  ["ping_p50", {}, null],
  ["leads", {}, 0],
])("%s of %j", (name, sums, value) => {
  expect(wireOf(of(name), sums)).toBe(value);
});

test("every figure's parts are figures, and its SQL names columns of its rollup only", () => {
  const words = (sql: string) => [...sql.matchAll(/[a-z_][a-z_0-9]*/g)].map(([word]) => word);
  const wanted = sumsFor(FIGURES);
  for (const [family, sums] of Object.entries(wanted)) {
    const columns = Object.keys(ROLLUPS.find((r) => r.name === `rollup_${family}`)?.sums ?? {});
    expect(
      Object.values(sums)
        .flatMap(words)
        .filter((word) => !columns.includes(word)),
    ).toEqual([]);
  }
  expect(new Set(FIGURES.map(({ name }) => name)).size).toBe(FIGURES.length);
});

test("a publisher's figures speak of no buyer and no margin, a buyer's of no publisher", () => {
  const hidden = /revenue|margin|price|recovered|risk|buyer/;
  expect(PUBLISHER_FIGURES.filter((name) => hidden.test(name))).toEqual([]);
  expect(
    BUYER_FIGURES.filter((name) => /payout|margin|publisher|recovered|offer(ed|_rate)|earned|leads/.test(name)),
  ).toEqual([]);
  expect([...PUBLISHER_FIGURES, ...BUYER_FIGURES].filter((name) => !figureOf(name))).toEqual([]);
});

test("a percentile lies in the bucket of the value that it stands for", () => {
  const values = Array.from({ length: 500 }, (_, i) => ((i * 7919) % 12_000) + 1);
  const counts = columnsOf(MS).map(() => 0);
  for (const value of values) counts[bucketOf(MS, value)] = (counts[bucketOf(MS, value)] ?? 0) + 1;
  const sorted = [...values].sort((a, b) => a - b);
  for (const p of [1, 50, 95, 99, 100]) {
    const exact = sorted[Math.ceil((sorted.length * p) / 100) - 1] ?? 0;
    const read = percentile(MS, counts, p);
    expect(bucketOf(MS, exact)).toBe(bucketOf(MS, (read?.high ?? 1e9) - 0.5));
    expect(read && read.value >= read.low && (read.high === null || read.value <= read.high)).toBe(true);
  }
});

test.each([
  [{ out: 10, took_part: 100, revenue: 1_000 }, 100],
  [{ out: 0, took_part: 0, revenue: 0 }, 0],
  [{ out: 5, took_part: 0, revenue: 0 }, null],
])("what was lost, %j", (input, lost) => {
  expect(lostOf(input)).toBe(lost);
});
