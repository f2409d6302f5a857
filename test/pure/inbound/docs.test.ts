import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { parse } from "yaml";
import { inboundAnswersSchema, inboundDialectSchema, inboundRequestSchema } from "../../../schema/config/inbound.ts";
import { inboundDialectProblems } from "../../../worker/inbound/index.ts";
import { ANSWERS } from "./support.ts";

const text = readFileSync(new URL("../../../docs/inbound.md", import.meta.url), "utf8");
type Part = { request?: object; answers?: object };

/** A part of a dialect, made whole, and what is wrong with it. */
function problemsOf(part: Part): unknown[] {
  const whole = { version: 1, ...part, request: part.request ?? {}, answers: { ...ANSWERS, ...part.answers } };
  const dialect = inboundDialectSchema.parse({ maps: { tiers: { A: "good" } }, ...whole });
  return inboundDialectProblems(dialect, undefined);
}

/** `word | example` rows of the table under this title. */
function rows(title: string): { word: string; example: string }[] {
  const table = text.slice(text.indexOf(`| ${title} |`)).split("\n\n")[0] ?? "";
  return [...table.matchAll(/^\| `(\w+)` \| `(.+?)` \|/gm)].map(([, word = "", example = ""]) => ({
    word,
    example: example.replaceAll("\\|", "|"),
  }));
}

describe("docs/inbound.md", () => {
  it("has every word of a request, with an example", () => {
    expect(
      rows("word of `request`")
        .map(({ word }) => word)
        .sort(),
    ).toEqual(Object.keys(inboundRequestSchema.shape).sort());
  });
  test.each(rows("word of `request`"))("$example", ({ word, example }) => {
    const request = parse(example) as Record<string, unknown>;
    expect(Object.keys(request)).toEqual([word]);
    expect(problemsOf({ request })).toEqual([]);
  });

  it("has every word of an answer, with an example", () => {
    const words = [...rows("word of `answers`"), ...rows("word of a variant")].map(({ word }) => word);
    const kinds = Object.keys(inboundAnswersSchema.shape).filter((kind) => text.includes(`| \`${kind}\` |`));
    expect(kinds).toEqual(Object.keys(inboundAnswersSchema.shape));
    expect(words).toEqual(["encoding", "xml_root", "when", "status", "encoding", "content_type", "body"]);
  });
  test.each(rows("word of `answers`"))("$example", ({ example }) => {
    expect(problemsOf({ answers: parse(example) as object })).toEqual([]);
  });
  test.each(rows("word of a variant"))("$example", ({ example }) => {
    const error = { body: {}, ...(parse(example) as object) };
    expect(problemsOf({ answers: { error } })).toEqual([]);
  });

  test.each([...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, block = ""]) => block))(
    "its example compiles: %s",
    (block) => {
      expect(problemsOf(parse(block) as Part)).toEqual([]);
    },
  );
});
