import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { dialectJsonSchema } from "../../../schema/config/dialect/json-schema.ts";
import { ANSWER_FORMATS, POST_RULE_OUTCOMES, REASON_CLASSES } from "../../../schema/config/dialect.ts";
import { MONEY_SCALE } from "../../../schema/money.ts";
import { ROOT } from "../architecture/source.ts";
import { answer, bidOf, outcomeOf } from "./answers.ts";

const page = readFileSync(join(ROOT, "docs/dialect-language.md"), "utf8");
const section = page.slice(page.indexOf("## Answers\n"), page.indexOf("## Paths\n"));
const EXAMPLES = [...section.matchAll(/```yaml\n# (.*)\n([\s\S]*?)\n# → (.*)\n```/g)];
/** Commas before a name; values may hold commas too. */
const DIVIDERS =
  /, (?=(?:price|ref|refs|best_ref|brand|reason|reason_class|buyer_lead_id|redirect_url|held_for_review|destination|min_duration_s|consent_text|retry_after_ms) )/;
const BIDS = new Set(["bid", "no_bid", "error"]);

/** Names of members, wherever they are in the schema. */
function wordsOf(node: unknown, words = new Set<string>()): Set<string> {
  if (typeof node !== "object" || node === null) return words;
  if ("properties" in node) for (const word of Object.keys(node.properties ?? {})) words.add(word);
  for (const part of Object.values(node)) wordsOf(part, words);
  return words;
}

describe("the language's reference", () => {
  const code = [...page.matchAll(/```[\s\S]*?```|`[^`\n]+`/g)].join("\n");
  const said = (word: string) => new RegExp(`(?<![\\w$])${word.replace("$", "\\$")}(?![\\w-])`).test(code);

  it("has every word of the schema", () => {
    const words = [...wordsOf(dialectJsonSchema())];
    expect(words.length).toBeGreaterThan(80);
    expect(words.filter((word) => !said(word))).toEqual([]);
  });

  it("has every format and outcome", () => {
    expect([...ANSWER_FORMATS, ...POST_RULE_OUTCOMES, ...REASON_CLASSES].filter((word) => !said(word))).toEqual([]);
  });
});

describe("examples of answers in the language's reference", () => {
  it("are all run", () => {
    expect(EXAMPLES.length).toBe(section.split("```yaml").length - 1);
    expect(EXAMPLES.length).toBeGreaterThan(10);
  });

  it.each(EXAMPLES.map(([, given = "", config = "", read = ""]) => [given, config, read]))(
    "%s",
    (given, config, read) => {
      const [, status = "200", body = ""] = /^(?:HTTP (\d{3}) )?(.*)$/.exec(given) ?? [];
      const [outcome = "", ...pairs] = read.split(DIVIDERS);
      const compile = BIDS.has(outcome) ? bidOf : outcomeOf;
      const reading: unknown = compile(parse(config))(answer(body, Number(status)));
      const expected: Record<string, unknown> = { outcome };
      const carried: Record<string, string> = {};
      for (const pair of pairs) {
        const [name = "", value = ""] = [pair.slice(0, pair.indexOf(" ")), pair.slice(pair.indexOf(" ") + 1)];
        if (name === "price") expected.price = Number(value) * MONEY_SCALE;
        else if (name === "held_for_review") expected[name] = value === "true";
        else if (/^(best_)?refs?$/.test(name)) carried[name] = value;
        else expected[name] = /_m?s$/.test(name) ? Number(value) : value;
      }
      expect(reading).toMatchObject(Object.keys(carried).length === 0 ? expected : { ...expected, carried });
    },
  );
});
