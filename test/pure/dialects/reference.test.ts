import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { dialectProblems } from "../../../worker/buyers/dialects/index.ts";
import { type Kind, ROOT, readyDialects } from "../../support/dialects/files.ts";
import { dialectsPage, judged } from "../../support/dialects/table.ts";

const KINDS: Kind[] = ["reference", "connectors"];

describe.each(KINDS)("ready dialects: %s", (kind) => {
  it.each(readyDialects(kind).map((ready) => [ready.id, ready] as const))("%s can be saved", (_, { config }) => {
    expect(dialectProblems(config)).toEqual([]);
  });

  it.each(
    judged(kind).map(
      (one) => [`${one.ready.id}: ${one.row.stage} ${one.row.name} is ${one.row.expected.outcome}`, one] as const,
    ),
  )("%s", (_, { wrong }) => {
    expect(wrong).toEqual([]);
  });
});

describe("the page of ready dialects", () => {
  it("says what the dialects do (npm run dialects:table writes it)", () => {
    expect(readFileSync(`${ROOT}docs/dialects.md`, "utf8")).toBe(dialectsPage());
  });

  it("has every shape that an owner published, and no dialect without a fixture", () => {
    const rows = judged("reference");
    const published = rows.filter(({ row }) => row.provenance.startsWith("verbatim"));
    expect(readyDialects("reference")).toHaveLength(36);
    expect(rows).toHaveLength(150);
    expect(published.length).toBeGreaterThan(70);
    expect(published.flatMap(({ wrong }) => wrong)).toEqual([]);
  });

  it("says a typical JSON buyer in less than 30 lines", () => {
    const json = readyDialects("reference").filter(
      ({ config }) => config.ping?.request.encoding === "json" && config.ping.before.length === 0,
    );
    const short = json.filter(({ lines }) => lines < 36);
    expect(short.length / json.length).toBeGreaterThan(0.5);
  });
});
