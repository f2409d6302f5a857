import { expect, test } from "vitest";
import { DryRunView } from "../../../worker/console/records/dry-run-view.tsx";
import type { DryRun } from "../../../worker/console/records/room.ts";

const totals = { won: 0, revenue: 0, payouts: 0, margin: 0, own_won: 0, own_revenue: 0 };
const sums = { before: totals, after: totals, assumed: null };
const moved = (n: number): DryRun["moved"] =>
  Array.from({ length: n }, (_, i) => ({
    ping_id: `p${i}`,
    at: "2026-11-20T15:00:00.000Z",
    from: null,
    to: { contract_id: "acme_auto", buyer_id: "acme", price: 1, payout: 1 },
    why: { contract_id: "acme_auto", when: "after", reason: "won", text: "wins" },
  }));
const run = (listed: number, moved_count: number): DryRun => ({
  newest: "2026-11-20T15:00:00.000Z",
  oldest: "2026-11-20T15:00:00.000Z",
  looked_at: 300,
  not_held: 0,
  reproduced: 300,
  all: sums,
  posted: { ...sums, auctions: 0 },
  unknown: { before: 0, after: 0, assumed: 0 },
  reasons: [],
  moved: moved(listed),
  moved_count,
  assumptions: [],
  next: null,
});

test.each([
  [3, 3, "3 in all."],
  [60, 60, "60 in all; the newest 25 are listed."],
  [100, 180, "180 in all; the newest 25 are listed."],
])("of %i auctions of %i that change hands it says how many it lists", (listed, all, words) => {
  const html = String(DryRunView({ run: run(listed, all), own: "acme_auto" }));
  expect(html).toContain(words);
  expect(html.match(/\/ops\/auctions\//g)?.length).toBe(Math.min(25, listed));
});
