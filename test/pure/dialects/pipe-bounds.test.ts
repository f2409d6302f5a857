import { expect, it } from "vitest";
import { parseExpression } from "../../../worker/buyers/dialects/expression/parse.ts";
import { compileExpression, type Language } from "../../../worker/buyers/dialects/expression/value.ts";
import { parseAs } from "../../../worker/buyers/dialects/formats/index.ts";
import { pipesOf } from "../../../worker/buyers/dialects/pipes/index.ts";

interface Given {
  in: unknown;
  more: string;
}
const language: Language<Given> = {
  name: (name) => (name === "in" ? (of) => of.in : ({ more }) => more),
  pipe: pipesOf({ maps: {} }),
  now: () => 0,
};
const compiled = (pipes: string) => compileExpression(parseExpression(`in | ${pipes}`), language);
const sizeOf = (made: unknown): number => [made].flat().reduce<number>((sum, text) => sum + String(text).length, 0);

it.each<[string, string, Given]>([
  [
    "replace 'a' more.b | replace 'b' more.b",
    "texts that grow",
    { in: Array(1_000).fill("a"), more: "b".repeat(2_000) },
  ],
  ["append more.b | sha512", "digests of long texts", { in: Array(1_000).fill("a"), more: "b".repeat(100_000) }],
  ["replace_re 'a' more.b", "long replacements", { in: Array(1_000).fill("a".repeat(900)), more: "b".repeat(2_000) }],
  ["replace_re 'a' more.b", "one text", { in: "a".repeat(20_000), more: "b".repeat(1_000) }],
  ["url_decode", "broken pieces", { in: "%ffa".repeat(25_000), more: "" }],
])("%s of %s costs no more than a text or a few", (pipes, _, given) => {
  const get = compiled(pipes);
  const times = Array.from({ length: 8 }, () => {
    const began = performance.now();
    expect(sizeOf(get(given))).toBeLessThanOrEqual(500_000);
    return performance.now() - began;
  });
  expect(Math.min(...times)).toBeLessThan(20);
});

it("a list of usual length stays whole", () => {
  const list = Array.from({ length: 1_000 }, (_, at) => `item ${at} ${"x".repeat(80)}`);
  expect(compiled("upper")({ in: list, more: "" })).toEqual(list.map((text) => text.toUpperCase()));
});

it.each([
  ["Jos%C3%A9%20%zz%4", "José %zz%4"],
  ["é%C3%A9%E2%82%AC%", "éé€%"],
  ["%ffa%E2%82b", "\ufffda\ufffdb"],
])("url_decode of %s leaves what is no encoding", (text, expected) => {
  expect(compiled("url_decode")({ in: text, more: "" })).toBe(expected);
});

it("a written date names each part once: side by side they could be divided in more ways than there is time for", () => {
  expect(() => compiled(`parse_date ${"Hm".repeat(20)}`)).toThrow("reads H twice");
  expect(compiled("parse_date MDYYYY")({ in: "1231986", more: "" })).toBe("1986-12-03");
});

it.each([
  ["braces", "{".repeat(1_000_000)],
  ["lines of braces", "{\n".repeat(500_000)],
  ["tags before braces", ">{".repeat(500_000)],
  ["quotes", `\n{${'"'.repeat(1_000_000)}`],
  ["NaN", `{"a":${"NaN,".repeat(250_000)}}`],
])("a page of %s is no JSON among text, and is soon seen to be none", (_, body) => {
  const times = Array.from({ length: 8 }, () => {
    const began = performance.now();
    expect(parseAs("json_in_text", body)).toBeUndefined();
    return performance.now() - began;
  });
  expect(Math.min(...times)).toBeLessThan(20);
});
