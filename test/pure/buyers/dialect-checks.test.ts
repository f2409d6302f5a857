import { describe, expect, it } from "vitest";
import type * as z from "zod";
import type { requestTemplateSchema } from "../../../schema/config/dialect.ts";
import { DialectCache } from "../../../worker/buyers/dialects/cache.ts";
import { compileDialect, dialectProblems } from "../../../worker/buyers/dialects/index.ts";
import { dialect, postFacts } from "./dialect-fixtures.ts";

type Template = z.input<typeof requestTemplateSchema>;
const posted = (template: Partial<Template>, facts = postFacts) =>
  compileDialect(dialect({ post: { request: { url: "https://buyer.example/post", ...template } } })).buildPost(facts);
const urlOf = (template: Partial<Template>, facts = postFacts): string | undefined => {
  const result = posted(template, facts);
  return result.ok ? result.request.url : undefined;
};

const NOT_IN_HOST = "post.request.url: zip must not be part of the host; name the allowed ones in hosts";

describe("requests that are not made", () => {
  it.each<[string, Partial<Template>, string]>([
    ["a missing secret in the body", { body: { k: "{{secret.nope}}" } }, "missing secret.nope"],
    ["a missing secret in a header", { headers: { "X-K": "Key {{secret.nope}}" } }, "missing secret.nope"],
    ["a missing secret in the query", { url: "https://buyer.example/?k={{secret.nope}}" }, "missing secret.nope"],
    ["a missing value in the path", { url: "https://buyer.example/{{missing}}/post" }, "url: missing missing"],
    ["lead data in the host", { url: "https://{{zip}}.example/" }, NOT_IN_HOST],
    ["lead data as the host's end", { url: "https://buyer.example{{zip}}" }, NOT_IN_HOST],
    ["lead data before a backslash", { url: "https://{{zip}}\\buyer.example/" }, NOT_IN_HOST],
    ...[
      "https:///{{zip}}/x",
      "https:////{{zip}}/",
      "https://\t/{{zip}}/",
      "https://\r\n/{{zip}}/",
      "https:\\\\{{zip}}\\x",
    ].map((url): [string, Partial<Template>, string] => [
      `lead data where parsers find the host of ${JSON.stringify(url)}`,
      { url },
      NOT_IN_HOST,
    ]),
    ["lead data as the scheme", { url: "{{zip}}://buyer.example/" }, NOT_IN_HOST],
  ])("refuses %s", (_, template, message) => {
    expect(posted(template)).toEqual({ ok: false, message });
  });

  it("takes a host from the credentials, and encodes values in the path", () => {
    expect(urlOf({ url: "https://{{secret.host}}/{{city}}/x#frag" })).toBe(
      "https://api.buyer.example/Z%C3%BCrich%20%26%20Co/x",
    );
    expect(posted({ url: "https://buyer.example/a/{{v}}/b" }, { ...postFacts, fields: { v: ".." } }).ok).toBe(false);
    expect(posted({ url: "https://buyer.example/a/{{v}}{{v}}/b" }, { ...postFacts, fields: { v: "." } }).ok).toBe(
      false,
    );
    expect(urlOf({ url: "https://buyer.example/a/{{v}}" }, { ...postFacts, fields: { v: "../b" } })).toBe(
      "https://buyer.example/a/..%2Fb",
    );
  });
});

describe("what is wrong with a dialect", () => {
  const problems = (ping: Partial<Template>, post: Partial<Template> = {}) => {
    const config = dialect({ post: { request: { url: "https://buyer.example/", ...post } } });
    return dialectProblems(
      dialect({ ping: { ...config.ping, request: { url: "https://buyer.example/", ...ping } }, post: config.post }),
    ).map(({ path }) => path);
  };
  it("finds names that cannot be, torn placeholders and odd parts", () => {
    expect(dialectProblems(dialect())).toEqual([]);
    expect(problems({ body: { a: ["{{gateway.lead_id}}"], b: "{{bid.ref}}", c: "{{gateway.nope}}" } })).toEqual([
      "ping.request.body.a.0",
      "ping.request.body.b",
      "ping.request.body.c",
    ]);
    expect(problems({}, { body: { a: "{{gateway.lead_id}}{{bid.ref}}{{consent.at}}{{secret.k}}" } })).toEqual([]);
    expect(problems({}, { body: { a: "{{ zip }", b: "{{Zip}}", c: "{{a.b.c}}" } })).toEqual([
      "post.request.body.a",
      "post.request.body.b",
      "post.request.body.c",
    ]);
    expect(problems({ headers: { Host: "x" }, url: "https://{{zip}}/" })).toEqual([
      "ping.request.url",
      "ping.request.headers.Host",
    ]);
    expect(problems({ encoding: "form", body: [1] }, { method: "GET", body: {} })).toEqual([
      "ping.request.body",
      "post.request.encoding",
    ]);
  });
});

describe("dialect cache", () => {
  it("compiles once per version and forgets the least recently used", () => {
    const compiled: string[] = [];
    const cache = new DialectCache(2, (config) => {
      compiled.push(config.post.request.url);
      return compileDialect(config);
    });
    const at = (id: string, version: number) =>
      cache.get(id, version, dialect({ post: { request: { url: `https://${id}.example/${version}` } } }));
    expect(at("a", 1)).toBe(at("a", 1));
    at("b", 1);
    at("a", 1);
    at("a", 2);
    at("a", 1);
    expect(compiled).toHaveLength(3);
    at("b", 1);
    expect(compiled).toHaveLength(4);
  });
});
