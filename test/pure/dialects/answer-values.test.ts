import { describe, expect, it } from "vitest";
import type { WireAnswer } from "../../../worker/buyers/dialect.ts";
import { compileReading } from "../../../worker/buyers/dialects/answer/index.ts";
import { readExpiry, readMoment, readPrice } from "../../../worker/buyers/dialects/answer/numbers.ts";
import { usualClass } from "../../../worker/buyers/dialects/answer/reasons.ts";
import { answer, type BidInput, bidOf, env, type OutcomeInput, outcomeOf } from "./answers.ts";

describe("where a value is", () => {
  const reading = compileReading(
    {
      format: ["json", "xml", "text"],
      capture: ["ID (?P<id>\\d+)", "(?P<id>L-\\d+)|(?P<word>\\w+)$"],
      headers: ["X-Code"],
    },
    env,
    { bid: true },
  );
  const value = (source: string | string[], body: unknown, extra: Partial<WireAnswer> = {}) =>
    reading.source("price", source)(reading.parse(answer(body, 200, extra), { bid: { price: "4" } }));

  it.each<[string, string | string[], unknown, unknown]>([
    ["a path", "a.0.b", { a: [{ b: 7 }] }, 7],
    ["a name with spaces", "Lead Id", { "Lead Id": 7 }, 7],
    ["a name with dots", '["a.b"].c', { "a.b": { c: 7 } }, 7],
    ["XML below its root", "r.a", "<r><a>7</a></r>", "7"],
    ["an attribute", "r.@Code", '<r Code="7"/>', "7"],
    ["a capture", "id", "Lead ID 7 has to wait", "7"],
    ["a capture of the second expression", "id", "Lead L-8", "L-8"],
    ["the path, where the capture took no part", "id", { id: "x-7" }, "x-7"],
    ["the capture first", "id", { id: "x", note: "ID 7" }, "7"],
    ["the status", "$status", {}, 200],
    ["the text", "$text", " hello ", "hello"],
    ["a value of the bid", "$bid.price", {}, "4"],
    ["none of the bid", "$bid.toString", {}, undefined],
    ["a number", "{{12.5}}", {}, 12.5],
    ["a type that is kept", "{{a}}", { a: 7 }, 7],
    ["pipes", "{{a | map tier}}", { a: "gold" }, 20],
    ["a text", "{{a}}: {{b | join '; '}}", { a: "x", b: ["y", "z"] }, "x: y; z"],
    ["a text that lacks a part", "{{a}}: {{b}}", { a: "x", b: null }, undefined],
    ["a text with a part that may lack", '{{a}}: {{b | default "-"}}', { a: "x" }, "x: -"],
    ["the second of a list", ["{{a}}: {{b}}", "a"], { a: "x" }, "x"],
    ["what is empty counts last", ["a", "b"], { a: "", b: null }, ""],
    ["escaped text", "{{$text | html_decode | trim}}", "&quot;OK&quot; ", '"OK"'],
  ])("%s", (_, source, body, expected) => {
    expect(value(source, body)).toEqual(expected);
  });

  it("a wanted header, whatever its case", () => {
    expect(value("$header.x-Code", {}, { headers: { "x-code": "404" } })).toBe("404");
    expect(value("$location", {}, { location: "https://x.example/" })).toBe("https://x.example/");
  });

  it.each([
    ["$header.x-other", /name it in headers/],
    ["$what", /\$what does not exist/],
    ["a..", /path a\.\./],
    ["{{a | nope}}", /there is no pipe nope/],
  ])("%s cannot be", (source, message) => {
    expect(() => value(source, {})).toThrow(message);
  });
});

