import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { BEGIN, billOf, type CountedRun, END, tableOf, totalOf } from "../../../bench/costs/bill.ts";
import { PRICES } from "../../../bench/costs/prices.ts";

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const run = JSON.parse(read("bench/results/costs.json")) as CountedRun;

/** Dollars that the core of a million pings may cost. It only sinks: whoever makes something dearer sees it here. */
const MOST = Number(/core of a million pings costs at most \$([\d.]+)/.exec(read("docs/costs.md"))?.[1]);

it("the page's table is the one that the count and the prices give", () => {
  const page = read("docs/costs.md");
  expect(page.slice(page.indexOf(BEGIN) + BEGIN.length, page.indexOf(END)).trim()).toBe(tableOf(run));
});

it("the core of a million pings to 50 buyers costs no more than the page says", () => {
  expect(run.mix).toMatchObject({ buyers: 50, post_every: 10 });
  expect(MOST).toBeGreaterThan(0);
  expect(totalOf(billOf(run), false)).toBeLessThanOrEqual(MOST);
});

it("every price has a source, and every line is units times its price", () => {
  for (const { source, dollars } of Object.values(PRICES)) {
    expect(source).toMatch(/^https:\/\/developers\.cloudflare\.com\//);
    expect(dollars).toBeGreaterThan(0);
  }
  const simple: CountedRun = {
    mix: { buyers: 50, rate: 10, pings: 10, post_every: 10 },
    counts: { "worker.requests": 11, "d1.written": 20, "queue.messages": 1 },
    statements: {},
    cleared: { "book.written": 5 },
  };
  const of = (what: string) => billOf(simple).find((line) => line.what === what)?.dollars;
  expect(of("Pings and posts")).toBeCloseTo(0.33);
  expect(of("Ledger: rows")).toBeCloseTo(2);
  expect(of("Queue: wake-ups")).toBeCloseTo(0.12);
  expect(of("Objects: cleared away after 7 and 30 days")).toBeCloseTo(0.5);
});
