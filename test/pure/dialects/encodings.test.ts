import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseXml } from "../../../worker/buyers/dialects/formats/xml.ts";
import { build, facts, made, problems, type Template } from "./requests.ts";

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

describe("encodings", () => {
  it.each<[string, Partial<Template>, string, string]>([
    [
      "json",
      { body: { a: 1, b: "{{zip}}", c: true, d: null } },
      '{"a":1,"b":"01234","c":true,"d":null}',
      "application/json",
    ],
    ["json of one value", { body: "{{zip}}" }, '"01234"', "application/json"],
    [
      "form: dotted names, lists repeat",
      {
        encoding: "form",
        body: { Lead: { Zip: "{{zip}}", Car: { Year: "{{vehicle_year}}" } }, t: ["a", "b"], on: true, no: null },
      },
      "Lead.Zip=01234&Lead.Car.Year=2019&t=a&t=b&on=true&no=",
      "application/x-www-form-urlencoded",
    ],
    [
      "form with documents in it",
      { encoding: "form", body: { xml: { $xml: { a: "{{zip}}" } }, json: { $json: { a: ["{{zip}}"] } } } },
      "xml=%3Ca%3E01234%3C%2Fa%3E&json=%7B%22a%22%3A%5B%2201234%22%5D%7D",
      "application/x-www-form-urlencoded",
    ],
    [
      "multipart",
      { encoding: "multipart", body: { zip: "{{zip}}", 'na"me\r\n': "x" } },
      '--form-00112233445566778899aabbccddeeff\r\nContent-Disposition: form-data; name="zip"\r\n\r\n01234\r\n' +
        '--form-00112233445566778899aabbccddeeff\r\nContent-Disposition: form-data; name="na%22me%0D%0A"\r\n\r\nx\r\n' +
        "--form-00112233445566778899aabbccddeeff--\r\n",
      "multipart/form-data; boundary=form-00112233445566778899aabbccddeeff",
    ],
    [
      "xml",
      {
        encoding: "xml",
        body: {
          "ns:Lead": {
            "@xmlns:ns": "urn:x",
            "@id": "{{vehicle_year}}",
            City: "{{city}}",
            Empty: null,
            None: "{{nothing}}",
            Phone: [{ "@type": "cell", "#text": "1" }, "2"],
            Note: { "#cdata": "a ]]> b <c>" },
            Flag: true,
          },
        },
      },
      `${DECLARATION}<ns:Lead xmlns:ns="urn:x" id="2019"><City>Zürich &amp; Co</City><Empty/>` +
        '<Phone type="cell">1</Phone><Phone>2</Phone><Note><![CDATA[a ]]]]><![CDATA[> b <c>]]></Note><Flag>true</Flag></ns:Lead>',
      "text/xml; charset=utf-8",
    ],
    [
      "xml as one text",
      { encoding: "xml", body: '<a x="{{city}}"><b>{{zip}}</b><c><![CDATA[{{city}}]]></c></a>' },
      '<a x="Zürich &amp; Co"><b>01234</b><c><![CDATA[Zürich & Co]]></c></a>',
      "text/xml; charset=utf-8",
    ],
    [
      "text",
      { encoding: "text", body: "zip={{zip}}|{{nothing}}|{{city}}" },
      "zip=01234||Zürich & Co",
      "text/plain; charset=utf-8",
    ],
    [
      "text that is JSON",
      {
        encoding: "text",
        headers: { "Content-Type": "application/json" },
        body: '{"n":{{vehicle_year}},"z":"<{{zip}}>","x":{{nothing}}}',
      },
      '{"n":2019,"z":"<01234>","x":null}',
      "application/json",
    ],
    [
      "text that is a form",
      { encoding: "text", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: "a={{city}}" },
      "a=Z%C3%BCrich%20%26%20Co",
      "application/x-www-form-urlencoded",
    ],
    [
      "soap 1.2",
      {
        encoding: "soap",
        soap: { version: "1.2", action: "urn:add/{{zip}}", header: { Auth: { Key: "{{secret.key}}" } } },
        body: { AddLead: { "@xmlns": "urn:leads", zip: "{{zip}}" } },
      },
      `${DECLARATION}<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" ` +
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">' +
        '<soap:Header><Auth><Key>k"1/2 3</Key></Auth></soap:Header>' +
        '<soap:Body><AddLead xmlns="urn:leads"><zip>01234</zip></AddLead></soap:Body></soap:Envelope>',
      'application/soap+xml; charset=utf-8; action="urn:add/01234"',
    ],
  ])("%s", (_, request, text, type) => {
    const built = made(request);
    expect(built.text).toBe(text);
    expect(built.header("content-type")).toBe(type);
  });

  it("soap 1.1 says its action in a header", () => {
    const built = made({ encoding: "soap", soap: { action: 'urn:"add"' }, body: { Add: null } });
    expect(built.header("soapaction")).toBe('"urn:add"');
    expect(built.header("content-type")).toBe("text/xml; charset=utf-8");
    expect(built.text).toContain("<soap:Body><Add/></soap:Body>");
  });

  it("a query stands beside a body of any encoding, and encoding query needs no body", () => {
    const query = { key: "{{secret.key}}", tag: ["a", "b"], none: "{{nothing}}" };
    const built = made({ url: "https://buyer.example/p?x=1", query, body: { z: "{{zip}}" } });
    expect(built).toMatchObject({
      url: "https://buyer.example/p?x=1&key=k%221%2F2+3&tag=a&tag=b",
      text: '{"z":"01234"}',
    });
    expect(made({ method: "GET", query }).url).toBe("https://buyer.example/post?key=k%221%2F2+3&tag=a&tag=b");
    expect(made({ encoding: "query", query, body: { Lead: { Zip: "{{zip}}" } } })).toMatchObject({
      url: "https://buyer.example/post?key=k%221%2F2+3&tag=a&tag=b&Lead.Zip=01234",
      body: null,
    });
  });

  it.each<[string, Partial<Template>]>([
    ["xml with two roots", { encoding: "xml", body: { a: 1, b: 2 } }],
    ["xml with a list as root", { encoding: "xml", body: { a: [1, 2] } }],
    ["xml with names from a value", { encoding: "xml", body: { a: "{{v | parse_json}}" } }],
    ["an attribute that is an object", { encoding: "xml", body: { a: { "@b": { c: 1 } } } }],
    ["a form of lists of objects", { encoding: "form", body: { a: [{ b: 1 }] } }],
    ["a form of text", { encoding: "form", body: "{{zip}}" }],
  ])("makes no request of %s", (_, request) => {
    expect(build(request, facts({ v: '{"x><evil":1}' }))).toMatchObject({ ok: false });
  });

  it.each<[Partial<Template>, string]>([
    [{ encoding: "text", body: { a: 1 } }, "post.request.body: encoding text needs one text"],
    [{ encoding: "form", body: [1] }, "post.request.body: encoding form needs an object"],
    [{ encoding: "xml", body: "<a {{zip}}='1'/>" }, "post.request.body: a value must not be part of an XML tag"],
    [{ encoding: "xml", body: "<{{zip}}/>" }, "post.request.body: a value must not be part of an XML tag"],
    [
      { encoding: "xml", body: "<a><!-- {{zip}} --></a>" },
      "post.request.body: a value must not stand in an XML comment",
    ],
    [{ method: "GET", body: {} }, "post.request.encoding: a GET cannot carry a body"],
  ])("%j is told", (request, message) => {
    expect(problems(request).join("\n")).toContain(message);
  });
});