describe("documents within documents", () => {
  const bid = (config: Partial<BidInput>) => bidOf({ rules: [{ bid: "otherwise" }], ref: "id", ...config });
  const INNER = "<Lead><Id>7</Id></Lead>";
  const escaped = INNER.replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  it.each<[string, Partial<BidInput>, string, string | undefined]>([
    [
      "XML in an XML text",
      { format: "xml", inner: [{ at: "string", format: "xml" }], ref: "string.Lead.Id" },
      `<string xmlns="x">${escaped}</string>`,
      "7",
    ],
    [
      "XML in CDATA",
      { format: "xml", inner: [{ at: "r.x", format: "xml" }], ref: "r.x.Lead.Id" },
      `<r><x a="1"><![CDATA[${INNER}]]></x></r>`,
      "7",
    ],
    [
      "JSON in a JSON text",
      { inner: [{ at: "data.0", format: "json" }], ref: "data.0.id" },
      JSON.stringify({ data: ['{"id":7}'] }),
      "7",
    ],
    ["a form in JSON", { inner: [{ at: "q", format: "form" }], ref: "q.id" }, '{"q":"id=7&x=1"}', "7"],
    [
      "twice",
      {
        format: "xml",
        inner: [
          { at: "s", format: "json" },
          { at: "s.x", format: "xml" },
        ],
        ref: "s.x.Lead.Id",
      },
      `<s>${JSON.stringify({ x: INNER }).replaceAll("<", "&lt;")}</s>`,
      "7",
    ],
    [
      "the whole, escaped once more",
      { format: "text", inner: [{ at: "", format: "xml" }], ref: "Lead.Id" },
      escaped,
      "7",
    ],
    ["nothing there", { format: "xml", inner: [{ at: "r.x", format: "xml" }], ref: "r.y" }, "<r><y>7</y></r>", "7"],
  ])("%s", (_, config, body, ref) => {
    expect(bid(config)(answer(body))).toMatchObject({ outcome: "bid", carried: { ref } });
  });

  it("what is not that document proves nothing", () => {
    const read = bid({ format: "xml", inner: [{ at: "string", format: "xml" }] });
    expect(read(answer("<string>maintenance</string>"))).toMatchObject({ outcome: "error", error: "unreadable" });
  });
});

describe("what an answer that is not in the dialect's format proves", () => {
  const PAGE = "<!DOCTYPE html><html><h1>Sign in to continue=1</h1></html>";
  const read = (format: OutcomeInput["format"], body: string, status = 200) => {
    const rules: OutcomeInput["rules"] = [
      { rejected: "$status is 404" },
      { accepted: "$text contains accepted" },
      { rejected: "otherwise" },
    ];
    return outcomeOf({ format, rules })(answer(body, status)).outcome;
  };
  it.each<[OutcomeInput["format"], string, number, string]>([
    ["json", '{"a":1}', 200, "rejected"],
    ["json", "a=1", 200, "unknown"],
    ["xml", "<a/>", 200, "rejected"],
    ["xml", PAGE, 200, "unknown"],
    ["xml", '{"a":1}', 200, "unknown"],
    ["text", "no", 200, "rejected"],
    ["text", PAGE, 200, "unknown"],
    ["text", "", 200, "unknown"],
    ["form", "a=1", 200, "rejected"],
    ["form", PAGE, 200, "unknown"],
    ["lines", "a: 1", 200, "rejected"],
    ["lines", PAGE, 200, "unknown"],
    ["csv", "a,b", 200, "rejected"],
    ["csv", PAGE, 200, "unknown"],
    ["html", PAGE, 200, "rejected"],
    ["html", "hm", 200, "unknown"],
    [["json", "text"], "no", 200, "rejected"],
    ["text", "no", 500, "unknown"],
    ["text", "no", 303, "unknown"],
    ["text", PAGE, 404, "rejected"],
    ["json", "Lead accepted", 200, "accepted"],
    ["text", "Lead accepted", 303, "accepted"],
  ])("%s: %s with %d", (format, body, status, expected) => {
    expect(read(format, body, status)).toBe(expected);
  });
});

