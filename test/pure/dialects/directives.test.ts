import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../schema/config/dialect.ts";
import { build, facts, json, made, problems } from "./requests.ts";

const LIST = '["a","b"]';
const PHONES = { list: '[{"n":"1","t":["x"]},{"n":"2"}]', none: "" };

describe("directives", () => {
  it.each<[string, JsonValue, unknown]>([
    ["$if: yes", { a: { $if: "zip is 01234", then: 1, else: 2 } }, { a: 1 }],
    ["$if: no", { a: { $if: "zip is 9", then: 1, else: "{{zip}}" } }, { a: "01234" }],
    ["$if: nothing else", { a: { $if: "zip is 9", then: 1 }, b: 2 }, { b: 2 }],
    ["$if: as data", { a: { $if: { all: [{ path: "vehicle_year", gt: 2000 }] }, then: "new" } }, { a: "new" }],
    ["$if: in a list", ["x", { $if: "zip is 9", then: 1 }], ["x"]],
    ["$if: of a missing field", { a: { $if: "shoe_size exists", then: 1, else: 0 } }, { a: 0 }],
    ["$if: pipes", { a: { $if: "zip | zip_state is MA", then: "here" } }, { a: "here" }],
    [
      "$merge",
      {
        $merge: [
          { a: 1, b: 1 },
          { $if: "zip exists", then: { b: 2 } },
          { $if: "zip is 9", then: { c: 3 } },
        ],
      },
      { a: 1, b: 2 },
    ],
    ["$json", { a: { $json: { zip: "{{zip}}", n: "{{vehicle_year}}" } } }, { a: '{"zip":"01234","n":2019}' }],
    ["$json of nothing", { a: { $json: "{{nothing}}" }, b: 1 }, { b: 1 }],
    [
      "$xml",
      { a: { $xml: { lead: { "@id": 1, city: "{{city}}" } } } },
      { a: '<lead id="1"><city>Zürich &amp; Co</city></lead>' },
    ],
    ["$form", { a: { $form: { city: "{{city}}", none: "{{nothing}}" } } }, { a: "city=Z%C3%BCrich+%26+Co" }],
    [
      "$pairs",
      { $pairs: { zip: "{{zip}}", none: "{{nothing}}", year: "{{vehicle_year}}" } },
      [
        { name: "zip", value: "01234" },
        { name: "year", value: 2019 },
      ],
    ],
    [
      "$pairs with other words",
      { $pairs: { zip: "{{zip}}" }, name: "Key", value: "Val" },
      [{ Key: "zip", Val: "01234" }],
    ],
    [
      "$each",
      { $each: "{{list | parse_json}}", as: { number: "{{item.n}}", first: "{{item.t.0}}" } },
      [{ number: "1", first: "x" }, { number: "2" }],
    ],
    [
      "$each with the number of the item",
      { $each: "{{list | parse_json}}", as: { id: "V{{item_number}}", at: "{{item_number | minus 1}}" } },
      [
        { id: "V1", at: 0 },
        { id: "V2", at: 1 },
      ],
    ],
    ["$if: beside another name", { $if: "vehicle_year > $lead.zip", then: 1, else: 2 }, 1],
    ["$each of one value", { $each: "{{zip}}", as: "<{{item}}>" }, ["<01234>"]],
    ["$each of nothing", { a: { $each: "{{none}}", as: "{{item}}" }, b: 1 }, { b: 1 }],
    ["$each in $each", { $each: "{{list | parse_json}}", as: { $each: "{{item.t}}", as: "{{item}}" } }, [["x"]]],
    ["$each with $if", { $each: "{{list | parse_json}}", as: { $if: "item.n is 2", then: "{{item.n}}" } }, ["2"]],
    ["$concat of texts", { a: { $concat: ["{{zip}}", "-", { $if: "zip is 9", then: "x" }, 1] } }, { a: "01234-1" }],
    ["$concat of lists", { $concat: [["a"], "{{nothing}}", ["{{zip}}", 2]] }, ["a", "01234", 2]],
    [
      "a $ that is no directive's",
      { $type: "Lead", $id: 1, $ref: "{{zip}}" },
      { $type: "Lead", $id: 1, $ref: "01234" },
    ],
  ])("%s", (_, body, expected) => {
    expect(json(body, facts(PHONES))).toEqual(expected);
  });

  it("$pick takes the same for a ping's and its posts' id, and every one of the list for some", () => {
    const pick = (ping_id: string, lead_id: string) =>
      json(["x", { $pick: ["a", "b", "c"] }], facts({}, { gateway: { ...facts().gateway, ping_id, lead_id } }));
    expect(pick("p1", "l1")).toEqual(pick("p1", "l2"));
    const seen = new Set(Array.from({ length: 50 }, (_, n) => JSON.stringify(pick(`ping-${n}`, "l"))));
    expect(seen.size).toBe(3);
  });

  it("$pick needs only the credential that it takes", () => {
    const picked = { $pick: ["{{secret.key}}", "{{secret.other}}"] };
    const tries = Array.from({ length: 20 }, (_, n) => {
      const gateway = { ...facts().gateway, ping_id: `ping-${n}` };
      try {
        return json({ k: picked }, facts({}, { gateway }));
      } catch (error) {
        return String(error);
      }
    });
    expect(new Set(tries.map((tried) => JSON.stringify(tried)))).toEqual(
      new Set([JSON.stringify({ k: facts().secrets.key }), '"Error: missing secret.other"']),
    );
  });

  it.each<[JsonValue, string]>([
    [{ a: { $if: "zip is" } }, "post.request.body.a: $if needs then"],
    [{ a: { $if: "zip is", then: 1 } }, 'post.request.body.a.$if: "zip is": ends too early'],
    [{ a: { $if: 5, then: 1 } }, 'post.request.body.a.$if: is no condition, like "state is CA"'],
    [{ a: { $if: "$status is 404", then: 1 } }, "post.request.body.a.$if: $status is of an answer; a request has none"],
    [{ a: { $json: 1, x: 2 } }, "post.request.body.a: x does not go with $json"],
    [{ a: { $marge: [] } }, "post.request.body.a: $marge is no directive; did you mean $merge?"],
    [{ a: { $merge: {} } }, "post.request.body.a.$merge: $merge needs a list"],
    [{ a: { $each: "{{zip}}" } }, "post.request.body.a: $each needs as"],
    [{ a: { $omit: true } }, "post.request.body.a: $omit is only for test"],
  ])("%j is told: %s", (body, message) => {
    expect(problems({ body }).join("\n")).toContain(message);
  });

  it("omit: empty leaves out what is empty, and what becomes empty by that", () => {
    const body = {
      a: "",
      b: "{{none}}",
      c: [],
      d: { e: { f: "{{nothing}}" } },
      g: ["{{none}}"],
      n: null,
      z: 0,
      f: false,
    };
    expect(JSON.parse(made({ body, omit: "empty" }, facts(PHONES)).text)).toEqual({ n: null, z: 0, f: false });
    expect(JSON.parse(made({ body }, facts(PHONES)).text)).toEqual({
      a: "",
      b: "",
      c: [],
      d: { e: {} },
      g: [""],
      n: null,
      z: 0,
      f: false,
    });
  });
});

