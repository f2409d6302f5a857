import { describe, expect, it } from "vitest";
import { EXCLUSION_REASONS, LOSS_REASONS } from "../../../schema/lists.ts";
import { auctionItem, auctionWhy, saleItem } from "../../../worker/flows/live-line.ts";
import type { LiveAuctionRow } from "../../../worker/ledger/live.ts";

const row: LiveAuctionRow = {
  seq: 1,
  ping_id: "p1",
  at: 1_000,
  publisher_id: "pub",
  campaign_id: "auto",
  test: 0,
  result: "rejected",
  code: "no_bids",
  price: 0,
  took_ms: 88,
  bidders: 3,
  bids: 0,
  forced: null,
  filtered: 0,
  winner_contract: null,
  winner_buyer: null,
  winner_price: null,
  lost: "{}",
  shut_out: "{}",
};
const won = { result: "accepted", code: null, winner_contract: "acme_c", winner_buyer: "acme", winner_price: 125_000 };

describe("why, in one line", () => {
  it.each<[string, Partial<LiveAuctionRow>, string]>([
    ["nothing known", {}, "No usable bid."],
    [
      "losses, the most first",
      { lost: '{"timeout":1,"no_bid":4}' },
      "No usable bid: 4 declined to bid, 1 did not answer in time.",
    ],
    [
      "three reasons at most",
      { lost: '{"error":1,"late":2,"no_bid":3,"timeout":4}' },
      "No usable bid: 4 did not answer in time, 3 declined to bid, 2 answered too late.",
    ],
    [
      "shut out, and filtered",
      { code: "no_eligible_buyers", shut_out: '{"cap_reached":2}', filtered: 5 },
      "No buyer takes such a lead now: shut out: 2 at a cap, 5 filtered out.",
    ],
    ["a winner alone", won, "acme_c is first with 12.50."],
    ["a winner and losers", { ...won, lost: '{"lower_bid":2}' }, "acme_c is first with 12.50; 2 bid less."],
    [
      "a bid below the minimum",
      { ...won, result: "rejected", code: "below_min_price" },
      "The best bid was below the publisher's minimum.",
    ],
    ["a forced test", { forced: "00001" }, "Test value 00001 forced this."],
    ["an unknown code", { code: "new_code" }, "Not accepted."],
    ["a reason of a later version", { lost: '{"some_reason":2}' }, "No usable bid: 2 some reason."],
  ])("%s", (_, changes, text) => expect(auctionWhy({ ...row, ...changes })).toBe(text));

  it("every reason has words", () => {
    for (const reason of [...LOSS_REASONS, ...EXCLUSION_REASONS])
      expect(auctionWhy({ ...row, lost: `{"${reason}":1}` })).toMatch(/: 1 [a-z' ]+\.$/);
  });
});

it("an auction and a sale are items with wire money", () => {
  expect(auctionItem({ ...row, ...won, price: 100_000, test: 1 })).toMatchObject({
    kind: "auction",
    at: "1970-01-01T00:00:01.000Z",
    test: true,
    price: 10,
    winner: { contract_id: "acme_c", buyer_id: "acme", bid: 12.5 },
  });
  const sale = {
    seq: 1,
    lead_id: "l1",
    at: 0,
    publisher_id: "pub",
    campaign_id: "auto",
    contract_id: "acme_c",
    buyer_id: "acme",
  };
  expect(saleItem({ ...sale, currency: "USD", price: 211_050, payout: 168_840, recovered: 1 })).toMatchObject({
    price: 21.105,
    payout: 16.884,
    recovered: true,
    why: "acme_c paid 21.105, the publisher gets 16.884; recovered after a failure.",
  });
});