describe("prices and times", () => {
  it.each<[unknown, number | "invalid"]>([
    [12.5, 125_000],
    ["12.5", 125_000],
    [" 9.50 ", 95_000],
    ["$12", 120_000],
    ["$ 1,234.50", 12_345_000],
    ["1,234.50", 12_345_000],
    ["1,234,567", 12_345_670_000],
    ["$1,234", 12_340_000],
    ["€12.50", 125_000],
    ["£1,234", 12_340_000],
    ["1,234", "invalid"],
    ["€1,234", "invalid"],
    ["12,50", "invalid"],
    ["1.234,50", "invalid"],
    ["12,34.50", "invalid"],
    ["$12.34567", "invalid"],
    ["$-5", "invalid"],
    ["-5", "invalid"],
    ["1e3", "invalid"],
    ["12.50 USD", "invalid"],
    ["$", "invalid"],
    ["", "invalid"],
    [Number.NaN, "invalid"],
    [true, "invalid"],
    [[12], "invalid"],
    [null, "invalid"],
  ])("%j is %s", (value, expected) => {
    expect(readPrice(value)).toBe(expected);
  });

  const AT = Date.UTC(2026, 4, 5, 6, 26, 6);
  it.each<[unknown, number | undefined]>([
    ["2026-05-05T06:26:06.000Z", AT],
    ["2026-05-05T08:26:06+02:00", AT],
    ["2026-05-05 08:26:06 +0200", AT],
    ["2026-05-05T06:26:06", AT],
    ["2026-05-05", Date.UTC(2026, 4, 5)],
    [AT / 1_000, AT],
    [AT, AT],
    [String(AT), AT],
    [String(AT / 1_000), AT],
    [60, undefined],
    ["soon", undefined],
    ["2026-13-45T00:00:00Z", undefined],
    [1e300, undefined],
    [null, undefined],
  ])("the moment %j", (value, expected) => {
    expect(readMoment(value)).toBe(expected);
  });

  it.each<[unknown, unknown, number | null, object]>([
    [30, undefined, null, { expires_in_s: 30, past: false }],
    [undefined, AT, AT - 45_000, { expires_in_s: 45, expires_at: AT, past: false }],
    [30, AT, AT - 45_000, { expires_in_s: 30, past: false }],
    [undefined, AT, AT, { past: true }],
    [undefined, AT, null, { expires_in_s: undefined, expires_at: AT, past: false }],
    [undefined, AT, AT - 1e9, { expires_in_s: 86_400 }],
    [undefined, "soon", AT, { expires_in_s: undefined, past: false }],
  ])("lasts %s s, until %s, at %s", (seconds, moment, now, expected) => {
    expect(readExpiry(seconds, moment, now)).toMatchObject(expected);
  });

  it("a bid that was over before it came is none", () => {
    const read = bidOf({ rules: [{ bid: "otherwise" }], expires_at: "until" });
    const wire = answer({ until: "2026-05-05T06:26:06Z" });
    expect(read({ ...wire, now: AT - 10_000 })).toMatchObject({ outcome: "bid", expires_in_s: 10 });
    expect(read({ ...wire, now: AT + 1 })).toMatchObject({ outcome: "error", error: "bid_invalid" });
  });
});

describe("reasons", () => {
  it.each([
    ["Duplicate Lead", "duplicate"],
    ["This lead already exists in our database", "duplicate"],
    ["120-Day Duplicate", "duplicate"],
    ["Quota Reached", "cap"],
    ["REQUEST_LIMIT_EXCEEDED", "cap"],
    ["Daily cap reached for state CA", "cap"],
    ["Outside business hours", "hours"],
    ["No Coverage", "geo"],
    ["zip not covered", "geo"],
    ["Invalid Postal Code", "invalid"],
    ["Missing required parameter zip_code", "invalid"],
    ["Consent language not detected in the certificate.", "consent"],
    ["Bid below floor", "price"],
    ["Insufficient funds", "credit"],
    ["No buyer found.", "other"],
  ])("%s is %s", (reason, expected) => {
    expect(usualClass(reason)).toBe(expected);
  });

  it("the rule's own class, then the dialect's, then the usual words", () => {
    const read = bidOf({
      rules: [{ when: "code is 1", outcome: "no_bid", reason_class: "hours" }, { no_bid: "otherwise" }],
      reason: "why",
      reason_classes: [{ geo: "reason contains quota and code is 2" }],
    });
    const cls = (code: number, why?: string) => read(answer({ code, why }));
    expect(cls(1, "Quota")).toMatchObject({ reason_class: "hours" });
    expect(cls(2, "Quota")).toMatchObject({ reason: "Quota", reason_class: "geo" });
    expect(cls(3, "Quota")).toMatchObject({ reason_class: "cap" });
    expect(cls(3)).toEqual({ outcome: "no_bid", reason: undefined, reason_class: undefined });
  });

  it.each<[unknown, string | undefined]>([
    ["no", "no"],
    [["no", "never"], "no; never"],
    [[{ loanAmount: "required", firstName: "required" }], "loanAmount: required; firstName: required"],
    [[{ "Authorization Failed": "" }], "Authorization Failed"],
    [{ phone: ["bad", "short"] }, "phone: bad; short"],
    [
      { contacts: { errors: { 0: { "field-errors": { email: "bad" } } } } },
      "contacts: errors: 0: field-errors: email: bad",
    ],
    [[[[[[[[["deep"]]]]]]]], undefined],
    [{}, undefined],
    [4, "4"],
  ])("%j as text", (errors, expected) => {
    expect(bidOf({ rules: [{ no_bid: "otherwise" }], reason: "errors" })(answer({ errors }))).toMatchObject({
      reason: expected,
    });
  });
});

