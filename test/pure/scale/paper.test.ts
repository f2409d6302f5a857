import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LEASE_CASES, type LeasePlan, leaseRow, SEEDS, simulateLeases } from "../../../bench/scale/leases.ts";
import { breaking, paper } from "../../../bench/scale/paper.ts";
import { breakingTable, leaseTable, scaleTable, sizesTable } from "../../../bench/scale/report.ts";
import { type Sizes, sizesOf } from "../../../bench/scale/sizes.ts";
import { markedPart } from "../../../bench/shared/marked.ts";
import { ROOT } from "../architecture/source.ts";

const text = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const kept = JSON.parse(text("bench/results/scale.json")) as { sizes: Sizes[] };
const [ten, fifty] = kept.sizes;
if (!ten || !fifty) throw new Error("npm run bench:scale keeps the sizes");
const AGAIN = "figures have changed: npm run bench:scale, and read docs/scale.md again";

describe("docs/scale.md", () => {
  it("what a ping and a sale leave behind is still so, to a tenth", { timeout: 60_000 }, async () => {
    const now = await sizesOf(10);
    for (const [name, value] of Object.entries(now)) {
      const before = ten[name as keyof Sizes];
      expect(Math.abs(value - before), `${name}: ${before} is now ${value}; ${AGAIN}`).toBeLessThanOrEqual(before / 10);
    }
  });

  it.each([
    ["sizes", () => sizesTable(kept.sizes)],
    ["breaking", () => breakingTable(fifty)],
    ["scales", () => scaleTable(fifty)],
    ["leases", () => leaseTable(LEASE_CASES.map(leaseRow))],
  ])("its table of %s is what the code says", (name, rows) => {
    expect(markedPart(text("docs/scale.md"), name), AGAIN).toBe(rows());
  });

  it("a part holds at the rate that is said of it, and not above", () => {
    const parts = new Map(breaking(fifty).map(({ part, at }) => [part, at]));
    const buyer = parts.get("the largest buyer's object") ?? 0;
    expect(paper(buyer * 0.99, 1, fifty).account_shards).toBe(1);
    expect(paper(buyer * 1.01, 1, fifty).account_shards).toBe(2);
    const books = parts.get("16 books hold seven days") ?? 0;
    expect(paper(books * 0.99, 1, fifty).books_by_bytes).toBe(16);
    expect(paper(books * 1.01, 1, fifty).books_by_bytes).toBe(17);
    expect(paper((parts.get("600 dialers") ?? 0) * 1.01, 1, fifty).dialers).toBeGreaterThan(600);
  });
});

describe("a cap by leases", () => {
  const plan = (at: number, changes: Partial<LeasePlan> = {}): LeasePlan => {
    const found = LEASE_CASES[at];
    if (!found) throw new Error("no such case");
    return { ...found.plan, ...changes };
  };

  it("is never exceeded while the margin is longer than clocks are late", () => {
    for (const [index] of LEASE_CASES.entries())
      for (const seed of SEEDS) {
        const { drift, ttl_s } = plan(index);
        const run = simulateLeases(plan(index, { seed, seconds: 30, margin_s: drift * ttl_s + 0.01 }));
        expect(run.over, `case ${index}, seed ${seed}`).toBe(0);
        expect(run.delivered).toBeLessThanOrEqual(plan(index).cap);
      }
  });

  it("is exceeded when clocks are later than the margin, by no more than was lent", () => {
    const runs = SEEDS.map((seed) => simulateLeases(plan(6, { seed, margin_s: 0, drift: 1 })));
    const worst = Math.max(...runs.map(({ over }) => over));
    expect(worst).toBeGreaterThan(0);
    expect(worst).toBeLessThanOrEqual(8 * 1_000);
  });

  it("one shard that holds the whole cap is exact", () => {
    const one = plan(2, { shards: 1, lease: { share: 1 }, given_back: 0, ttl_s: 1_000 });
    const all = simulateLeases({ ...one, seconds: 30 });
    expect(all).toMatchObject({ delivered: one.cap, over: 0, under: 0, refused_early: 0 });
  });
});
