import { describe, expect, it, test } from "vitest";
import { compiled, raw } from "./support.ts";

const FIELDS = [
  { field: "Zip", message: "is required", code: "required" },
  { field: "State", message: "is no state", code: "invalid" },
];
const facts = {
  result: "accepted",
  price: 12.5,
  ping_id: "p1",
  id: "p1",
  status: 200,
  message: 'a < b & "c"',
  fields: FIELDS,
};

/** An accepted ping, answered by this. */
function answered(
  variant: object | object[],
  common: object = {},
  request = raw("?Format=JSON&Mode=ping"),
  answer: object = facts,
) {
  const inbound = compiled({}, { ...common, ping_accepted: variant });
  const { reading } = inbound.read(request);
  return inbound.answer("ping_accepted", { reading, answer: { ...answer } });
}

const WORDS = ["$if", "then", "else"];
/** `{$if, then, else}`, made so that nobody takes it for a promise. */
const when = (...parts: [condition: string, yes: unknown, no?: unknown]): object =>
  Object.fromEntries(parts.map((part, i) => [WORDS[i], part]));

describe("the body", () => {
  const body = {
    response: {
      status: "Matched",
      price: "{{answer.price | fixed 2}}",
      id: "{{answer.ping_id}}",
      gone: "{{answer.redirect_url}}",
    },
  };
  it("is JSON, and keeps the types of values", () => {
    expect(
      answered({
        body: { a: "{{answer.price}}", b: "{{answer.price}} USD", c: [1, "{{answer.redirect_url}}"], d: null },
      }),
    ).toEqual({
      status: undefined,
      content_type: "application/json",
      body: '{"a":12.5,"b":"12.5 USD","c":[1],"d":null}',
    });
  });

  it("is XML of the same, without what is missing", () => {
    expect(answered({ body }, { encoding: "xml" })).toMatchObject({
      content_type: "text/xml; charset=utf-8",
      body: '<?xml version="1.0" encoding="UTF-8"?>\n<response><status>Matched</status><price>12.50</price><id>p1</id></response>',
    });
  });

  it("gets a root where it has none, attributes, text, lists, and is escaped", () => {
    const { body: xml } = answered(
      {
        body: {
          result: { "@code": "1", "#text": "{{answer.message}}" },
          error: { $each: "{{answer.fields}}", as: "{{item.field}}: {{item.message}}" },
        },
      },
      { encoding: "xml", xml_root: "answer" },
    );
    expect(xml.split("\n")[1]).toBe(
      '<answer><result code="1">a &lt; b &amp; "c"</result><error>Zip: is required</error><error>State: is no state</error></answer>',
    );
  });

  it("is a form or a text", () => {
    expect(answered({ body: { ok: 1, price: "{{answer.price}}", note: "a&b" } }, { encoding: "form" }).body).toBe(
      "ok=1&price=12.5&note=a%26b",
    );
    expect(
      answered({ body: "ACCEPTED|{{answer.price}}", content_type: "text/html" }, { encoding: "text" }),
    ).toMatchObject({
      content_type: "text/html",
      body: "ACCEPTED|12.5",
    });
  });

  test.each([
    ["$if", when("answer.price > 10", { rich: true }, { rich: false }), { rich: true }],
    ["$if without else", { a: when("answer.price > 100", 1), b: 2 }, { b: 2 }],
    [
      "$merge",
      { $merge: [{ a: 1 }, when("request.Mode is ping", { b: 2 }), when("otherwise", { c: 3 })] },
      { a: 1, b: 2, c: 3 },
    ],
    ["$each", { $each: "{{answer.fields}}", as: { f: "{{item.field}}" } }, [{ f: "Zip" }, { f: "State" }]],
    ["names of the request", { mode: "{{request.Mode}}", again: "{{$query.Format}}" }, { mode: "ping", again: "JSON" }],
    ["lists in texts", { all: "{{answer.fields | pluck field | join ', '}}" }, { all: "Zip, State" }],
  ])("%s", (_, template, expected) => {
    expect(JSON.parse(answered({ body: template }).body)).toEqual(expected);
  });
});

describe("which answer", () => {
  const encoding = [{ json: "request.Format is JSON or $header.accept contains json" }, { xml: "otherwise" }];
  it("by the request's own wish", () => {
    const type = (request: ReturnType<typeof raw>) => answered({ body: {} }, { encoding }, request).content_type;
    expect(type(raw("?Format=json"))).toBe("application/json");
    expect(type(raw("?Format=XML"))).toBe("text/xml; charset=utf-8");
    expect(type(raw("?a=1", "", { header: (name) => (name === "accept" ? "application/json" : null) }))).toBe(
      "application/json",
    );
  });

  it("the first variant that matches; none: what happened, in the encoding at least", () => {
    const variants = [
      { when: "answer.price > 100", status: 201, body: { a: 1 } },
      { when: "answer.price > 1", body: { a: 2 } },
    ];
    expect(answered(variants).body).toBe('{"a":2}');
    expect(answered(variants, {}, undefined, { ...facts, price: 500 })).toMatchObject({ status: 201, body: '{"a":1}' });
    expect(answered(variants, {}, undefined, { result: "accepted", price: 0, id: "p1" }).body).toBe(
      '{"result":"accepted","id":"p1"}',
    );
  });

  it("pending is told as rejected where the dialect has no words for it", () => {
    const inbound = compiled({}, { rejected: { body: { no: true } } });
    const { reading } = inbound.read(raw("?a=1"));
    expect(inbound.answer("pending", { reading, answer: { ...facts } }).body).toBe('{"no":true}');
  });
});
