import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type DialectInput, dialectSchema } from "../../../schema/config/dialect.ts";
import { money } from "../../../schema/money.ts";
import type { PostFacts } from "../../../worker/buyers/dialect.ts";
import { compileDialect } from "../../../worker/buyers/dialects/index.ts";
import { pipeUsages } from "../../../worker/buyers/dialects/pipes/index.ts";
import { ROOT } from "../architecture/source.ts";

const page = readFileSync(join(ROOT, "docs/dialect-language.md"), "utf8");
const section = page.slice(page.indexOf("## Values\n"), page.indexOf("## Answers\n"));

/** The lead that the page names. */
const LEAD: PostFacts = {
  fields: {
    first_name: "Ann",
    last_name: "O'Neil",
    phone: "+16505550177",
    email: "ann@example.com",
    zip: "94107",
    state: "CA",
    dob: "1986-04-17",
    vehicle_year: 2019,
    tobacco: false,
  },
  consent: {},
  bid: { ref: "R-9" },
  secrets: { key: "k3y", webhook: "whsec_a2V5" },
  nonce: "00112233445566778899aabbccddeeff",
  gateway: {
    ping_id: "p1",
    campaign: "auto",
    source: "pub",
    sub_ids: {},
    test: false,
    now: Date.UTC(2026, 10, 28, 12),
    lead_id: "l1",
    reservation_id: "r1",
    price: money(215_000),
  },
};

type Config = Omit<DialectInput, "version" | "post"> & { request: Partial<DialectInput["post"]["request"]> };

function built({ request, ...rest }: Config, test = false) {
  const config = dialectSchema.parse({
    version: 1,
    ...rest,
    post: { request: { url: "https://buyer.example/post", ...request } },
  });
  const result = compileDialect(config).buildPost({ ...LEAD, gateway: { ...LEAD.gateway, test } });
  if (!result.ok) throw new Error(result.message);
  return result.request;
}

const EXAMPLES = [...section.matchAll(/```yaml\n(# test lead\n)?([\s\S]*?)((?:\n# → .*)+)\n```/g)].map(
  ([, test, config = "", results = ""]) => ({
    test: test !== undefined,
    config,
    results: results.split("\n# → ").slice(1),
  }),
);

describe("examples of requests in the language's reference", () => {
  it("are all run", () => {
    expect(EXAMPLES.length).toBe(section.split("```yaml").length - 1);
    expect(EXAMPLES.length).toBeGreaterThan(20);
  });

  it.each(EXAMPLES)("$config", ({ config, results, test }) => {
    const { maps, values, ...request } = parse(config);
    const { method, url, headers, body } = built({ maps, values, request }, test);
    const text = body?.replace(/^<\?xml.*\?>\n/, "");
    const shown = [text, `${method} ${url}`, ...headers.map((pair) => pair.join(": "))];
    for (const result of results) expect(shown).toContain(result);
  });
});

const PIPES = [...section.matchAll(/`((?:[^`]|\\`)+? \\\| [^`]+)` is (?:`([^`]*)`|(nothing))/g)].map(
  ([, expression = "", result]) => [
    expression.replaceAll("\\|", "|"),
    result === undefined ? undefined : JSON.parse(result),
  ],
);

describe("examples of pipes in the language's reference", () => {
  const values = { list: ["b", "a", "b"], person: { name: "Ann" }, people: [{ name: "Ann" }, { name: "Bob" }] };
  const maps = { credit: { excellent: "A", "600..699": "C", "*": "D" } };

  it.each(PIPES)("%s is %j", (expression, result) => {
    const { body } = built({ values, maps, request: { body: { is: `{{${expression}}}` } } });
    expect(JSON.parse(body ?? "null").is).toEqual(result);
  });

  it("there is one for every pipe, in the group's list too", () => {
    const names = PIPES.flatMap(([expression]) => String(expression).split("|").slice(1)).map(
      (pipe) => pipe.trim().split(" ")[0],
    );
    const like = new Set(["sha256", "sha512"]);
    for (const [name, usage] of pipeUsages()) {
      expect(names.includes(name) || like.has(name), name).toBe(true);
      expect(section.includes(`\`${usage}\``) || section.includes(`\`${name}\``), usage).toBe(true);
    }
  });
});
