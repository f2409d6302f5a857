import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { pointOf } from "../../../worker/telemetry/analytics.ts";
import type { LogLine } from "../../../worker/telemetry/log.ts";
import { AUCTION_WORDS, DELIVERY_WORDS, type Word } from "../../../worker/telemetry/points.ts";
import { AUCTION, DELIVERY } from "./recorded.ts";

const docs = readFileSync(new URL("../../../docs/analytics.md", import.meta.url), "utf8");
const TABLES = [
  ["auction", AUCTION_WORDS, AUCTION],
  ["delivery", DELIVERY_WORDS, DELIVERY],
] as const;

describe.each(TABLES)("%s", (_event, words, recorded) => {
  const line = JSON.parse(recorded) as LogLine;

  it("every word of the log line has its row, and every row is a word of the line", () => {
    expect(words.map(({ name }) => name).sort()).toEqual(Object.keys(line).sort());
  });

  it("docs/analytics.md has the same table", () => {
    for (const { place, name, about, otel } of words)
      expect(docs).toContain(
        `| ${place === null ? "log line only" : `\`${place}\``} | \`${name}\` | ${about} | \`${otel}\` |`,
      );
  });

  it("places are taken once, without a gap, and within what Analytics Engine takes", () => {
    const of = (kind: string) =>
      words
        .flatMap(({ place }) => (place?.startsWith(kind) ? Number(place.slice(kind.length)) : []))
        .sort((a, b) => a - b);
    for (const [kind, most] of [
      ["index", 1],
      ["blob", 20],
      ["double", 20],
    ] as const) {
      expect(of(kind)).toEqual(of(kind).map((_, n) => n + 1));
      expect(of(kind).length).toBeLessThanOrEqual(most);
    }
  });

  it("a point holds each word where the table says", () => {
    const point = pointOf(line, words);
    const kept: Record<string, unknown> = {};
    for (const kind of ["index", "blob", "double"] as const) {
      const values = kind === "index" ? point.indexes : kind === "blob" ? point.blobs : point.doubles;
      for (const [n, value] of (values ?? []).entries()) kept[`${kind}${n + 1}`] = value;
    }
    for (const { place, name } of words.filter((one): one is Word & { place: string } => one.place !== null)) {
      const value = line[name];
      const expected = place.startsWith("double") ? (value ?? 0) : value === null ? "" : String(value);
      expect([name, kept[place]]).toEqual([name, expected]);
    }
  });
});

describe("the queries of docs/analytics.md", () => {
  const queries = [...docs.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql = ""]) => sql);

  it("there are some", () => expect(queries.length).toBeGreaterThan(5));

  it.each(queries)("%s", (sql) => {
    const [, event] = /blob1 = '(\w+)'/.exec(sql) ?? [];
    const words = event === "auction" ? AUCTION_WORDS : event === "delivery" ? DELIVERY_WORDS : [];
    const nameOf = new Map(words.map(({ place, name }) => [place, name]));
    // Each `blob7 AS buyer` is what the table says; an aggregate's alias begins with its field's name.
    const aliases = [
      ...sql.matchAll(
        /(?:^|[ ,(])((?:index|blob|double)\d+)(?:, _sample_interval\)|\) \/ SUM\(_sample_interval\)|\))? AS (\w+)/gm,
      ),
    ];
    expect(aliases.length).toBeGreaterThan(0);
    for (const [, place, alias = ""] of aliases) expect(alias).toMatch(new RegExp(`^${nameOf.get(place ?? "")}(_|$)`));
    for (const [place] of sql.matchAll(/\b(?:index|blob|double)\d+\b/g)) expect(nameOf.has(place)).toBe(true);
    // Tests count in no figure.
    expect(sql).toContain(`${words.find(({ name }) => name === "test")?.place} = 'false'`);
    expect(sql).toContain("FROM pingpost_gateway");
  });
});
