import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { dialectSchema } from "../../../schema/config/dialect.ts";
import { compileDialect, dialectProblems } from "../../../worker/buyers/dialects/index.ts";
import { type Kind, type Ready, ROOT, readyDialects } from "../../support/dialects/files.ts";
import { buildAt, rowOf, stagesOf } from "../../support/dialects/sample.ts";
import { dialectsPage, judged } from "../../support/dialects/table.ts";

const KINDS: Kind[] = ["reference", "connectors", "further"];
const named = (kind: Kind): [string, Ready][] => readyDialects(kind).map((ready) => [ready.id, ready]);

describe.each(KINDS)("ready dialects: %s", (kind) => {
  it.each(named(kind))("%s can be saved", (_, { config }) => {
    expect(dialectProblems(config)).toEqual([]);
  });

  it.each(named(kind))("%s builds its requests of the sample lead", (_, { config, fixture }) => {
    const dialect = compileDialect(config);
    expect(new Set(fixture.requests.map(({ stage }) => stage))).toEqual(new Set(stagesOf(config)));
    for (const wanted of fixture.requests) {
      const built = buildAt(dialect, wanted.stage, fixture, wanted.test);
      expect(built?.ok ? rowOf(wanted.stage, wanted.test, built.request) : built).toEqual(wanted);
    }
  });

  it.each(
    judged(kind).map(
      (one) => [`${one.ready.id}: ${one.row.stage} ${one.row.name} is ${one.row.expected.outcome}`, one] as const,
    ),
  )("%s", (_, { wrong }) => {
    expect(wrong).toEqual([]);
  });
});

describe("signatures of published test vectors", () => {
  it.each([
    ["standard-webhooks", "webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="],
    ["twilio-signature", "x-twilio-signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8="],
  ])("%s", (id, header, signature) => {
    const ready = readyDialects("reference").find((one) => one.id === id);
    const built = ready && buildAt(compileDialect(ready.config), "post", ready.fixture, false);
    expect(built?.ok && rowOf("post", false, built.request).headers[header]).toBe(signature);
  });
});

describe("the page of ready dialects", () => {
  it("says what the dialects do (npm run dialects:table writes it)", () => {
    expect(readFileSync(`${ROOT}docs/dialects.md`, "utf8")).toBe(dialectsPage());
  });

  it("has every shape that an owner published, and all of them are read as expected", () => {
    const rows = judged("reference");
    const published = rows.filter(({ row }) => row.provenance.startsWith("verbatim"));
    expect(readyDialects("reference")).toHaveLength(36);
    expect(rows).toHaveLength(150);
    expect(published.length).toBeGreaterThan(70);
    expect(published.flatMap(({ wrong }) => wrong)).toEqual([]);
  });

  it("has further systems, each with three answers at least, and all of them are read as expected", () => {
    const rows = judged("further");
    const further = readyDialects("further");
    expect(further.length).toBeGreaterThan(7);
    for (const { id, fixture } of further) expect(fixture.answers.length, id).toBeGreaterThan(2);
    expect(rows.flatMap(({ wrong }) => wrong)).toEqual([]);
  });

  it("says a typical JSON buyer, ping and post, in less than 30 lines", () => {
    const typical = readyDialects("reference").find(({ id }) => id === "gomedigap");
    expect(typical?.lines).toBeLessThan(30);
  });

  it("has other credentials to put in, where a connector's page shows them", () => {
    const page = readFileSync(`${ROOT}docs/connectors/salesforce-rest.md`, "utf8");
    const shown = [...page.matchAll(/^```yaml\n(auth:[\s\S]*?)^```$/gm)].map(
      ([, text = ""]) => parse(text) as { auth: unknown },
    );
    const ready = readyDialects("connectors").find(({ id }) => id === "salesforce-rest");
    expect(shown).toHaveLength(3);
    for (const { auth } of shown) expect(dialectProblems(dialectSchema.parse({ ...ready?.config, auth }))).toEqual([]);
  });

  it("has a page for each connector", () => {
    const index = readFileSync(`${ROOT}docs/connectors/README.md`, "utf8");
    for (const { id } of readyDialects("connectors")) expect(index).toContain(`(${id}.md)`);
  });
});
