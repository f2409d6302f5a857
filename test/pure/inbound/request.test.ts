import { describe, expect, it, test } from "vitest";
import { inboundDialectProblems } from "../../../worker/inbound/index.ts";
import { callOf, compiled, dialectOf, documentOf, raw } from "./support.ts";

describe("the document", () => {
  const any = compiled({ flatten: ["Request", "Data"] });
  test.each([
    ["query", raw("?Zip=90210&State=CA"), { Zip: "90210", State: "CA" }],
    ["form", raw("", "Zip=90210&Name=J%C3%A9+B"), { Zip: "90210", Name: "Jé B" }],
    ["form of an old system", raw("?City=M%FCnchen", "Name=Jos%E9+%80"), { Name: "José €", City: "München" }],
    ["form beside query: the body wins", raw("?Zip=1&Key=k", "Zip=90210"), { Zip: "90210", Key: "k" }],
    ["repeated names are lists", raw("?a=1&a=2&b[]=3"), { a: ["1", "2"], b: "3" }],
    [
      "brackets are objects",
      raw("?lead[zip]=90210&lead[car][year]=2020"),
      { lead: { zip: "90210", car: { year: "2020" } } },
    ],
    ["JSON", raw("", '\ufeff {"zip": 90210}'), { zip: 90_210 }],
    ["JSON in a wrapper", raw("?Key=k", '{"Request": {"Zip": "90210"}}'), { Key: "k", Zip: "90210" }],
    [
      "XML in two wrappers",
      raw("", "<?xml version='1.0'?><Request><Key>k</Key><Data><Zip>90210</Zip></Data></Request>"),
      { Key: "k", Zip: "90210" },
    ],
    ["multipart", raw("", [["Zip", "90210"]]), { Zip: "90210" }],
    ["names of JavaScript's own are no members", raw("?__proto__[x]=1&constructor=2&ok=1"), { ok: "1" }],
  ])("%s", (_, request, expected) => {
    expect(documentOf(any, request)).toMatchObject(expected);
    expect(any.read(request).readable).toBe(true);
  });

  test.each(["hello", "{oops", "<a><b></a>", `{"a":${"[".repeat(60)}${"]".repeat(60)}}`, "[1]"])(
    "%s cannot be read",
    (body) => {
      expect(any.read(raw("", body)).readable).toBe(false);
    },
  );

  it("a format that the dialect does not name is not read", () => {
    const json = compiled({ format: "json" });
    expect(json.read(raw("", "a=1")).readable).toBe(false);
    expect(json.read(raw("?a=1")).reading.document).toEqual({ a: "1" });
  });

  it("entities that grow are refused, not expanded", () => {
    const bomb = `<!DOCTYPE a [<!ENTITY b "${"x".repeat(1_000)}"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>`;
    expect(any.read(raw("", bomb)).readable).toBe(false);
  });
});

describe("what kind of request it is", () => {
  test.each([
    ["ping", raw("ping", '{"zip":"1"}')],
    ["ping", raw("api/v2/Ping?zip=1")],
    ["post", raw("post?id=p1")],
    ["lead", raw("post?zip=1")],
    ["lead", raw("?zip=1")],
  ] as const)("by the default rules: %s", (mode, request) => {
    expect(callOf(compiled({ ping_id: "id" }), request).mode).toBe(mode);
  });

  it("by the dialect's own rules, in order; undefined where none says", () => {
    const own = compiled({
      mode: [
        { ping: "Mode is ping" },
        { post: "Mode is post and $method is POST" },
        { lead: "$header.x-kind is full" },
      ],
    });
    expect(callOf(own, raw("?Mode=PING")).mode).toBe("ping");
    expect(callOf(own, raw("", "Mode=post")).mode).toBe("post");
    expect(callOf(own, raw("?Mode=post")).mode).toBeUndefined();
    expect(callOf(own, raw("?a=1", "", { header: (name) => (name === "x-kind" ? "full" : null) })).mode).toBe("lead");
  });
});