describe("lists of offers", () => {
  const BRANDS = {
    Id: "T1",
    Payout: 11,
    Brands: [
      { PxId: "B1", Name: "One", Bid: 7.5 },
      { PxId: "B2", Name: "Two", Bid: "11.00", Tcpa: "I agree" },
    ],
  };
  const bids = { each: "Brands", price: "Bid", ref: "PxId", name: "Name", consent_text: "Tcpa" };
  const read = (config: Partial<BidInput>, body: unknown) =>
    bidOf({ rules: [{ bid: "Id exists" }], price: "Payout", ...config })(answer(body));

  it("the best one counts", () => {
    expect(read({ bids }, BRANDS)).toMatchObject({
      price: 110_000,
      carried: { ref: "B2", best_ref: "B2", refs: '["B2"]' },
      brand: "Two",
      consent_text: "I agree",
      legs: [
        { ref: "B1", name: "One", price: 75_000 },
        { ref: "B2", price: 110_000 },
      ],
    });
  });

  it("or all of them: their sum, their ids", () => {
    const reading = read({ bids: { ...bids, pick: "all" }, ref: "Id" }, BRANDS);
    expect(reading).toMatchObject({ price: 185_000, carried: { ref: "T1", best_ref: "B2", refs: '["B1","B2"]' } });
  });

  it.each<[string, unknown, object]>([
    ["no list: the price", { Id: 1, Payout: 3 }, { outcome: "bid", price: 30_000, carried: {} }],
    ["an empty list", { Id: 1, Payout: 3, Brands: [] }, { outcome: "bid", price: 30_000 }],
    [
      "one element is a list of one",
      { Id: 1, Brands: { Bid: 4, PxId: "x" } },
      { price: 40_000, carried: { ref: "x" } },
    ],
    [
      "offers of nothing are none",
      { Id: 1, Payout: 0, Brands: [{ Bid: 0 }] },
      { outcome: "no_bid", reason: "price 0" },
    ],
    [
      "a price that cannot be read",
      { Id: 1, Brands: [{ Bid: "12,50" }, { Bid: 4 }] },
      { price: 40_000, legs: [{ price: 40_000 }] },
    ],
    ["none that can be read", { Id: 1, Brands: [{ Bid: "12,50" }] }, { outcome: "error", error: "bid_invalid" }],
    ["no offer, and no price", { Id: 1, Brands: [] }, { outcome: "no_bid", reason: "no offer" }],
    ["an id that would be cut", { Id: 1, Brands: [{ Bid: 9, PxId: "x".repeat(501) }, { Bid: 4 }] }, { price: 40_000 }],
  ])("%s", (_, body, expected) => {
    expect(read({ bids }, body)).toMatchObject(expected);
  });

  it("only those that count", () => {
    const config = {
      bids: { ...bids, when: "Status is accepted and not Shared is true", pick: "all" as const },
      price: undefined,
    };
    const legs = [
      { Bid: 9, Status: "declined" },
      { Bid: 8, Status: "Accepted", Shared: true },
      { Bid: 5, Status: "accepted" },
    ];
    expect(read(config, { Id: 1, Brands: legs })).toMatchObject({ price: 50_000, legs: [{ price: 50_000 }] });
    expect(read(config, { Id: 1, Brands: legs.slice(0, 2) })).toMatchObject({ outcome: "no_bid", reason: "no offer" });
    expect(read(config, { Id: 1, Brands: [{ Bid: "x", Status: "accepted" }] })).toMatchObject({ error: "bid_invalid" });
  });

  it("takes fifty at most", () => {
    const many = { Id: 1, Brands: Array.from({ length: 60 }, (_, i) => ({ Bid: i + 1 })) };
    expect(read({ bids }, many)).toMatchObject({ price: 500_000 });
  });

  it("takes the contract's price where the answer has none, if the dialect says so", () => {
    expect(read({ price: ["Payout", "$contract"] }, { Id: 1 })).toMatchObject({ outcome: "bid", price: null });
    expect(read({ price: ["Payout", "$contract"] }, { Id: 1, Payout: "x" })).toMatchObject({ error: "bid_invalid" });
    expect(read({}, { Id: 1 })).toMatchObject({ error: "bid_invalid", reason: "price missing" });
  });
});
