import { expect, test } from "vitest";
import { compare } from "../../../demo/once.ts";
import { dollars, paintFor } from "../../../demo/output.ts";
import { auctionTable, saleLine, wrap } from "../../../demo/table.ts";
import type { LeadTrace, TraceBuyer } from "../../../demo/trace.ts";

const plain = paintFor(false);
const names = new Map([
  ["a", "Alpha"],
  ["b", "Beta"],
]);
const buyer = (buyer_id: string, more: Partial<TraceBuyer>): TraceBuyer => ({
  contract_id: `${buyer_id}_auto`,
  buyer_id,
  asked: true,
  outcome: "bid",
  ...more,
});
const trace: LeadTrace = {
  lead: { lead_id: "l1", state: "sold", result: "accepted", price: 34.5, payout: 27.6, test: false },
  auction: { ping_id: null, took_ms: 712, result: "accepted", price: 27.6 },
  buyers: [
    buyer("c", { asked: false, outcome: null, reason: "filter", why: "The lead does not match its filter." }),
    buyer("b", { ms: 12, bid: 45, payout: 36, rank: 1, post: { status: "rejected" } }),
    buyer("a", { ms: 702.4, bid: 34.5, payout: 27.6, rank: 2, reason: "lower_bid", post: { status: "accepted" } }),
    buyer("d", { outcome: "timeout", ms: 100, reason: "timeout" }),
  ],
  attempts: [
    {
      contract_id: "b_auto",
      buyer_id: "b",
      round: 1,
      attempt: 1,
      outcome: "rejected",
      class: "rejected",
      http_status: 200,
      ms: 31,
    },
    {
      contract_id: "a_auto",
      buyer_id: "a",
      round: 1,
      attempt: 1,
      outcome: "accepted",
      class: "ok",
      http_status: 200,
      ms: 90,
    },
  ],
  steps: [],
  sale: { price: 34.5, payout: 27.6, margin: 6.9 },
} as LeadTrace;

test("a table has a row for every buyer: bidders by rank, then the asked, then the others", () => {
  const lines = auctionTable(trace, names, plain, 120);
  expect(lines.map((line) => line.split(" ")[0])).toEqual([
    "buyer",
    expect.stringContaining("─"),
    "Beta",
    "Alpha",
    "d",
    "c",
  ]);
  expect(lines[2]).toContain("#1 post rejected after 31 ms");
  expect(lines[3]).toMatch(/702 +\$34\.50 +\$27\.60 +#2 WON; post accepted after 90 ms/);
  expect(lines[5]).toMatch(/not asked +its filter does not take this lead/);
});

test("without a terminal there are no colours, with one there are", () => {
  const sequence = "\u001b[";
  expect(auctionTable(trace, names, plain).join("\n")).not.toContain(sequence);
  expect(auctionTable(trace, names, paintFor(true)).join("\n")).toContain(sequence);
});

test("the sale's line says who, price, payout, margin and lead", () => {
  expect(saleLine(trace, names, plain)).toBe("SOLD to Alpha for $34.50: publisher gets $27.60, margin $6.90  lead l1");
});

test.each([
  [21.105, "$21.105"],
  [9.5, "$9.50"],
  [0, "$0.00"],
  [-6.9, "-$6.90"],
  [0.1 + 0.2, "$0.30"],
])("%s is written %s", (amount, text) => expect(dollars(amount)).toBe(text));

test("text is wrapped between words", () => expect(wrap("one two three", 8)).toEqual(["one two", "three"]));

const row = {
  ...{ sale_id: "l1:1", lead_id: "l1", reservation_id: "r", buyer_id: "a", publisher_id: "p" },
  ...{ price: 34.5, payout: 27.6, margin: 6.9 },
};
const moved = (account: string, amount: number) => ({ account, kind: "capture", amount, ref: "r" });
const captured = [moved("buyer:a", -34.5), moved("clearing", 34.5)];
const closed = [moved("clearing", -34.5), moved("publisher:p", 27.6), moved("house", 6.9)];

test.each([
  ["agrees", row, [...captured, ...closed], []],
  ["has no row", undefined, [], ["no row in the ledger"]],
  ["has another price", { ...row, price: 34 }, [...captured, ...closed], ["price: printed 34.5, ledger 34"]],
  [
    "loses a cent",
    row,
    [...captured, ...closed.slice(0, 2), moved("house", 6.89)],
    ["movements sum to -0.01, not to 0", "house moved by 6.89, not by 6.9"],
  ],
  [
    "has only the buyer's side",
    row,
    captured,
    ["publisher:p moved by 0, not by 27.6", "house moved by 0, not by 6.9", "clearing moved by 34.5, not by 0"],
  ],
  [
    "charges another buyer",
    row,
    [moved("buyer:b", -34.5), moved("clearing", 34.5), ...closed],
    ["buyer:a moved by 0, not by -34.5", "buyer:b moved by -34.5, not by 0"],
  ],
])("the comparison says when the ledger %s", (_, saleRow, movements, differences) => {
  expect(compare(trace, saleRow, movements).differences).toEqual(differences);
});