describe("what it says", () => {
  const dialect = {
    key: ["Key", "$header.x-key"],
    ping_id: "Lead_ID",
    bid_ids: "Bids",
    test: "Test_Lead in (1, yes)",
    min_price: "Cost",
    timeout_ms: "Wait",
    click_id: "Click",
    sub_ids: { sub_id1: "SRC" },
    consent: { text: "TCPA", at: '{{Date | parse_date "MM/DD/YYYY" | iso}}' },
    fields: {
      zip: ["Zip", "Postal.0.Code"],
      dob: '{{Born | parse_date "MM/DD/YYYY" | date "YYYY-MM-DD"}}',
      first_name: "{{Name | first_name}}",
      credit: "{{Credit | map tiers}}",
      full: "{{City}}, {{State}}",
    },
    other_fields: "by_name",
  };
  const own = compiled(dialect, {}, { maps: { tiers: { A: "good" } } });

  it("is put into our words: paths, alternatives, pipes, texts", () => {
    const call = callOf(
      own,
      raw(
        "",
        "Key=k1&Postal[0][Code]=90210&Born=04/17/1986&Name=Jane+Doe&Credit=A&City=LA&State=CA&Lead_ID=+p1+&Bids=b1,+b2&Test_Lead=YES&Cost=12.50&Wait=800&Click=c1&SRC=s1&TCPA=Yes&Roof=flat&Empty=",
      ),
    );
    expect(call.key).toBe("k1");
    expect(call.lead).toEqual({ zip: "90210", dob: "1986-04-17", first_name: "Jane", credit: "good", full: "LA, CA" });
    expect(call.envelope).toEqual({
      ping_id: "p1",
      bid_ids: ["b1", "b2"],
      test: true,
      min_price: "12.50",
      timeout_ms: 800,
      click_id: "c1",
      sub_id1: "s1",
      consent: { text: "Yes" },
    });
    expect(call.others).toMatchObject({ Roof: "flat", Key: "k1" });
    expect(Object.keys(call.others)).not.toContain("Postal");
  });

  it("leaves out what is not there", () => {
    const call = callOf(own, raw("?Test_Lead=0"));
    expect(call).toMatchObject({ key: undefined, envelope: {}, lead: {} });
  });

  it("knows the publisher's own name of each of our fields", () => {
    const { reading } = own.read(raw("?Postal[0][Code]=1&Born="));
    const label = (name: string) => own.label(name, reading);
    expect(["zip", "dob", "ping_id", "consent.text", "state"].map(label)).toEqual([
      "Postal.0.Code",
      "Born",
      "Lead_ID",
      "TCPA",
      undefined,
    ]);
  });
});

test("problems of a dialect name their place", () => {
  const places = (request: object, answers: object = {}) =>
    inboundDialectProblems(dialectOf(request, answers), undefined).map(({ path, message }) => `${path}: ${message}`);
  expect(places({})).toEqual([]);
  expect(places({ fields: { zip: "{{Zip | nonsense}}" } })).toEqual([
    expect.stringMatching(/^request\.fields\.zip: there is no pipe nonsense/),
  ]);
  expect(places({ mode: [{ ping: "Mode is" }] })).toEqual([
    expect.stringMatching(/^request\.mode\.0\.ping: "Mode is"/),
  ]);
  expect(places({ key: "$nothing" })).toEqual([expect.stringMatching(/^request\.key: \$nothing is no name/)]);
  expect(places({}, { error: { body: { a: "{{zip}}" } } })).toEqual([
    expect.stringMatching(/^answers\.error\.body\.a: zip is no name/),
  ]);
  expect(places({}, { rejected: [{ when: "answer.code is", body: {} }, { body: {} }] })).toEqual([
    expect.stringMatching(/^answers\.rejected\.0\.when: /),
  ]);
});
