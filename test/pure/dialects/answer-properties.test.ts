import { describe, expect, it } from "vitest";
import { ATTEMPT_OUTCOMES } from "../../../schema/lists.ts";
import { seededRandom } from "../../support/random.ts";
import { answer, type BidInput, bidOf, type OutcomeInput, outcomeOf, statusOf } from "./answers.ts";

/** One dialect in each format, with every word of the language in it. */
const READING = {
  capture: ["(?P<id>[A-Z]\\d+)", "price\\W+(?P<amount>[\\d.]+)"],
  headers: ["x-code"],
  columns: ["status", "id", "price"],
} as const;
const FORMATS = ["json", "json_in_text", "xml", "html", "form", "lines", "csv", "text"] as const;

const bidConfig = (format: BidInput["format"]): BidInput => ({
  ...READING,
  capture: [...READING.capture],
  headers: [...READING.headers],
  columns: [...READING.columns],
  format,
  inner: [{ at: "r.inner", format: "json" }],
  rules: [
    { no_bid: "not ..status is ok and ..reason exists" },
    { error: "$text matches /fatal|exception/i or r.@Error exists" },
    { bid: "..status is ok and (..price > 0 or amount > 0 or ..bids exists)" },
  ],
  reason_classes: [{ cap: "reason contains quota" }],
  price: ["..price", "amount", "{{..cents | from_cents}}"],
  bids: { each: "..bids", price: ["price", "{{p | number}}"], ref: "id", name: "name", pick: "all" },
  ref: ["..id", "id"],
  reason: ["{{..code}}: {{..errors.* | join '; '}}", "..reason"],
  expires_in_s: "..ttl",
  expires_at: "..until",
  destination: "..phone",
  min_duration_s: "..seconds",
  carry: { all: "..bids.*.id", code: "$header.x-code" },
});
const outcomeConfig = (format: BidInput["format"], rules: OutcomeInput["rules"]): OutcomeInput => {
  const { price: _p, bids: _b, ref, expires_in_s: _e, expires_at: _x, min_duration_s: _m, ...rest } = bidConfig(format);
  return {
    ...rest,
    rules,
    price: "..price",
    counter_price: "..price",
    buyer_lead_id: ref,
    redirect_url: "..url",
    retry_after_s: "..ttl",
  };
};

const SEEDS = [
  '{"status":"ok","price":12.5,"id":"A1","bids":[{"price":4,"id":"B1"},{"p":"$5","id":"B2"}],"ttl":30,"until":"2026-05-05T06:26:06Z"}',
  '{"status":"no","reason":"Quota reached","errors":[{"a":"b"}],"code":7,"url":"https://x.example/?a=1"}',
  '<?xml version="1.0"?><r xmlns:i="u"><status>ok</status><price>12.50</price><id>A1</id><inner>{"a":1}</inner><x i:nil="true"/></r>',
  '<r Error="1"><reason><![CDATA[fatal & more]]></reason></r>',
  '<!DOCTYPE html><html><title>x</title><form><input id="status" value="ok"><input name=price value=\'3\'></form></html>',
  "status=ok&price=12.50&id=A1&reason=a+b%20c",
  "status: ok\nprice: 3<br>id: A1\n",
  'ok,A1,"12.50"\nno,A2,0',
  "Lead Accepted A45678 price 12.50",
  "",
];
const SPICE = [
  "<",
  ">",
  "&",
  "&#x110000;",
  "&lt;",
  '"',
  "'",
  "{",
  "}",
  "[",
  "]",
  "=",
  ":",
  ",",
  "|",
  "\r",
  "\0",
  "\ud800",
  "😀",
  "NaN",
  "1e999",
  "-1",
  "null",
  "<!--",
  "<![CDATA[",
  "]]>",
  "<!ENTITY a 'b'>",
  "%",
  "+",
  "__proto__",
  "constructor",
  "  ",
];

function mutated(random: () => number): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  let text = pick(SEEDS);
  for (let i = Math.floor(random() * 6); i > 0; i--) {
    const at = Math.floor(random() * (text.length + 1));
    const way = random();
    if (way < 0.4) text = text.slice(0, at) + pick(SPICE) + text.slice(at);
    else if (way < 0.6) text = text.slice(0, at) + text.slice(at + Math.floor(random() * 10));
    else if (way < 0.75) text = text.slice(0, at) + pick(SPICE).repeat(Math.floor(random() * 300)) + text.slice(at);
    else if (way < 0.9) text += pick(SEEDS);
    else text = text.slice(0, at);
  }
  return text;
}
const STATUSES = [200, 200, 200, 201, 204, 302, 400, 404, 409, 422, 429, 500, 503];

describe("whatever the answer", () => {
  it.each(FORMATS)("%s: reading never throws, a bid has a price or its rule, a yes has its rule", (format) => {
    const random = seededRandom(FORMATS.indexOf(format) + 1);
    const bid = bidOf(bidConfig(format));
    const never = bidOf({ ...bidConfig(format), rules: [{ bid: "$status is 599" }] });
    const post = outcomeOf(
      outcomeConfig(format, [{ accepted: "..status is ok" }, { duplicate: "reason contains dup" }]),
    );
    const noYes = outcomeOf(outcomeConfig(format, [{ rejected: "..status is no" }]));
    const status = statusOf(outcomeConfig(format, [{ rejected: "..status is no" }]));
    for (let i = 0; i < 400; i++) {
      const code = STATUSES[Math.floor(random() * STATUSES.length)] ?? 200;
      const wire = answer(mutated(random), code, { headers: { "x-code": "7" }, now: 1_800_000_000_000 });
      const shown = `${code} ${JSON.stringify(wire.body.slice(0, 300))}`;
      const reading = bid(wire);
      if (reading.outcome === "bid") {
        expect(reading.price, shown).toBeGreaterThan(0);
        expect(wire.body.toLowerCase(), shown).toContain("ok");
      }
      expect(never(wire).outcome, shown).not.toBe("bid");
      const outcome = post(wire);
      expect(ATTEMPT_OUTCOMES, shown).toContain(outcome.outcome);
      if (noYes(wire).outcome === "accepted") {
        // Only by the defaults: one of these statuses, and a word that says yes.
        expect([200, 201, 202], shown).toContain(code);
        expect(wire.body, shown).toMatch(/ok|accept/i);
      }
      if (outcome.outcome === "accepted" && ![200, 201, 202].includes(code)) expect(wire.body, shown).toMatch(/ok/i);
      expect(["rejected", "unknown"], shown).toContain(status(wire).outcome);
    }
  });

  it("never a yes by default where nobody said yes", () => {
    const random = seededRandom(99);
    const letters = "zqxw {}[]<>=:,&\"'\n/0123456789";
    const plain = outcomeOf();
    for (let i = 0; i < 1_500; i++) {
      const length = 1 + Math.floor(random() * 60);
      const body = Array.from({ length }, () => letters[Math.floor(random() * letters.length)] ?? "").join("");
      const code = STATUSES[Math.floor(random() * STATUSES.length)] ?? 200;
      if (body.trim() === "") continue;
      const read = plain(answer(body, code));
      // A JSON document without any word is silent, and silence with 200 is a yes; so it is only for JSON objects.
      if (read.outcome === "accepted") expect(JSON.parse(body)).toBeTypeOf("object");
    }
  });
});
