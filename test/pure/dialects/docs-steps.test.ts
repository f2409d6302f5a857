import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { dialectSchema } from "../../../schema/config/dialect.ts";
import { authProblems } from "../../../worker/buyers/auth/problems.ts";
import { dialectNames, dialectProblems } from "../../../worker/buyers/dialects/index.ts";
import { ROOT } from "../architecture/source.ts";

const page = readFileSync(join(ROOT, "docs/dialect-language.md"), "utf8");
const section = page.slice(page.indexOf("## Credentials\n"), page.indexOf("## Limits\n"));
const EXAMPLES = [...section.matchAll(/```yaml\n([\s\S]*?)\n```/g)].map(([, text = ""]) => text);
const POST = { request: { url: "https://buyer.example.com/leads" } };

describe("examples of credentials and steps in the language's reference", () => {
  it("are some", () => {
    expect(EXAMPLES.length).toBeGreaterThan(7);
  });

  it.each(EXAMPLES)("%s", (text) => {
    const part = parse(text) as Record<string, unknown>;
    // A name carried from a ping's answer needs a ping.
    const answer = { rules: [{ bid: "price > 0" }], price: "price", ref: "id" };
    const ping = "loss" in part || "win" in part ? { ping: { request: POST.request, answer } } : {};
    const config = dialectSchema.parse({ version: 1, post: POST, ...ping, ...part });
    expect(dialectProblems(config)).toEqual([]);
    const used = dialectNames(config).flatMap(({ name }) => /^secret\.(.+)$/.exec(name)?.[1] ?? []);
    expect(authProblems(config, new Set([...used, "client_id", "client_secret", "private_key", "user"]))).toEqual([]);
  });
});
