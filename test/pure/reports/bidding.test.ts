import { expect, it } from "vitest";
import type { ExclusionReason } from "../../../schema/lists.ts";
import { money } from "../../../schema/money.ts";
import type { Candidate } from "../../../schema/rpc/auction.ts";
import { Bidding } from "../../../worker/telemetry/bidding.ts";
import { AccountBook, START } from "../../support/account-book.ts";

const candidate = (changes: Partial<Candidate>): Candidate => ({
  contract_id: "acme_auto",
  buyer_id: "acme",
  endpoint_id: "acme_http",
  outcome: "bid",
  reason: null,
  ...changes,
});
const SLOT = Math.floor(START / 900_000);
const none = new Set<string>();
const counted = (candidates: Candidate[], excluded: { contract_id: string; reason: ExclusionReason }[] = []) => {
  const bidding = new Bidding();
  bidding.count({ at: START, candidates, excluded }, () => "acme");
  return bidding.take(START, none).get("acme")?.[0]?.counts;
};

it.each([
  [
    "a winning bid",
    candidate({ bid: money(211_050), rank: 1, ms: 80 }),
    { bid: 1, asked: 1, won: 1, ms_100: 1, bid_sum: 211_050, bid_30: 1, won_sum: 211_050, won_30: 1 },
  ],
  [
    "a bid that was too low",
    candidate({ bid: money(10_000), reason: "lower_bid", rank: 2, ms: 5 }),
    { bid: 1, asked: 1, ms_10: 1, bid_sum: 10_000, bid_1: 1, lost_lower_bid: 1 },
  ],
  ["a no", candidate({ outcome: "no_bid", reason: "no_bid", ms: 20_000 }), { no_bid: 1, asked: 1, ms_more: 1 }],
  ["a timeout", candidate({ outcome: "timeout", reason: "timeout", ms: 100 }), { timeout: 1, asked: 1, ms_100: 1 }],
  [
    "one that was not waited for: in no rate",
    candidate({ outcome: "closed_early", reason: "closed_early", ms: 40 }),
    { closed_early: 1 },
  ],
  ["never sent", candidate({ outcome: "not_attempted", reason: "not_attempted" }), { not_attempted: 1 }],
  [
    "a fixed price that won",
    candidate({ outcome: null, bid: money(50_000), rank: 1 }),
    { fixed: 1, won: 1, bid_sum: 50_000, bid_5: 1, won_sum: 50_000, won_5: 1 },
  ],
])("%s", (_, one, counts) => {
  expect(counted([one])).toEqual(counts);
});

it("what shut a contract out by its status counts, filters do not", () => {
  const out = (reason: ExclusionReason) => ({ contract_id: "acme_auto", reason });
  expect(counted([], [out("cap_reached"), out("cap_reached"), out("filter")])).toEqual({ out_cap_reached: 2 });
  expect(counted([], [out("shaped"), out("maximum_too_low"), out("shaped")])).toEqual({
    out_shaped: 2,
    out_maximum_too_low: 1,
  });
});

it("a late answer turns its timeout into one that came late, also after the timeout was told", () => {
  const bidding = new Bidding();
  bidding.count(
    { at: START, candidates: [candidate({ outcome: "timeout", reason: "timeout" })], excluded: [] },
    () => "acme",
  );
  expect(bidding.take(START, none).get("acme")).toHaveLength(1);
  bidding.late("acme", "acme_auto", START);
  expect(bidding.take(START + 29_999, none).size).toBe(0);
  expect(bidding.take(START + 29_999, new Set(["acme"])).get("acme")).toEqual([
    { contract_id: "acme_auto", slot: SLOT, counts: { late: 1, timeout: -1 } },
  ]);
  expect(bidding.take(START + 60_000, none).size).toBe(0);
});

it("the account adds up and tells each changed slot as a whole, at most every five minutes", async () => {
  const book = new AccountBook();
  const see = (slot: number, bid: number) =>
    book.core.health([], [], [], [{ contract_id: "acme_auto", slot, counts: { bid, asked: bid } }]);
  see(SLOT, 2);
  see(SLOT, 3);
  see(SLOT - 1, 1);
  await book.pass(299_000);
  expect(book.rows("bidding")).toEqual([]);
  await book.pass(3_000);
  const row = { contract_id: "acme_auto", buyer_id: "acme" };
  expect(book.rows("bidding")).toEqual([
    { ...row, slot: SLOT - 1, at: (SLOT - 1) * 900_000, bid: 1, asked: 1 },
    { ...row, slot: SLOT, at: SLOT * 900_000, bid: 5, asked: 5 },
  ]);
  see(SLOT, 1);
  await book.pass(302_000);
  expect(book.rows("bidding").slice(2)).toMatchObject([{ slot: SLOT, bid: 6 }]);
});

it("counts of a slot that is forgotten are dropped: they would replace the whole of it", async () => {
  const book = new AccountBook();
  const see = (slot: number) => book.core.health([], [], [], [{ contract_id: "acme_auto", slot, counts: { bid: 1 } }]);
  see(SLOT - 96);
  see(SLOT - 95);
  await book.pass(302_000);
  expect(book.rows("bidding")).toMatchObject([{ slot: SLOT - 95 }]);
  await book.pass(86_400_000);
  see(SLOT - 95);
  see(SLOT + 96);
  await book.pass(302_000);
  expect(book.rows("bidding").slice(1)).toMatchObject([{ slot: SLOT + 96 }]);
});
