import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type Cell, runCell } from "../../../bench/emulated/cell.ts";
import type { ClosingFigures } from "../../../bench/emulated/closing.ts";
import { type DialerLoad, dialersFor, shortShare } from "../../../bench/emulated/pool-rule.ts";
import {
  closingTable,
  flowTable,
  loadTable,
  otherTable,
  poolTable,
  shapingTable,
  warmTable,
} from "../../../bench/emulated/report.ts";
import type { Kept } from "../../../bench/emulated/result.ts";
import type { ShapingFigures } from "../../../bench/emulated/shaping.ts";
import { markedPart } from "../../../bench/shared/marked.ts";
import { GROUP_SIZE, REDIALS } from "../../../worker/buyers/dialer-pool.ts";
import { ROOT } from "../architecture/source.ts";

const text = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const load = (pings_per_s: number, buyers: number, hold_ms = 73): DialerLoad => ({
  ...{ pings_per_s, buyers, own: 6, group_size: GROUP_SIZE, redials: REDIALS, hold_ms },
});
const kept = JSON.parse(text("bench/results/emulated.json")) as Kept;
const closing = JSON.parse(text("bench/results/closing.json")) as { rows: ClosingFigures[] };
const shaping = JSON.parse(text("bench/results/shaping.json")) as { rows: ShapingFigures[] };
const variables = z.object({ DIALERS: z.coerce.number() });
const configured = variables.parse({ DIALERS: /^DIALERS = "(\d+)"/m.exec(text("wrangler.toml"))?.[1] }).DIALERS;

it("early close ends auctions sooner, never for a worse best bid, and costs less than a hundredth with two fallbacks", () => {
  for (const row of closing.rows) {
    const off = closing.rows.find((each) => each.buyers === row.buyers && each.fallback_bids === null);
    if (!off || row.fallback_bids === null) continue;
    expect(row.answer_ms.p50).toBeLessThanOrEqual(off.answer_ms.p50);
    expect(row.best).toBe(off.best);
    if (row.fallback_bids >= 2) expect(row.sale / off.sale).toBeGreaterThan(0.99);
  }
});

it("shaping saves calls, costs less than a hundredth, and ends when the buyer is well", () => {
  const on = shaping.rows.filter((row) => row.on);
  expect(on.length).toBeGreaterThan(3);
  for (const row of on) {
    const off = shaping.rows.find(
      (each) => !each.on && each.median_ms === row.median_ms && each.recovers === row.recovers,
    );
    if (!off) throw new Error("each case is measured both ways");
    expect(row.sale / off.sale).toBeGreaterThan(0.99);
    expect(row.calls).toBeLessThanOrEqual(off.calls);
    if (row.late > 0.9 && row.timeout_ms > 965 && !row.recovers) expect(row.calls / off.calls).toBeLessThan(0.9);
    if (row.recovers) expect(row.asked_last).toBeGreaterThan(0.95);
  }
});

describe("how many dialers a load needs", () => {
  it("the documented line of thumb is never below the rule, and not far above it", () => {
    for (const [rate, buyers] of [1, 5, 25, 100, 250, 1_000].flatMap((r) =>
      [20, 50, 100].map((b) => [r, b] as const),
    )) {
      const thumb = 100 + 0.6 * rate * Math.ceil((buyers - 6) / GROUP_SIZE);
      const rule = dialersFor(load(rate, buyers), 0.005);
      expect(thumb, `${rate} pings/s, ${buyers} buyers`).toBeGreaterThanOrEqual(0.95 * rule);
      expect(thumb).toBeLessThan(2 * rule + 100);
    }
  });

  it("the default is enough for what is said of it", () => {
    expect(shortShare(load(100, 50), configured)).toBeLessThan(0.005);
    expect(shortShare(load(50, 100), configured)).toBeLessThan(0.005);
    expect(shortShare(load(250, 50), configured)).toBeGreaterThan(0.02);
  });

  const cell: Cell = {
    ...{ rate: 100, buyers: 26, redials: 3, hop: 8, pings: 600, group_size: 6 },
    dialers: 60,
    isolates: 0,
    seed: 3,
  };
  it.each([{ ...cell, redials: 1 }, cell, { ...cell, dialers: 120, redials: 1, seed: 4 }])(
    "the rule against the emulated platform: $dialers dialers, $redials redials",
    async (each) => {
      const { short, rule_short, asked } = await runCell(each);
      expect(rule_short).toBeGreaterThan(0.03);
      expect(short / rule_short).toBeGreaterThan(0.5);
      expect(short / rule_short).toBeLessThan(1.5);
      expect(asked).toBeLessThan(1);
    },
  );

  it("isolates that keep their dialers call few cold ones, and are told busy no more often than those that draw", async () => {
    const kept = { ...cell, rate: 20, buyers: 50, dialers: 600, pings: 300, isolates: 2 };
    const drawing = await runCell({ ...kept, isolates: 0 });
    const keeping = await runCell(kept);
    expect(drawing.cold).toBeGreaterThan(0.2);
    expect(keeping.cold).toBeLessThan(0.02);
    expect(keeping.busy).toBeLessThanOrEqual(drawing.busy);
  });

  it("as kept by the benchmark: with the rule's pool at most 0.5 % of pings are short, by and large", () => {
    const byRule = kept.loads.filter(({ dialers }) => dialers !== configured);
    expect(byRule.length).toBeGreaterThan(5);
    const pings = byRule.reduce((sum, row) => sum + row.pings, 0);
    const missed = byRule.reduce((sum, row) => sum + row.short * row.pings, 0);
    expect(missed / pings).toBeLessThanOrEqual(0.005);
  });

  it.each([
    ["emulated loads", loadTable(kept.loads)],
    ["emulated pools", poolTable(kept.pools)],
    ["emulated others", otherTable(kept.others)],
    ["emulated warm", warmTable(kept.warm)],
    ["emulated flows", flowTable(kept.flows)],
    ["early close", closingTable(closing.rows)],
    ["shaping", shapingTable(shaping.rows)],
  ])("docs/performance.md shows the kept result: %s", (name, rows) => {
    expect(markedPart(text("docs/performance.md"), name)).toBe(rows);
  });
});
