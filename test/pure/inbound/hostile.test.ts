import { expect, it } from "vitest";
import { INBOUND_ANSWERS } from "../../../schema/config/inbound.ts";
import { compileInbound, type RawRequest } from "../../../worker/inbound/index.ts";
import { inboundPreset } from "../../../worker/inbound/presets.ts";
import { seededRandom } from "../../support/random.ts";
import { compiled, dialectOf, documentOf, raw, recordOf } from "./support.ts";

const SEEDS = [
  "Key=k&Mode=ping&Zip=90210&Test_Lead=1&a[b][c]=1&a[]=2&%zz=%&=x&__proto__[a]=1",
  '{"Request":{"Key":"k","Mode":"post","Lead_ID":["x",{"y":1}],"Zip":90210,"__proto__":{"a":1}},"lead":{"zip":1e400}}',
  '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><Request><Key a="1">k</Key><Data><Zip>90210</Zip><Zip/></Data></Request>',
  '<Request xmlns:x="u"><x:Mode>ping</x:Mode><Zip><![CDATA[90210]]></Zip></Request>',
  "lp_campaign_id=1&lp_key=k&lp_action=test&zip_code=78704&lp_ping_id=a,b",
];
const PIECES = [
  "&",
  "=",
  "[",
  "]",
  "{",
  "}",
  '"',
  "<",
  ">",
  "</",
  "%",
  "\u0000",
  "\ud800",
  "é",
  "[]",
  "..",
  "*",
  "$if",
  "{{x}}",
  "9".repeat(400),
  "[".repeat(300),
  "<a>".repeat(300),
];

it("whatever comes is read and answered: never a throw, never half a document", async () => {
  const { names } = await inboundPreset("");
  const dialects = [];
  for (const name of names) dialects.push(compileInbound(recordOf((await inboundPreset(name)).dialect)));
  const random = seededRandom(20_261_128);
  const below = (n: number) => Math.floor(random() * n);
  const pick = <T>(of: readonly T[]): T => of[below(of.length)] as T;
  for (let i = 0; i < 6_000; i++) {
    let body = pick(SEEDS);
    for (let cuts = below(5); cuts > 0; cuts--) {
      const [from, length] = [below(body.length + 1), below(12)];
      body = body.slice(0, from) + pick(PIECES) + body.slice(from + length);
    }
    const dialect = pick(dialects);
    const request: RawRequest = raw(
      pick(["", "ping", "ping.do?lp_response=JSON", "post?Format=JSON", "direct_post"]),
      body,
    );
    const { reading } = dialect.read(request);
    dialect.call(reading);
    const answer = {
      result: "x",
      id: body,
      lead_id: body,
      code: pick(["duplicate", "invalid_fields"]),
      message: body,
      status: 422,
      fields: [{ field: body, message: body }],
      missing: [],
      invalid: [body],
      price_text: "1.00",
    };
    const built = dialect.answer(pick(INBOUND_ANSWERS), { reading, answer });
    if (built.content_type.includes("json")) JSON.parse(built.body);
    else expect(built.body).toMatch(/^<\?xml [^>]*\?>\n<response>.*<\/response>$/s);
    expect(built.body).not.toContain("\u0000");
  }
});

it.each([
  ["bytes that are not UTF-8", `a=${"%ff".repeat(21_800)}`],
  ["one name a thousand times", "a=1&".repeat(1_000)],
  ["a list's name a thousand times", "a[]=1&".repeat(1_000)],
])("64 KB of %s are read at once", (_, body) => {
  const inbound = compiled({});
  const times = Array.from({ length: 10 }, () => {
    const began = performance.now();
    expect(Object.keys(documentOf(inbound, raw("", body)))).toEqual(["a"]);
    return performance.now() - began;
  });
  expect(Math.min(...times)).toBeLessThan(10);
});

it("bytes that are not UTF-8 are Western European, and what is no byte stays", () => {
  expect(documentOf(compiled({}), raw("", "a=Jos%E9+%80%e9%zz%4&b=%C3%A9"))).toEqual({ a: "José €é%zz%4", b: "é" });
});

it("a list of the request within itself does not multiply: what happened is said without it", () => {
  const inner = { $each: "{{request.l}}", as: "{{item}}" };
  const inbound = compiled({}, { accepted: { body: { l: { $each: "{{request.l}}", as: inner } } } });
  const body = JSON.stringify({ l: Array(20_000).fill(1) });
  const { reading } = inbound.read(raw("", body));
  const built = inbound.answer("accepted", { reading, answer: { result: "accepted", id: "x" } });
  expect(JSON.parse(built.body)).toEqual({ result: "accepted", id: "x" });
});

it("an answer's status has a body, and its content type is a header's", () => {
  const with_ = (variant: object) => () => dialectOf({}, { accepted: { body: "ok", ...variant } });
  for (const status of [204, 205, 304]) expect(with_({ status })).toThrow("without a body");
  expect(with_({ content_type: "text/html\r\nx: y" })).toThrow("header");
  expect(with_({ status: 201, content_type: "text/xml; charset=utf-8" })).not.toThrow();
});
