import { describe, expect, it } from "vitest";
import type { BidReading, WireAnswer } from "../../../worker/buyers/dialect.ts";
import { answer, type BidInput, bidOf } from "./answers.ts";

const CONFIG: BidInput = {
  rules: [{ no_bid: "status in (rejected, declined)" }, { error: "error exists" }, { bid: "bid exists" }],
  price: ["bid", "data.0.price"],
  ref: "id",
  reason: ["reason", "error"],
  brand: "brand",
  consent_text: "tcpa",
  expires_in_s: "ttl",
  carry: { slot: "slots.0.id" },
};
const usual = bidOf(CONFIG);
const bid = (units: number, carried: Record<string, string> = {}) => ({
  outcome: "bid",
  price: Math.round(units * 10_000),
  carried,
});
const error = (kind: string, reason?: string) => ({
  outcome: "error",
  error: kind,
  ...(reason === undefined ? {} : { reason }),
});

describe("reading a ping's answer", () => {
  const ROWS: [string, WireAnswer, object][] = [
    ["a number", answer({ bid: 12.5 }), bid(12.5)],
    ["four decimals", answer({ bid: 21.1051 }), bid(21.1051)],
    ["a number as text", answer({ bid: " 9.50 " }), bid(9.5)],
    ["an id that is a number", answer({ bid: 22, id: 123456 }), bid(22, { ref: "123456" })],
    [
      "an id longer than a float",
      answer('{"bid":22,"id":12345678901234567890}'),
      bid(22, { ref: "12345678901234567890" }),
    ],
    ["carried values", answer({ bid: 22, id: "a", slots: [{ id: 7 }] }), bid(22, { ref: "a", slot: "7" })],
    ["the second path", answer({ bid: null, data: [{ price: 3 }], status: "ok" }), error("unreadable")],
    [
      "a reject before the bid",
      answer({ status: "rejected", bid: 5, reason: "Quota" }),
      { outcome: "no_bid", reason: "Quota" },
    ],
    ["words in any case", answer({ status: " DECLINED " }), { outcome: "no_bid" }],
    ["an error of the buyer", answer({ error: "bad key" }), error("unreadable", "bad key")],
    ["204", answer("", 204), { outcome: "no_bid" }],
    ["a bid of 0", answer({ bid: 0 }), { outcome: "no_bid", reason: "price 0" }],
    ["-1", answer({ bid: -1 }), error("bid_invalid", "price -1")],
    ["-0.01 as text", answer({ bid: "-0.01" }), error("bid_invalid")],
    ["1e9", answer('{"bid":1e9}'), error("bid_invalid", "price 1000000000")],
    ["1e3 as text", answer({ bid: "1e3" }), error("bid_invalid")],
    ["1e400", answer('{"bid":1e400}'), error("bid_invalid")],
    ["1e-7", answer('{"bid":1e-7}'), error("bid_invalid")],
    ["five decimals", answer({ bid: 1.00001 }), error("bid_invalid")],
    ["NaN", answer('{"bid":NaN,"price":1}'), error("unreadable")],
    ["NaN as text", answer({ bid: "NaN" }), error("bid_invalid", "price NaN")],
    ["12,50", answer({ bid: "12,50" }), error("bid_invalid", "price 12,50")],
    ["$12.50", answer({ bid: "$12.50" }), bid(12.5)],
    ["12.50 USD", answer({ bid: "12.50 USD" }), error("bid_invalid")],
    ["true", answer({ bid: true }), error("bid_invalid")],
    ["a list", answer({ bid: [12, 13] }), error("bid_invalid", "price is a list")],
    ["a list of one", answer({ bid: [12] }), error("bid_invalid", "price is a list")],
    ["HTML", answer("<html><b>bid</b></html>"), error("unreadable")],
    ["an empty 200", answer(""), error("unreadable")],
    ["half a document", answer('{"bid":12'), error("unreadable")],
    ["JSON that no rule knows", answer({ hello: 1 }), error("unreadable")],
    ["JSON that is not an object", answer("null"), error("unreadable")],
    ["another status", answer({ hello: 1 }, 404), error("http_status")],
    ["a server's breakdown", answer("<h1>oops</h1>", 500), error("http_status")],
    ["a redirect", answer("", 302, { location: "https://x.example/" }), error("redirect")],
    ["a bid beside another status, by the rules", answer({ bid: 4 }, 201), bid(4)],
    ["a prototype's property", answer('{"__proto__":{"bid":5}}'), error("unreadable")],
    ["a carried value that would be cut", answer({ bid: 4, id: "x".repeat(501) }), error("unreadable")],
    ["a consent text that would be cut", answer({ bid: 4, tcpa: "x".repeat(4_001) }), error("unreadable")],
    ["nesting without end", answer(`${"[".repeat(60_000)}${"]".repeat(60_000)}`), error("unreadable")],
  ];

  it.each(ROWS)("%s", (_, wire, expected) => {
    expect(usual(wire)).toMatchObject(expected);
  });

  it("takes NaN for a wrong price where the rule says bid", () => {
    const reading = bidOf({ ...CONFIG, rules: [{ bid: "status is ok" }] })(answer('{"status":"ok","bid": NaN }'));
    expect(reading).toMatchObject(error("bid_invalid", "price missing"));
  });

  it("takes brand, consent text and expiry", () => {
    const read = (more: object) => usual(answer({ bid: 1, ...more })) as Extract<BidReading, { outcome: "bid" }>;
    expect(read({ brand: "  Acme ", tcpa: "I agree", ttl: 90 })).toMatchObject({
      brand: "Acme",
      consent_text: "I agree",
      expires_in_s: 90,
    });
    expect(read({ ttl: "60" }).expires_in_s).toBe(60);
    expect(read({ ttl: 1e12 }).expires_in_s).toBe(86_400);
    for (const ttl of [0, -5, "soon", null, {}]) expect(read({ ttl }).expires_in_s).toBeUndefined();
    expect(read({ brand: "b".repeat(900) }).brand).toHaveLength(500);
  });

  it("has no price where the contract has one", () => {
    expect(bidOf({ rules: [{ bid: "ok is true" }] })(answer({ ok: true }))).toMatchObject({
      outcome: "bid",
      price: null,
    });
  });

  it("cuts a reason", () => {
    expect(usual(answer({ error: "e".repeat(2_000) }))).toMatchObject({ reason: "e".repeat(500) });
  });
});
