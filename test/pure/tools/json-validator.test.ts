import { describe, expect, it } from "vitest";
import { checkJson } from "../../../worker/buyers/schemas/json-schema.ts";

type Case = [what: string, schema: unknown, value: unknown, paths: string[]];
const CASES: Case[] = [
  ["type", { type: "string" }, 5, [""]],
  ["integer", { type: "integer" }, 5.0, []],
  ["integer, not", { type: "integer" }, 5.5, [""]],
  ["one of several types", { type: ["string", "null"] }, null, []],
  ["required", { required: ["a", "b"] }, { a: 1 }, ["b"]],
  ["nested path", { properties: { a: { properties: { b: { type: "number" } } } } }, { a: { b: "1" } }, ["a.b"]],
  ["additional", { properties: { a: true }, additionalProperties: false }, { a: 1, b: 2 }, ["b"]],
  [
    "additional by pattern",
    { patternProperties: { "^x_": { type: "number" } }, additionalProperties: false },
    { x_1: 1, y: 1 },
    ["y"],
  ],
  ["enum", { enum: ["A", "B", { c: 1 }] }, { c: 1 }, []],
  ["enum, not", { enum: ["A"] }, "a", [""]],
  ["const", { const: 5 }, "5", [""]],
  ["pattern is a search", { pattern: "[0-9]{5}" }, "x12345", []],
  ["pattern, not", { pattern: "^[0-9]{5}$" }, "1234", [""]],
  ["lengths count characters", { maxLength: 2 }, "😀😀", []],
  ["numbers", { minimum: 1, exclusiveMaximum: 5 }, 5, [""]],
  ["multiple", { multipleOf: 0.01 }, 19.99, []],
  ["format", { format: "date" }, "2026-02-30", [""]],
  ["date-time", { format: "date-time" }, "2026-02-28T10:00:00Z", []],
  ["items", { items: { type: "string" } }, ["a", 1, 2], ["1", "2"]],
  ["prefix and rest", { prefixItems: [{ type: "number" }], items: { type: "string" } }, ["a", "b"], ["0"]],
  ["draft 7's list", { items: [{ type: "number" }], additionalItems: false }, [1, 2], ["1"]],
  ["contains", { contains: { const: 1 } }, [2, 3], [""]],
  ["unique", { uniqueItems: true }, [{ a: 1 }, { a: 1 }], [""]],
  [
    "ref",
    { $defs: { zip: { pattern: "^\\d{5}$" } }, properties: { zip: { $ref: "#/$defs/zip" } } },
    { zip: "1" },
    ["zip"],
  ],
  ["anchor", { $defs: { z: { $anchor: "zip", type: "string" } }, $ref: "#zip" }, 5, [""]],
  [
    "recursion",
    { properties: { child: { $ref: "#" } }, required: ["id"] },
    { id: 1, child: { child: { id: 1 } } },
    ["child.id"],
  ],
  ["allOf", { allOf: [{ required: ["a"] }, { required: ["b"] }] }, {}, ["a", "b"]],
  ["anyOf", { anyOf: [{ type: "string" }, { type: "number" }] }, true, [""]],
  ["oneOf", { oneOf: [{ type: "number" }, { minimum: 0 }] }, 5, [""]],
  ["not", { not: { type: "string" } }, "x", [""]],
  [
    "if",
    JSON.parse(
      '{"if":{"properties":{"s":{"const":"CA"}}},"then":{"required":["county"]},"else":{"required":["city"]}}',
    ),
    { s: "CA" },
    ["county"],
  ],
  ["dependent", { dependentRequired: { a: ["b"] } }, { a: 1 }, ["b"]],
  ["dependencies of draft 7", { dependencies: { a: { required: ["c"] } } }, { a: 1 }, ["c"]],
  ["names", { propertyNames: { pattern: "^[a-z]+$" } }, { A: 1 }, ["A"]],
  ["false", { properties: { a: false } }, { a: 1 }, ["a"]],
  ["names of Object.prototype are not members", { required: ["constructor"] }, {}, ["constructor"]],
];

describe("a value against a JSON Schema", () => {
  it.each(CASES)("%s", (_, schema, value, paths) => {
    const { violations, unchecked } = checkJson(schema, value);
    expect(violations.map(({ path }) => path)).toEqual(paths);
    expect(unchecked).toEqual([]);
  });

  it("says what it did not check", () => {
    const schema = {
      unevaluatedProperties: false,
      properties: { a: { format: "regex", pattern: "(?=x)y" }, b: { $ref: "https://schemas.example/b.json" } },
    };
    expect(checkJson(schema, { a: "x", b: 1 })).toEqual({
      violations: [],
      unchecked: ["$ref https://schemas.example/b.json", "format regex", "pattern (?=x)y", "unevaluatedProperties"],
    });
  });

  it("never repeats a value", () => {
    const schema = {
      type: "object",
      properties: { a: { type: "number" }, b: { pattern: "^x" }, c: { enum: ["y"] }, d: { format: "email" } },
    };
    const value = { a: "CANARY", b: "CANARY", c: "CANARY", d: "CANARY" };
    const { violations } = checkJson(schema, value);
    expect([violations.length, JSON.stringify(violations)]).toEqual([4, expect.not.stringContaining("CANARY")]);
  });

  it("ends, whatever the schema", () => {
    const loop = { $defs: { a: { anyOf: [{ $ref: "#/$defs/a" }, { $ref: "#/$defs/a" }] } }, $ref: "#/$defs/a" };
    expect(checkJson(loop, 1).unchecked.join()).toContain("too deep");
    const slow = { pattern: "^(a+)+$" };
    expect(checkJson(slow, `${"a".repeat(5_000)}!`).violations).toHaveLength(1);
  });
});
