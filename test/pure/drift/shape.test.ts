import { describe, expect, it } from "vitest";
import { DriftWatch, type Seen } from "../../../worker/telemetry/drift.ts";
import { reasonText, wordsOf } from "../../../worker/telemetry/reason-text.ts";
import { shapeOf } from "../../../worker/telemetry/shape.ts";

const typesOf = (text: string, hidden?: Set<string>) => {
  const shape = shapeOf(text, hidden);
  return shape && Object.fromEntries(Object.entries(shape).map(([path, counts]) => [path, Object.keys(counts).join()]));
};

describe("the shape of a document", () => {
  it.each([
    [
      "JSON",
      '{"a":1,"b":{"c":"x","d":null,"e":true},"f":[{"g":1},{"g":"2"}]}',
      {
        a: "number",
        b: "object",
        "b.c": "text",
        "b.d": "null",
        "b.e": "boolean",
        f: "list",
        "f[]": "object",
        "f[].g": "text",
      },
    ],
    ["a list", "[1]", { "[]": "number" }],
    [
      "XML",
      '<r xmlns:q="u"><q:status code="1">ok</q:status><id/></r>',
      { r: "object", "r.status": "object", "r.status.@code": "text", "r.id": "null" },
    ],
    ["a form", "status=ok&price=12", { status: "text", price: "text" }],
    ["text", "Lead accepted", null],
    ["broken", '{"a":', null],
    ["nothing", " ", null],
    ["too long", `{"a":"${"x".repeat(70_000)}"}`, null],
    [
      "ids as names",
      '{"12345":{"a":1},"jane@example.com":2,"__proto__":3,"constructor":4}',
      { "*": "number", "*.a": "number" },
    ],
  ])("%s", (_, text, expected) => {
    const shape = typesOf(text);
    if (expected === null) return expect(shape).toBeNull();
    for (const [path, type] of Object.entries(expected)) expect(shape?.[path], path).toContain(type);
  });

  it("holds no value of the lead, not even as a name, and is bounded", () => {
    expect(typesOf('{"roe":{"x":1}}', new Set(["roe"]))).toEqual({ "*": "object", "*.x": "number" });
    const wide = JSON.stringify(
      Object.fromEntries(
        Array.from({ length: 500 }, (_, i) => [`n${String.fromCharCode(97 + (i % 26))}${"y".repeat(i % 30)}`, i]),
      ),
    );
    expect(Object.keys(shapeOf(wide) ?? {}).length).toBeLessThanOrEqual(60);
    const deep = `${'{"a":'.repeat(2_000)}1${"}".repeat(2_000)}`;
    expect(Object.keys(shapeOf(deep) ?? {}).length).toBeLessThanOrEqual(7);
  });
});

describe("a reason as a word", () => {
  const lead = wordsOf(["Jane", "Roe-Smith", "+15125550142", "jane@example.com", "12 Main St", 41, true]);
  it.each([
    ["Lead 4711 (Jane Roe-Smith) is a duplicate of 88", "lead # (…) is a duplicate of #"],
    ["Phone 512-555-0142 known", "phone # known"],
    ["bad e-mail: jane@example.com", "bad e-mail: …"],
    ['No licence for "Austin"', "no licence for …"],
    ["see https://buyer.example.com/e?id=9 please", "see … please"],
    ["ref 8f3a-22bc expired", "ref # expired"],
    ["Quota reached.", "quota reached."],
  ])("%s", (raw, plain) => expect(reasonText(raw, lead)).toBe(plain));
});

describe("what an isolate gathers", () => {
  const seen = (changes: Partial<Seen>): Seen => ({
    buyer_id: "b",
    contract_id: "c",
    stage: "ping",
    endpoint_version: 1,
    rules: { learn_answers: 30, learn_ms: 0, drop_percent: 50 },
    outcome: "bid",
    status: 200,
    request: () => '{"zip":"78704"}',
    answer: () => '{"bid":1}',
    hidden: () => new Set(),
    ...changes,
  });

  it("counts all, takes a few apart, gives each buyer its own once", () => {
    const watch = new DriftWatch();
    let opened = 0;
    const answer = () => {
      opened++;
      return '{"bid":1}';
    };
    for (let i = 0; i < 50; i++) watch.saw(seen({ answer }));
    watch.saw(seen({ buyer_id: "other", contract_id: "d" }));
    const [report, ...rest] = watch.take("b");
    expect(rest).toEqual([]);
    expect(opened).toBe(3);
    expect(report).toMatchObject({ outcomes: { bid: 50 }, statuses: { 200: 50 } });
    expect(report?.shapes).toEqual([
      { of: "request", samples: 3, paths: { zip: { text: 3 } } },
      { of: "bid", samples: 3, paths: { bid: { number: 3 } } },
    ]);
    expect(watch.take("b")).toEqual([]);
    expect(watch.take("other")).toHaveLength(1);
  });

  it("an error page has no shape; reasons are plain and few", () => {
    const watch = new DriftWatch();
    for (let i = 0; i < 100; i++)
      watch.saw(
        seen({ outcome: "unreadable", reason: `Jane${"x".repeat(i)} is no lead`, hidden: () => new Set(["jane"]) }),
      );
    const [report] = watch.take("b");
    expect(report?.shapes.map(({ of }) => of)).toEqual(["request"]);
    expect(Object.keys(report?.reasons ?? {}).length).toBeLessThanOrEqual(10);
    expect(JSON.stringify(report)).not.toContain("jane is");
  });
});
