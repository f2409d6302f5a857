import { expect, it } from "vitest";
import { BIDDER_STATUSES, NOTICE_REASONS } from "../../../schema/lists.ts";
import { money } from "../../../schema/money.ts";
import { noticeReason } from "../../../worker/auction/notice.ts";

const bidder = (status: (typeof BIDDER_STATUSES)[number], price: number, payout = price * 0.8) => ({
  status,
  price: money(price * 10_000),
  payout: money(Math.round(payout * 10_000)),
});
const WINNER = bidder("accepted", 20);

it.each([
  ["untried", 15, 12, "lower_bid"],
  ["untried", 20, 15, "lower_bid"],
  ["untried", 20, 16, "lost_tie"],
  ["untried", 25, 20, "lower_tier"],
  ["refused", 25, 20, "refused"],
  ["not_taken", 15, 12, "not_taken"],
] as const)("%s, bid %d, payout %d: %s", (status, price, payout, reason) => {
  expect(noticeReason(bidder(status, price, payout), WINNER)).toBe(reason);
});

it("whoever may have the lead, had it or refused it is told nothing; every reason is of the closed list", () => {
  const told = BIDDER_STATUSES.flatMap((status) => noticeReason(bidder(status, 15), WINNER) ?? []);
  expect(told).toEqual(["lower_bid", "refused", "not_taken"]);
  for (const reason of told) expect(NOTICE_REASONS).toContain(reason);
});
