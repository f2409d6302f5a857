import { describe, expect, test } from "vitest";
import type { CampaignInput } from "../../../schema/config/campaign.ts";
import type { LossReason } from "../../../schema/lists.ts";
import { type Money, ZERO } from "../../../schema/money.ts";
import type { BidReading } from "../../../worker/buyers/dialect.ts";
import { type DecideInput, decide, type ReceivedAnswer } from "../../../worker/auction/decide.ts";
import { type ContractParts, campaignOf, contractOf, fixedContract, m } from "./fixtures.ts";

type BidPart = Partial<Extract<BidReading, { outcome: "bid" }>>;
const NOW = 1_000_000;

function bidOf(id: string, price: Money | null, parts: ContractParts = {}, reading: BidPart = {}): ReceivedAnswer {
  const contract = contractOf(id, parts);
  return { contract, outcome: "bid", ms: 20, sent_at_ms: 3, http_status: 200, reading: { outcome: "bid", price, carried: {}, ...reading } };
}
const priced = (id: string, price: number, config: ContractParts["contract"] = {}) => bidOf(id, m(price), { contract: config });

interface Changes extends Partial<Omit<DecideInput, "campaign">> {
  auction?: CampaignInput["auction"];
}
const decided = ({ auction, ...changes }: Changes) =>
  decide({
    campaign: campaignOf({ auction: { publisher_share: 80, ...auction } }).config,
    publisher_share: undefined,
    min_price: ZERO,
    seed: 1,
    recent_wins: new Map(),
    answers: [],
    fixed: [],
    ping_id: "p1",
    now: NOW,
    ...changes,
  });

describe("one bid", () => {
  const ROWS: [why: string, price: Money | null, reason: LossReason | null, payout: number | null, changes: Changes, config?: ContractParts["contract"]][] = [
    ["80 % of 21.105", m("21.105"), null, 16.884, {}],
    ["no price", null, "bid_invalid", null, {}],
    ["nothing", ZERO, "bid_invalid", null, {}],
    ["less than nothing", m(-1), "bid_invalid", null, {}],
    ["not a number", Number.NaN as Money, "bid_invalid", null, {}],
    ["not whole", 1.5 as Money, "bid_invalid", null, {}],
    ["endless", Number.POSITIVE_INFINITY as Money, "bid_invalid", null, {}],
    ["a billion", 1e13 as Money, "bid_invalid", null, {}],
    ["the most there is", 1e12 as Money, null, 80_000_000, {}],
    ["the contract's maximum", m(50), null, 40, {}, { price: { type: "bid", max_bid: 50 } }],
    ["above it: refused, not lowered", m("50.0001"), "above_maximum_bid", null, {}, { price: { type: "bid", max_bid: 50 } }],
    ["the floor", m(5), null, 4, { auction: { floor: 5 } }],
    ["below it", m("4.9999"), "below_floor", null, { auction: { floor: 5 } }],
    ["the margin cuts the share", m(10), null, 7, { auction: { min_margin: 3 } }],
    ["nothing left for the publisher", m(3), "below_margin", null, { auction: { min_margin: 3 } }],
    ["less than the margin", m(2), "below_margin", null, { auction: { min_margin: 3 } }],
    ["too small to share", 1 as Money, "below_margin", null, {}],
    ["a publisher without a share", m(10), null, 0, { auction: { publisher_share: 0 } }],
    ["the publisher's least", m(10), null, 8, { min_price: m(8) }],
    ["below it", m("9.9999"), "below_min_price", 7.9999, { min_price: m(8) }],
    ["the publisher's own share", m(10), null, 9, { publisher_share: 90 }],
    ["the contract's goes before it", m(10), null, 7.05, { publisher_share: 90 }, { publisher_share: 70.5 }],
    ["and may be nothing", m(10), null, 0, { publisher_share: 90 }, { publisher_share: 0 }],
  ];
  test.each(ROWS)("%s (%s): %s, %s", (_, price, reason, payout, changes, config = {}) => {
    const decision = decided({ ...changes, answers: [bidOf("a", price, { contract: config })] });
    const [candidate] = decision.candidates;
    expect([candidate?.reason, candidate?.payout ?? null]).toEqual([reason, payout === null ? null : m(payout)]);
    expect(decision.result).toBe(reason === null ? "accepted" : "rejected");
    expect(decision.price).toBe(reason === null && payout !== null ? m(payout) : 0);
    expect(decision.ranked.length).toBe(reason === null ? 1 : 0);
  });

  test("an invalid one is an error of the buyer's answer", () => {
    expect(decided({ answers: [bidOf("a", null)] }).candidates).toEqual([
      { contract_id: "a", buyer_id: "b_a", endpoint_id: "e_a", outcome: "error", error: "bid_invalid", http_status: 200, ms: 20, sent_at_ms: 3, reason: "bid_invalid" },
    ]);
  });

  test("the winner carries what its post needs", () => {
    const reading = { carried: { ref: "r1" }, brand: "Acme", consent_text: "Call me.", expires_in_s: 1.5 };
    expect(decided({ answers: [bidOf("a", m(10), {}, reading)] }).ranked).toEqual([
      { bid_id: "p1_1", contract_id: "a", buyer_id: "b_a", endpoint_id: "e_a", price: m(10), payout: m(8), carried: { ref: "r1" }, brand: "Acme", consent_text: "Call me.", valid_until: NOW + 1_500 },
    ]);
  });

  test.each([0, -5, Number.NaN, Number.POSITIVE_INFINITY, 1e300])("a validity of %s s says nothing", (expires_in_s) => {
    expect(decided({ answers: [bidOf("a", m(10), {}, { expires_in_s })] }).ranked[0]?.valid_until).toBeUndefined();
  });

  test("the contract's brand stands in for the bid's", () => {
    const answers = [bidOf("a", m(10), { contract: { consent: { brand: "House" } } })];
    expect(decided({ answers }).ranked[0]?.brand).toBe("House");
  });
});