describe("computed values", () => {
  const values = {
    full: "{{first_name}} {{zip}}",
    both: ["{{value.full}}", "{{value.full | upper}}"],
    geo: { zip: "{{zip}}", state: { $if: "zip exists", then: "{{zip | zip_state}}" } },
  };

  it("are texts, lists, objects and directives, and may use each other", () => {
    expect(
      json({ a: "{{value.full}}", b: "{{value.both}}", c: "{{value.geo}}", d: "{{value.geo | json}}" }, facts(), {
        values,
      }),
    ).toEqual({
      a: "Ann 01234",
      b: ["Ann 01234", "ANN 01234"],
      c: { zip: "01234", state: "MA" },
      d: '{"zip":"01234","state":"MA"}',
    });
  });

  it.each<[string, Record<string, JsonValue>, string]>([
    [
      "a circle",
      { a: "{{value.b}}", b: "{{value.c}}", c: "{{value.a}}" },
      "value.a needs value.b needs value.c needs value.a: a circle",
    ],
    ["a name that is not there", { a: "{{value.full}}" }, "the dialect has no value full"],
    ["a slip", { a: "{{value.ful}}", full: "x" }, "did you mean value.full?"],
    ["an unknown pipe", { a: "{{zip | uper}}" }, "there is no pipe uper; did you mean upper?"],
  ])("%s is told, used or not", (_, wrong, message) => {
    expect(problems({ body: { x: "{{value.a}}" } }, { values: wrong }).join("\n")).toContain(`post.request.body.x: `);
    expect(problems({ body: { x: "{{value.a}}" } }, { values: wrong }).join("\n")).toContain(message);
    expect(problems({ body: {} }, { values: wrong }).join("\n")).toContain(message);
  });

  it("a value that only a ping may use is none of a status call's", () => {
    const status = {
      request: { url: "https://b.example/{{value.full}}" },
      answer: { rules: [{ accepted: "a is b" }] },
    };
    expect(problems({ body: {} }, { values, status })).toEqual([
      "status.request.url: value.full: {{first_name}} does not exist in a status call",
    ]);
  });
});

