import { describe, expect, it } from "vitest";
import { curlOf } from "../../../worker/buyers/curl.ts";
import { type RecordedRequest, readRecord, redacted } from "../../../worker/flows/redact.ts";

const request = (type: string, body: string, url = "https://b.example/post/v2?key=abc&zip=10001"): RecordedRequest => ({
  name: "post",
  method: "POST",
  url,
  headers: [
    ["Content-Type", type],
    ["X-Forwarded-For", "203.0.113.7"],
  ],
  body,
});
const allowed = new Set(["10001", "post", "v2", "web"]);
const PERSONAL = /Maria|Santos|2125550123|203\.0\.113|abc/;

describe("a recorded request", () => {
  it("is read as it was written, one or several in a record", () => {
    const one = 'POST https://b.example/x\nA: 1\nB: two: three\n\n{"a":\n1}';
    expect(readRecord(one, "post")).toEqual([
      {
        name: "post",
        method: "POST",
        url: "https://b.example/x",
        headers: [
          ["A", "1"],
          ["B", "two: three"],
        ],
        body: '{"a":\n1}',
      },
    ]);
    const two = `[1 session]\n${one}\n\n[2 post]\nGET https://b.example/y\n\n`;
    expect(readRecord(two, "post").map(({ name, method, body }) => [name, method, body])).toEqual([
      ["session", "POST", '{"a":\n1}'],
      ["post", "GET", ""],
    ]);
    expect(readRecord("(simulated buyer: nobody was called)", "post")).toEqual([]);
  });

  it.each([
    [
      "JSON",
      "application/json",
      '{"zip":"10001","who":{"first":"Maria","tel":[2125550123,"***"]},"src":"web","ok":true}',
      '{"zip":"10001","who":{"first":"***","tel":["***","***"]},"src":"web","ok":true}',
    ],
    [
      "a form",
      "application/x-www-form-urlencoded",
      "zip=10001&name=Maria+Santos&src=web",
      "zip=10001&name=***&src=web",
    ],
    [
      "XML",
      "text/xml",
      '<Lead xmlns="urn:x" tel="2125550123"><Zip>10001</Zip><Name>Maria <b>Santos</b></Name><![CDATA[Maria]]></Lead>',
      '<Lead xmlns="urn:x" tel="***"><Zip>10001</Zip><Name>***<b>***</b></Name>***</Lead>',
    ],
    ["text", "text/plain", "Maria Santos", "***"],
    ["half a document", "application/json", '{"first":"Maria', "***"],
  ])("%s keeps its shape and loses whom it is about", (_, type, body, expected) => {
    const masked = redacted(request(type, body), allowed);
    expect(masked.body).toBe(expected);
    expect(masked.url).toBe("https://b.example/post/v2?key=***&zip=10001");
    expect(masked.headers).toEqual([
      ["Content-Type", type],
      ["X-Forwarded-For", "***"],
    ]);
    expect(curlOf(masked)).not.toMatch(PERSONAL);
  });

  it.each([
    ["in a text", "<Lead><Zip>10001</Zip><Name>Maria Sant\n[cut]", "<Lead><Zip>10001</Zip><Name>***"],
    ["in an attribute", '<Lead zip = "10001" tel = "212555', '<Lead zip="10001" tel="***"'],
    ["in a section", "<Lead><![CDATA[Maria", "<Lead>***"],
    ["in a comment", "<Lead><!-- Maria", "<Lead>***"],
    ["before it is XML", "Maria", "***"],
    ["after it is", "<Lead/>\nMaria", "<Lead/>***"],
  ])("XML that ends %s is masked to its end", (_, body, expected) => {
    expect(redacted(request("text/xml", body), allowed).body).toBe(expected);
  });

  it.each([
    ["tags without an end", "<a".repeat(16_000)],
    ["ends without a tag", `${">".repeat(32_000)}x`],
    ["a long name", `<a ${"b".repeat(32_000)}>`],
    ["sections without an end", "<![CDATA[".repeat(3_600)],
    ["words in a tag", `<a ${"b ".repeat(16_000)}>`],
  ])("%s are masked at once", (_, body) => {
    const began = performance.now();
    redacted(request("text/xml", body), allowed);
    expect(performance.now() - began).toBeLessThan(300);
  });

  it("the consumer's own user agent and language are masked where a dialect sends them on", () => {
    const headers: RecordedRequest["headers"] = [
      ["User-Agent", "Mozilla/5.0 (of Maria)"],
      ["Accept-Language", "es-PR"],
      ["Idempotency-Key", "maria@example.com"],
      ["Accept", "*/*"],
    ];
    expect(redacted({ ...request("", ""), headers }, allowed).headers).toEqual([
      ["User-Agent", "***"],
      ["Accept-Language", "***"],
      ["Idempotency-Key", "***"],
      ["Accept", "*/*"],
    ]);
  });

  it("a path that lead data is in is masked", () => {
    expect(redacted(request("", "", "https://b.example/leads/Maria%20Santos"), allowed).url).toBe(
      "https://b.example/***/***",
    );
  });

  it("is a command that a shell can read", () => {
    const { headers: _, ...rest } = request("", "it's");
    expect(curlOf({ ...rest, headers: [["A", "b"]] })).toBe(
      "curl -sS -X POST 'https://b.example/post/v2?key=abc&zip=10001' \\\n  -H 'A: b' \\\n  --data-binary 'it'\\''s'",
    );
  });
});