describe("no bid", () => {
  const ROWS: [answer: Omit<ReceivedAnswer, "contract">, reason: LossReason][] = [
    [{ outcome: "no_bid", reading: { outcome: "no_bid" } }, "no_bid"],
    [{ outcome: "timeout" }, "timeout"],
    [{ outcome: "late", reading: { outcome: "bid", price: m(99), carried: {} } }, "late"],
    [{ outcome: "error", error: "http_status" }, "error"],
    [{ outcome: "error", error: "bid_invalid" }, "bid_invalid"],
    [{ outcome: "not_attempted", error: "no_slot" }, "not_attempted"],
  ];
  test.each(ROWS)("%j: %s", (answer, reason) => {
    const contract = contractOf("a");
    const { candidates, ...rest } = decided({ answers: [{ contract, ...answer }, priced("b", 1)] });
    expect(candidates.find((c) => c.contract_id === "a")?.reason).toBe(reason);
    expect(rest.ranked.map((bid) => bid.contract_id)).toEqual(["b"]);
  });

  const lost: ReceivedAnswer = { contract: contractOf("a"), outcome: "no_bid" };
  test.each<[string, Changes, string]>([
    ["nobody to ask", {}, "no_eligible_buyers"],
    ["nobody bids", { answers: [lost] }, "no_bids"],
    ["bids, but below the publisher's least", { answers: [lost, priced("b", 1)], min_price: m(8) }, "below_min_price"],
  ])("%s: %s", (_, changes, code) => {
    expect(decided(changes)).toMatchObject({ result: "rejected", code, price: 0, ranked: [] });
  });
});

describe("order", () => {
  type Row = [why: string, changes: Changes, answers: ReceivedAnswer[], order: [string, LossReason | null][]];
  const tiers = { auction: { mode: "priority_tiers" as const } };
  const ROWS: Row[] = [
    ["the highest", {}, [priced("a", 5), priced("b", 9), priced("c", 7)], [["b", null], ["c", "lower_bid"], ["a", "lower_bid"]]],
    ["by what the publisher gets", {}, [priced("a", 10, { publisher_share: 50 }), priced("b", 8)], [["b", null], ["a", "lower_bid"]]],
    ["then by what stays", {}, [priced("a", 8, { publisher_share: 100 }), priced("b", 10)], [["b", null], ["a", "lower_bid"]]],
    ["then by priority", {}, [priced("a", 5, { priority: 2 }), priced("b", 5, { priority: 1 })], [["b", null], ["a", "lost_tie"]]],
    ["then who won less", { recent_wins: new Map([["a", 3]]) }, [priced("a", 5), priced("b", 5)], [["b", null], ["a", "lost_tie"]]],
    ["priority plays no part above", {}, [priced("a", 5, { priority: 1 }), priced("b", 6, { priority: 9 })], [["b", null], ["a", "lower_bid"]]],
    ["but in tiers it comes first", tiers, [priced("a", 5, { priority: 1 }), priced("b", 6, { priority: 9 })], [["a", null], ["b", "lower_tier"]]],
    ["within a tier, money", tiers, [priced("a", 5), priced("b", 6), priced("c", 9, { priority: 101 })], [["b", null], ["a", "lower_bid"], ["c", "lower_tier"]]],
  ];
  test.each(ROWS)("%s", (_, changes, answers, order) => {
    const decision = decided({ ...changes, answers });
    expect(decision.candidates.map((c) => [c.contract_id, c.reason])).toEqual(order);
    expect(decision.candidates.map((c) => c.rank)).toEqual(order.map((_, i) => i + 1));
    expect(decision.ranked.map((bid) => bid.bid_id)).toEqual(order.map((_, i) => `p1_${i + 1}`));
  });

  test("fixed prices compete, and nobody was asked", () => {
    const decision = decided({ answers: [priced("a", 5)], fixed: [fixedContract("f", 6), fixedContract("g", 1)], auction: { floor: 2 } });
    expect(decision.candidates.map((c) => [c.contract_id, c.outcome, c.reason])).toEqual([
      ["f", null, null],
      ["a", "bid", "lower_bid"],
      ["g", null, "below_floor"],
    ]);
  });

  test("equal bids: the draw of the seed, and fair over many", () => {
    const answers = [priced("acme_1", 5), priced("acme_2", 5), priced("acme_3", 5)];
    const wins = new Map<string, number>();
    for (let seed = 0; seed < 3_000; seed++) {
      const winner = decided({ answers, seed }).ranked[0]?.contract_id ?? "";
      wins.set(winner, (wins.get(winner) ?? 0) + 1);
    }
    expect(wins.size).toBe(3);
    for (const count of wins.values()) expect(Math.abs(count - 1_000)).toBeLessThan(120);
  });
});