it("lists that were carried come back as lists", () => {
  const bid = { ref: "R", refs: LIST };
  const ping = {
    request: { url: "https://b.example/" },
    answer: { rules: [{ bid: "a is b" }], bids: { each: "x", price: "p" } },
  };
  expect(
    json({ all: "{{bid.refs}}", each: { $each: "{{bid.refs}}", as: { id: "{{item}}" } } }, facts({}, { bid }), {
      ping,
    }),
  ).toEqual({
    all: ["a", "b"],
    each: [{ id: "a" }, { id: "b" }],
  });
});

describe("what a few lines could ask for is bounded", () => {
  const doubled = (make: (before: string) => JsonValue): Record<string, JsonValue> =>
    Object.fromEntries(
      Array.from({ length: 39 }, (_, n) => [`v${n + 1}`, make(`{{value.v${n}}}`)]).concat([["v0", "0123456789"]]),
    );
  const numbers = facts({ list: JSON.stringify(Array.from({ length: 1_000 }, (_, n) => n)) });
  const each = (inner: JsonValue): JsonValue => ({ $each: "{{list | parse_json}}", as: inner });

  it.each<[string, JsonValue, Record<string, JsonValue>]>([
    ["texts that double", "{{value.v39}}", doubled((before) => before + before)],
    ["lists that double", "{{value.v39}}", doubled((before) => [before, before])],
    ["lists that double, within a text", "x{{value.v39}}", doubled((before) => [before, before])],
    ["lists that double, as JSON", { $json: ["{{value.v39}}"] }, doubled((before) => [before, before])],
    ["lists of lists of lists", each(each(each("{{item}}"))), {}],
    ["a large value many times", each("{{value.big}}"), { big: each("{{item}}") }],
  ])("%s", (_, body, values) => {
    expect(build({ body }, numbers, { values })).toEqual({ ok: false, message: "the request would be too large" });
  });

  it("but a large request is made", () => {
    expect(JSON.parse(made({ body: each(["{{item}}", "{{item}}"]) }, numbers).text)).toHaveLength(1_000);
  });

  it("headers too", () => {
    const headers = { "X-A": "{{long}}".repeat(100) };
    expect(build({ headers }, facts({ long: "x".repeat(90_000) }))).toEqual({
      ok: false,
      message: "a header would be too long",
    });
  });
});