/** Anything that a lead may bring, with what breaks out of formats made more likely. */
const nasty = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        '"',
        "'",
        "<",
        ">",
        "&",
        "]]>",
        "-->",
        "\r\n",
        "\r",
        "\n",
        "--form-",
        "00112233445566778899aabbccddeeff",
        "{{zip}}",
        "\\",
        "=",
        "\u0000",
        "é",
        "\u2028",
        "\ud800",
        "?>",
        "%0a",
        "#",
        "/",
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join("")),
);
/** What is left of a text in XML 1.0. */
const xmlText = (text: string): string => text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "");

describe("a value cannot break out of where it stands", () => {
  const holds = (property: (text: string) => void) =>
    fc.assert(fc.property(nasty, property), { seed: 7, numRuns: 400 });

  it("in XML", () => {
    holds((v) => {
      const body = { r: { "@a": "{{v}}", t: "{{v}}", c: { "#cdata": "{{v}}" }, z: "end" } };
      const text = xmlText(v);
      const trees = [
        made({ encoding: "xml", body }, facts({ v })).text,
        made({ encoding: "xml", body: '<r a="{{v}}"><t>{{v}}</t><c><![CDATA[{{v}}]]></c><z>end</z></r>' }, facts({ v }))
          .text,
      ].map((document) => parseXml(document) as { r: Record<string, unknown> } | undefined);
      for (const tree of trees) {
        expect(Object.keys(tree ?? {})).toEqual(["r"]);
        expect(Object.keys(tree?.r ?? {}).filter((key) => !["@a", "t", "c", "z"].includes(key))).toEqual([]);
        expect(tree?.r["@a"]).toBe(text);
        expect(String(tree?.r.t ?? "").trim()).toBe(text.trim());
        expect(tree?.r.z).toBe("end");
      }
    });
  });

  it("in a SOAP envelope", () => {
    holds((v) => {
      const text = made({ encoding: "soap", soap: { action: "{{v}}" }, body: { a: "{{v}}", z: "end" } }, facts({ v }));
      const tree = parseXml(text.text) as { Envelope?: { Body?: Record<string, unknown> } } | undefined;
      expect(tree?.Envelope?.Body?.z).toBe("end");
      expect(text.header("soapaction")).toMatch(/^"[\t\x20-\x7e]*"$/);
    });
  });

  it("in multipart forms", async () => {
    const texts = fc.sample(nasty, { seed: 9, numRuns: 60 });
    for (const v of texts) {
      const built = made({ encoding: "multipart", body: { a: "{{v}}", z: "end" } }, facts({ v }));
      const type = built.header("content-type") ?? "";
      const form = await new Response(built.text, { headers: { "content-type": type } }).formData();
      expect([...form.keys()]).toEqual(["a", "z"]);
      expect(form.get("z")).toBe("end");
    }
  });

  it("in documents written as text", () => {
    holds((v) => {
      const json = { encoding: "text" as const, headers: { "Content-Type": "application/json" } };
      expect(JSON.parse(made({ ...json, body: '{"a":"{{v}}","b":{{v}},"z":"end"}' }, facts({ v })).text)).toEqual({
        a: v,
        b: v,
        z: "end",
      });
      const form = { encoding: "text" as const, headers: { "Content-Type": "application/x-www-form-urlencoded" } };
      expect([...new URLSearchParams(made({ ...form, body: "a={{v}}&z=end" }, facts({ v })).text)]).toEqual([
        ["a", v.toWellFormed()],
        ["z", "end"],
      ]);
      expect(
        made({ encoding: "text", body: "a: {{v}}\nz: end" }, facts({ v })).text.split(/[\r\n\u2028\u2029]/),
      ).toHaveLength(2);
    });
  });

  it("in documents within a form", () => {
    holds((v) => {
      const built = made(
        { encoding: "form", body: { j: { $json: { a: "{{v}}" } }, x: { $xml: { r: { a: "{{v}}" } } }, z: "end" } },
        facts({ v }),
      );
      const form = new URLSearchParams(built.text);
      expect([...form.keys()]).toEqual(["j", "x", "z"]);
      expect(JSON.parse(form.get("j") ?? "")).toEqual({ a: v });
      expect(Object.keys(parseXml(form.get("x") ?? "") as object)).toEqual(["r"]);
    });
  });

  it("in headers, signatures and the query", () => {
    holds((v) => {
      const built = made(
        {
          url: "https://buyer.example/a/b?k={{v}}",
          query: { q: "{{v}}", z: "end" },
          headers: { "X-It": "a{{v}}b" },
          sign: [{ header: "X-Sig", hmac: "sha256", key: "k", over: "{{v}}", prefix: "s=" }],
        },
        facts({ v }),
      );
      expect(() => new Headers(built.headers)).not.toThrow();
      expect(built.headers.map(([name]) => name)).toEqual(["X-It", "X-Sig", "accept", "user-agent"]);
      const url = new URL(built.url);
      expect(url.origin + url.pathname).toBe("https://buyer.example/a/b");
      expect([...url.searchParams.keys()]).toEqual(["k", "q", "z"]);
    });
  });
});
