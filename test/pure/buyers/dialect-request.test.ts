import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type * as z from "zod";
import type { requestTemplateSchema } from "../../../schema/config/dialect.ts";
import { compileDialect } from "../../../worker/buyers/dialects/index.ts";
import { dialect, pingFacts, postFacts } from "./dialect-fixtures.ts";

type Template = z.input<typeof requestTemplateSchema>;
const posted = (template: Partial<Template>, facts = postFacts) =>
  compileDialect(dialect({ post: { request: { url: "https://buyer.example/post", ...template } } })).buildPost(facts);
function built(template: Partial<Template>, facts = postFacts) {
  const result = posted(template, facts);
  if (!result.ok) throw new Error(result.message);
  return result.request;
}
const body = (template: Template["body"]) => JSON.parse(built({ body: template }).body ?? "null");
const header = (value: string, facts = postFacts) =>
  built({ headers: { "X-It": value } }, facts).headers.find(([name]) => name === "X-It")?.[1];

describe("building a request", () => {
  it("keeps the type of a value that stands alone, and leaves out what is missing", () => {
    const template = {
      year: "{{vehicle_year}}",
      insured: "{{ insured }}",
      none: "{{missing}}",
      deep: [{ z: "{{zip}}", n: "{{missing}}" }, "{{missing}}"],
      fixed: [1, null, true],
    };
    expect(body(template)).toEqual({ year: 2019, insured: true, deep: [{ z: "01234" }], fixed: [1, null, true] });
  });

  it("makes text where there is other text", () => {
    expect(body({ a: "{{vehicle_year}}-{{zip}}", b: "x{{missing}}y", c: "{{zip}}{{zip}}" })).toEqual({
      a: "2019-01234",
      b: "xy",
      c: "0123401234",
    });
  });

  it("knows the gateway's, the bid's, the consent's and the credentials' names", () => {
    const names = [
      "gateway.lead_id",
      "gateway.reservation_id",
      "gateway.price",
      "gateway.now",
      "gateway.sub_id1",
      "gateway.test",
      "bid.ref",
      "consent.text",
      "secret.key",
    ];
    expect(body(names.map((name) => `{{${name}}}`))).toEqual([
      "l1",
      "r1",
      21.105,
      "2027-01-02T03:04:05.000Z",
      "fb",
      false,
      "R-9",
      "I agree",
      'k"1/2 3',
    ]);
  });

  it("reaches nothing by a clever name", () => {
    const names = ["__proto__", "gateway.constructor", "constructor.name", "bid.__proto__", "consent.toString"];
    for (const name of names) expect(posted({ body: { a: `{{${name}}}` } }), name).toMatchObject({ ok: false });
    expect(body({ a: "{{secret.key}}", b: "{{to_string}}", c: "{{constructor}}" })).toEqual({ a: 'k"1/2 3' });
    const facts = { ...postFacts, fields: { v: '{"__proto__":{"x":1}}' } };
    expect(built({ body: { $merge: ["{{v | parse_json}}", { a: 1 }] } }, facts).body).toBe(
      '{"__proto__":{"x":1},"a":1}',
    );
  });

  it("a ping knows only the ping's names, and of fields only those that it was given", () => {
    const ping = (body: Template["body"]) =>
      compileDialect(dialect({ ping: { request: { url: "https://buyer.example/ping", body } } })).buildPing(pingFacts);
    for (const name of ["gateway.lead_id", "bid.ref", "consent.text"])
      expect(ping([`{{${name}}}`])).toEqual({
        ok: false,
        message: `ping.request.body.0: {{${name}}} does not exist in a ping`,
      });
    const made = ping(["{{phone}}", "{{lead.phone}}", "{{zip}}"]);
    expect(made?.ok && made.request.body).toBe('["01234"]');
  });

  it("never reads a value as a template", () => {
    const facts = { ...postFacts, fields: { first_name: "{{secret.key}}" } };
    expect(JSON.parse(built({ body: { n: "{{first_name}}", m: "-{{first_name}}" } }, facts).body ?? "")).toEqual({
      n: "{{secret.key}}",
      m: "-{{secret.key}}",
    });
  });

  it("a value cannot break out of where it stands", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        const facts = { ...postFacts, fields: { v: text } };
        const json = built({ body: { a: "{{v}}", b: "<{{v}}>" } }, facts);
        expect(JSON.parse(json.body ?? "")).toEqual({ a: text, b: `<${text}>` });
        const form = built({ body: { a: "{{v}}", z: "end" }, encoding: "form" }, facts);
        expect([...new URLSearchParams(form.body ?? "")]).toEqual([
          ["a", text.toWellFormed()],
          ["z", "end"],
        ]);
        const url = new URL(built({ url: "https://buyer.example/a?v={{v}}&z=end" }, facts).url);
        expect([...url.searchParams]).toEqual([
          ["v", text.toWellFormed()],
          ["z", "end"],
        ]);
        expect(url.host + url.pathname).toBe("buyer.example/a");
        const value = header("a{{v}}b", facts) ?? "";
        expect(value).toMatch(/^a[\t\x20-\x7e]*b$/);
        expect(() => new Headers([["x-it", value]])).not.toThrow();
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it("encodes a form and a query, lists as repeated names", () => {
    const pairs = {
      zip: "{{zip}}",
      city: "{{city}}",
      on: true,
      none: "{{missing}}",
      nil: null,
      tags: ["a", "{{zip}}"],
    };
    const text = "zip=01234&city=Z%C3%BCrich+%26+Co&on=true&nil=&tags=a&tags=01234";
    expect(built({ body: pairs, encoding: "form" })).toMatchObject({ body: text, url: "https://buyer.example/post" });
    expect(built({ body: pairs, encoding: "query", method: "GET" })).toMatchObject({
      method: "GET",
      body: null,
      url: `https://buyer.example/post?${text}`,
    });
    expect(built({ url: "https://buyer.example/p?k=1", body: { a: 1 }, encoding: "query" }).url).toBe(
      "https://buyer.example/p?k=1&a=1",
    );
    expect(posted({ body: { a: [{ b: 1 }] }, encoding: "form" }).ok).toBe(false);
    expect(posted({ body: { a: 1 }, method: "GET" }).ok).toBe(false);
  });

  it("sets content type, accept and user agent unless the dialect does", () => {
    expect(built({ body: {} }).headers).toEqual([
      ["content-type", "application/json"],
      ["accept", "application/json"],
      ["user-agent", "pingpost-gateway/1"],
    ]);
    const own = {
      "Content-Type": "text/json",
      Accept: "*/*",
      "User-Agent": "x",
    };
    expect(built({ body: {}, headers: own }).headers).toEqual([
      ["Content-Type", "text/json"],
      ["Accept", "*/*"],
      ["User-Agent", "x"],
    ]);
    for (const name of ["Host", "Content-Length"])
      expect(posted({ headers: { [name]: "5" } })).toMatchObject({ ok: false });
    expect(built({}).headers.map(([name]) => name)).toEqual(["accept", "user-agent"]);
  });

  it("cleans header values and leaves out empty ones", () => {
    const facts = { ...postFacts, fields: { evil: "a\r\nX-Evil: 1\u0000", name: "Zoë" } };
    expect(header("{{evil}}", facts)).toBe("aX-Evil: 1");
    expect(header("{{name}}", facts)).toBe("Zo?");
    expect(header("{{missing}}")).toBeUndefined();
    expect(header("Bearer {{secret.key}}")).toBe('Bearer k"1/2 3');
  });
});
