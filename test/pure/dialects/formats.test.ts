import { describe, expect, it } from "vitest";
import {
  parseAs,
  parseCsv,
  parseForm,
  parseHtml,
  parseJson,
  parseLines,
  parseXml,
} from "../../../worker/buyers/dialects/formats/index.ts";
import { jsonAmongText } from "../../../worker/buyers/dialects/formats/json.ts";

/** Without the marks of XML elements, which are symbols. */
const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

describe("JSON among text", () => {
  it.each<[string, string, unknown]>([
    ["a page after it", '{"a":{"b":"}"}}\r\n<!DOCTYPE html><p>{"a":2}', { a: { b: "}" } }],
    ["a warning before it", '<br />\n<b>Notice</b>: x {y} <br />{"a":1}', { a: 1 }],
    ["a line before it", 'Saved.\n{"a":1}', { a: 1 }],
    ["a word before it", 'Saved {"a":1}', undefined],
    ["a page around it", '<script>\n{"a":1}\n</script>', undefined],
    ["half an object", '{"a":1', undefined],
    ["a text that never ends", '{"a":"', undefined],
    ["what is no JSON", "{ id: 1 } x", undefined],
    ["a page that is long before it", `${" x\n".repeat(2_000)}{"a":1}`, undefined],
    ["nothing", "", undefined],
  ])("%s", (_, text, expected) => {
    expect(jsonAmongText(text)).toEqual(expected);
  });

  it("is not slow, whatever it begins with", () => {
    const started = performance.now();
    for (const text of ["\n{".repeat(200_000), '{"'.repeat(200_000), "{".repeat(400_000), `cb(${"(".repeat(400_000)})`])
      expect([jsonAmongText(text), parseJson(text)]).toEqual([undefined, undefined]);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe("JSON answers", () => {
  it.each<[string, string, unknown]>([
    ["an object", ' {"a":1} ', { a: 1 }],
    ["a byte order mark", '\uFEFF{"a":1}', { a: 1 }],
    ["an id longer than a float", '{"a":12345678901234567890}', { a: "12345678901234567890" }],
    ["a short id", '{"a":1234567890123456}', { a: 1234567890123456 }],
    ["NaN and Infinity", '{"a":NaN,"b":[-Infinity ]}', { a: null, b: [null] }],
    ["NaN within a text", '{"a":"NaN, b"}', { a: "NaN, b" }],
    ["null", "null", null],
    ["a callback", 'jQuery22_1.cb ( {"a":1} );', { a: 1 }],
    ["a callback after a comment", "/**/cb([1])", [1]],
    ["a callback with more after it", 'cb({"a":1}); x', undefined],
    ["callbacks in callbacks", `${"a(".repeat(9)}1${")".repeat(9)}`, undefined],
    ["a guard against scripts", ')]}\',\n{"a":1}', { a: 1 }],
    ["another guard", "while(1);[1]", [1]],
    ["nothing", "  ", undefined],
    ["half", '{"a":', undefined],
    ["unquoted names", "{ id: a8c, price: 4.30 }", undefined],
    ["200 levels", `${"[".repeat(200)}${"]".repeat(200)}`, JSON.parse(`${"[".repeat(200)}${"]".repeat(200)}`)],
    ["201 levels", `${"[".repeat(201)}${"]".repeat(201)}`, undefined],
    ["brackets in texts", JSON.stringify({ a: "[{\\".repeat(500) }), { a: "[{\\".repeat(500) }],
  ])("%s", (_, text, expected) => {
    expect(parseJson(text)).toEqual(expected);
  });
});

describe("XML answers", () => {
  it.each<[string, string, unknown]>([
    ["elements", "<r><a>1</a><b/></r>", { r: { a: "1", b: "" } }],
    ["one that is repeated", "<r><a>1</a><a>2</a></r>", { r: { a: ["1", "2"] } }],
    ["attributes", '<r><e Type="X" Code="1">no</e></r>', { r: { e: { "@Type": "X", "@Code": "1", "#text": "no" } } }],
    ["attributes only", '<r><e Type="X"/></r>', { r: { e: { "@Type": "X" } } }],
    ["a text as root", '<string xmlns="http://x/">Added</string>', { string: "Added" }],
    [
      "namespaces",
      '<s:Envelope xmlns:s="u"><s:Body a:id="7"><x:R xmlns:x="v">y</x:R></s:Body></s:Envelope>',
      { Envelope: { Body: { "@id": "7", R: "y" } } },
    ],
    [
      "xsi:nil",
      '<r xmlns:xsi="i"><a xsi:nil="true"/><b xsi:nil="false"/></r>',
      { r: { a: null, b: { "@nil": "false" } } },
    ],
    ["CDATA", "<r><![CDATA[a <b> & c]]></r>", { r: "a <b> & c" }],
    ["entities", "<r>&lt;a&gt; &#39;&amp;&nbsp;&eacute;</r>", { r: "<a> '&\u00A0é" }],
    ["an entity that nobody knows", "<r>&foo;</r>", { r: "&foo;" }],
    ["a bare &", "<r><u>https://x/?a=1&b=2</u></r>", { r: { u: "https://x/?a=1&b=2" } }],
    ["a control character", "<r>a\u0001b</r>", { r: "ab" }],
    ["a declaration, comments, a DOCTYPE", '<?xml version="1.0"?><!-- a --><!DOCTYPE r><r>1</r><!-- b -->', { r: "1" }],
    ["a byte order mark", '\uFEFF<?xml version="1.0"?><r>1</r>', { r: "1" }],
    ["junk before and after", "Notice: x in y\n<?xml version='1.0'?><r>1</r>\n--", { r: "1" }],
    ["a name of the prototype", "<r><__proto__>1</__proto__></r>", JSON.parse('{"r":{"__proto__":"1"}}')],
    ["text beside elements", "<r>a<b>1</b>c</r>", { r: { b: "1", "#text": "ac" } }],
    ["declared entities", '<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', undefined],
    ["an entity bomb", bomb(), undefined],
    ["a tag that is not closed", "<r><a></r>", undefined],
    ["200 levels too deep", `${"<a>".repeat(201)}${"</a>".repeat(201)}`, undefined],
    ["too many elements", `<r>${"<a/>".repeat(6_000)}</r>`, undefined],
    ["text", "Lead Accepted", undefined],
    ["text with tags in it", "Error: <b>zip</b>", undefined],
    ["text that begins with a tag", "<b>Error</b>: zip", undefined],
    ["nothing", "", undefined],
  ])("%s", (_, text, expected) => {
    expect(plain(parseXml(text))).toEqual(expected);
  });

  it("takes an XHTML page for no answer", () => {
    expect(parseAs("xml", "<html><body><h1>502</h1></body></html>")).toBeUndefined();
  });
});

function bomb(): string {
  const levels = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join("");
  return `<!DOCTYPE r [<!ENTITY l0 "lol">${levels}]><r>&l9;</r>`;
}

describe("HTML answers", () => {
  it.each<[string, string, Record<string, unknown> | undefined]>([
    [
      "an input by id and name",
      '<INPUT readonly id="code" name="F9" value="708" size="10">',
      { code: "708", F9: "708" },
    ],
    [
      "any order and quoting",
      "<input value=ok id='a' type=hidden><input name = b value = \"x y\" />",
      { a: "ok", b: "x y" },
    ],
    ["entities in a value", '<input id=a value="a &amp; b">', { a: "a & b" }],
    ["a > in a value", '<input id=a value="1>0">', { a: "1>0" }],
    [
      "a box that is not ticked",
      "<input type=checkbox id=a value=1><input type=checkbox id=b value=1 checked>",
      { b: "1" },
    ],
    ["the chosen option", "<select name=s><option value=1>a<option value=2 selected>b</select>", { s: "2" }],
    ["a textarea", "<textarea name=t>one &lt; two</textarea>", { t: "one < two" }],
    ["an element with an id", "<span id='lblStatus'>Accepted</span>", { lblStatus: "Accepted" }],
    ["the title", "<title>Web &amp; Campaign</title>", { title: "Web & Campaign" }],
    ["no scripts, no comments", "<p>a<script>if (a < b) x('<p>')</script><!-- <b> -->b</p>", { text: "a b" }],
    ["lines", "<h1>Result</h1><p>Error: 5<br>again</p>", { text: "Result\nError: 5\nagain" }],
    ["a tag that never ends", "<p>a <input id=x value='1'", { text: "a" }],
    ["text", "Accepted", undefined],
  ])("%s", (_, text, expected) => {
    if (expected === undefined) expect(parseHtml(text)).toBeUndefined();
    else expect(parseHtml(text)).toMatchObject(expected);
  });

  it("keeps half a tag out: half of a value may be another value", () => {
    expect(parseHtml("<input id=a value=0><input id=code value=7")).toEqual({ a: "0", title: "", text: "" });
  });

  it("keeps an unticked box out", () => {
    expect(parseHtml("<input type=checkbox id=a value=1>")).not.toHaveProperty("a");
  });
});

describe("answers as form, lines and CSV", () => {
  it.each<[string, unknown, unknown]>([
    ["a query string", parseForm("LeadID=88123&Commision=14.50"), { LeadID: "88123", Commision: "14.50" }],
    ["+ and %", parseForm("?a+b=1%202&c=%e9&d"), { "a b": "1 2", c: "%e9", d: "" }],
    ["a name that is repeated", parseForm("a=1&a=2&a=3"), { a: ["1", "2", "3"] }],
    ["not a form: a sentence", parseForm("Lead Rejected; guid=1a"), undefined],
    ["not a form: JSON", parseForm('{"a":"b=c"}'), undefined],
    ["not a form: a page", parseForm("<html a=b>"), undefined],

    [
      "name: value",
      parseLines("lead_id:123\noutcome:failure\nreason:bad!\n"),
      { lead_id: "123", outcome: "failure", reason: "bad!" },
    ],
    ["what comes first divides", parseLines("url=https://x:1\r\nat: a=b"), { url: "https://x:1", at: "a=b" }],
    ["<br>", parseLines("Status: <b>OK</b><br />Id=7<BR>"), { Status: "OK", Id: "7" }],
    ["a delimiter", parseLines("a->1:2\nb->3", "->"), { a: "1:2", b: "3" }],
    ["lines without one are skipped", parseLines("hello\nid: 4"), { id: "4" }],
    ["not lines: a word", parseLines("Success"), undefined],
    ["not lines: a page", parseLines("<html><h1>Error: 1</h1>"), undefined],

    [
      "CSV",
      parseCsv('OK,"a ""b"", c",3\nx,y'),
      [
        ["OK", 'a "b", c', "3"],
        ["x", "y"],
      ],
    ],
    ["columns", parseCsv("OK|88|12.5", ["status", "id", "price"], "|"), [{ status: "OK", id: "88", price: "12.5" }]],
    ["fewer cells than columns", parseCsv("NO,quota", ["status", "why", "id"]), [{ status: "NO", why: "quota" }]],
    ["a line break in quotes", parseCsv('"a\nb",c'), [["a\nb", "c"]]],
    ["a quote that never ends", parseCsv('a,"b'), [["a", "b"]]],
    ["not CSV: a word", parseCsv("Success"), undefined],
    ["not CSV: a page", parseCsv("<!DOCTYPE html><p>a,b"), undefined],

    ["text", parseAs("text", " Lead Accepted 45678\n"), "Lead Accepted 45678"],
    ["not text: a page", parseAs("text", "<h1>502 Bad Gateway</h1>"), undefined],
    ["not text: nothing", parseAs("text", " "), undefined],
  ])("%s", (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});

describe("every format", () => {
  const HOSTILE: [string, string][] = [
    ["tags that never end", "<a ".repeat(30_000)],
    ["quotes that never end", `<a b="${"c='".repeat(20_000)}`],
    ["open angles", "<".repeat(64_000)],
    ["carriage returns", `<a>${"\r".repeat(60_000)}</a>`],
    ["ampersands", `<a>${"&a".repeat(30_000)}</a>`],
    ["blanks in a tag", `<a${" ".repeat(64_000)}`],
    ["delimiters", "a,".repeat(32_000)],
    ["quotes", '"",'.repeat(20_000)],
    ["equals", "a=".repeat(30_000)],
    ["pairs", "a=1&".repeat(16_000)],
    ["deep JSON", "[".repeat(64_000)],
    ["deep XML", "<a>".repeat(20_000)],
    ["surrogates", "\ud800".repeat(60_000)],
    ["comments", "<!--".repeat(16_000)],
    ["scripts", "<script>".repeat(8_000)],
  ];
  it.each(HOSTILE)("takes %s in no time", (_, text) => {
    const started = performance.now();
    for (const format of ["json", "json_in_text", "xml", "html", "form", "lines", "csv", "text"] as const)
      parseAs(format, text);
    // Linear work of 64 KiB in seven formats takes a few ms; what is quadratic takes seconds.
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
