import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DESCRIPTIONS } from "../../../schema/config/dialect/descriptions.ts";
import { dialectJsonSchema, LANGUAGE_VERSION } from "../../../schema/config/dialect/json-schema.ts";
import { ROOT } from "../architecture/source.ts";

describe("the dialect's JSON Schema", () => {
  const schema = dialectJsonSchema();

  it("in public/ is what the zod schema says (after a change: npm run dialect -- schema --write)", () => {
    const path = join(ROOT, `public/schemas/dialect-${LANGUAGE_VERSION}.json`);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  it("asks for what has no default only, and knows no other members", () => {
    expect(schema).toMatchObject({ required: ["version", "post"], additionalProperties: false });
  });

  it("explains its words, and each explanation has its word", () => {
    const text = JSON.stringify(schema);
    for (const description of Object.values(DESCRIPTIONS)) expect(text).toContain(JSON.stringify(description));
  });
});
