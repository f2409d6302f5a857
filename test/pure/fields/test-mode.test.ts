import { expect, test } from "vitest";
import { formatMoney } from "../../../schema/money.ts";
import { forcedAuction, isSimulated, LOWEST_REAL_ZIP, MAGIC_ZIPS } from "../../../worker/auction/test-mode.ts";

const zips = Object.keys(MAGIC_ZIPS);
const named = (name: string) => forcedAuction(zips.find((zip) => MAGIC_ZIPS[zip]?.name === name));

test("magic ZIPs are five digits, below every real one, and have distinct names", () => {
  expect(zips.filter((zip) => !/^\d{5}$/.test(zip) || zip >= LOWEST_REAL_ZIP)).toEqual([]);
  expect(new Set(Object.values(MAGIC_ZIPS).map(({ name }) => name)).size).toBe(zips.length);
});

test.each(["78704", "00501", "00000", "", "constructor", "__proto__", 1, true, undefined, null])(
  "%s is not magic",
  (zip) => {
    expect(forcedAuction(zip)).toBeNull();
  },
);

test("simulated bidders have ids of their own, bids where they bid, and answers to every post", () => {
  for (const zip of zips) {
    const bidders = forcedAuction(zip)?.bidders ?? [];
    expect(new Set(bidders.map((bidder) => bidder.contract_id)).size).toBe(bidders.length);
    for (const bidder of bidders) {
      expect([bidder.contract_id, bidder.buyer_id, bidder.endpoint_id].every(isSimulated)).toBe(true);
      expect(bidder.bid === null ? "" : formatMoney(bidder.bid)).toBe(bidder.outcome === "bid" ? "12.34" : "");
      expect(bidder.posts.length > 0).toBe(bidder.outcome === "bid");
    }
  }
});

test.each([
  ["sold", null, null, ["accepted", "accepted", undefined]],
  ["no_eligible_buyers", "no_eligible_buyers", null, []],
  ["no_bids", "no_bids", null, [undefined, undefined, undefined]],
  ["sold_to_second", null, null, ["rejected", "accepted"]],
  ["all_reject", null, null, ["rejected", "rejected"]],
  ["pending_then_sold", null, null, ["unknown"]],
  ["unknown", null, null, ["unknown"]],
  ["duplicate", null, "duplicate", ["accepted"]],
  ["sold_with_redirect", null, null, ["accepted"]],
  ["duplicate_at_ping", "duplicate", null, []],
  ["suppressed", "suppressed", null, []],
  ["not_taken", null, null, ["not_taken"]],
  ["set_up_error", null, null, ["set_up_error"]],
  ["held_for_review", null, null, ["unknown"]],
])("%s", (name, ping_code, post_code, firstAnswers) => {
  const forced = named(name);
  expect([forced?.ping_code, forced?.post_code]).toEqual([ping_code, post_code]);
  expect(forced?.bidders.map((bidder) => bidder.posts[0]?.outcome)).toEqual(firstAnswers);
});

test("the silent buyer answers when it is asked again, or never", () => {
  expect(named("pending_then_sold")?.bidders[0]?.posts.map(({ outcome, waits }) => [outcome, waits])).toEqual([
    ["unknown", true],
    ["accepted", false],
  ]);
  expect(named("unknown")?.bidders[0]?.posts.map(({ outcome, waits }) => [outcome, waits])).toEqual([
    ["unknown", true],
  ]);
  expect(named("sold_with_redirect")?.bidders[0]?.posts[0]?.redirect_url).toMatch(/^https:\/\/example\.com\//);
});

test("plans are separate: a caller may change its own", () => {
  forcedAuction("00001")?.bidders.pop();
  expect(forcedAuction("00001")?.bidders).toHaveLength(3);
});
