import { expect, it } from "vitest";
import { forBuyer } from "../../../worker/flows/reports/reasons.ts";

it("what a buyer is not told apart counts together, and is as far up as its sum is", () => {
  const row = (list: string, word: string, count: number, share: number) => ({ list, word, count, share });
  const rows = [
    row("post_outcome", "rejected", 3, 100),
    row("lost", "lower_bid", 10, 45.45),
    row("lost", "below_margin", 6, 27.27),
    row("lost", "below_min_price", 6, 27.27),
    row("left_out", "cap_reached", 20, 100),
  ];
  expect(forBuyer(rows)).toEqual([
    row("post_outcome", "rejected", 3, 100),
    row("lost", "below_floor", 12, 54.54),
    row("lost", "lower_bid", 10, 45.45),
    row("left_out", "cap_reached", 20, 100),
  ]);
});
