import { describe, expect, it } from "vitest";
import type { ConditionConfig } from "../../../schema/config/dialect.ts";
import { compileReading } from "../../../worker/buyers/dialects/answer/index.ts";
import { answer, env } from "./answers.ts";

const reading = compileReading({ format: "json" }, env, { bid: true });
const says = (when: ConditionConfig, body: unknown, status = 200) =>
  reading.condition("rules.0", when)(reading.parse(answer(body, status)));
const nested = { data: [{ n: 5, tags: ["hot", "not sold"] }], ok: "Yes", nothing: null, empty: [], length: 3 };

describe("conditions on an answer", () => {
  const ROWS: [ConditionConfig, boolean][] = [
    [{ path: "ok", equals: "yes" }, true],
    [{ path: "data.0.n", equals: "5" }, true],
    [{ path: "data.0.n", equals: 5 }, true],
    [{ path: "data.0.n", in: [4, 5] }, true],
    [{ path: "data.0.n", in: [4, 6] }, false],
    [{ path: "data.0.n", gt: 4.9 }, true],
    [{ path: "data.0.n", gt: 5 }, false],
    [{ path: "ok", gt: 0 }, false],
    [{ path: "data.1.n" }, false],
    [{ path: "data.length" }, false],
    [{ path: "length", equals: 3 }, true],
    [{ path: "constructor" }, false],
    [{ path: "__proto__.toString" }, false],
    [{ path: "ok.0" }, true],
    [{ path: "ok.1" }, false],
    [{ path: "nothing", equals: null }, true],
    [{ path: "missing", equals: null }, false],
    [{ path: "nothing", present: false }, true],
    [{ path: "empty", present: true }, false],
    [{ path: "missing", present: false }, true],
    [{ path: "data.0.tags", contains: "sold" }, true],
    [{ path: "data.0.tags", contains: "old" }, false],
    [{ path: "ok", contains: "YES" }, true],
    [{ path: "ok", equals: "yes", status: ["2xx"] }, true],
    [{ path: "ok", equals: "yes", status: [201] }, false],
    [{ path: "data.0.n", gt: 1, equals: 6 }, false],
    [{ status: [404, "2xx"] }, true],
    [{ status: ["4xx"] }, false],
    [{}, true],
    [{ not: { path: "ok", equals: "no" } }, true],
    [{ all: [{ path: "ok" }, { not: { path: "missing" } }] }, true],
    [{ any: [{ path: "missing" }, { path: "nope" }] }, false],
    [{ any: [{ path: "missing" }, { path: "ok" }] }, true],
  ];
  it.each(ROWS)("%j is %s", (when, expected) => {
    expect(says(when, nested)).toBe(expected);
  });

  it.each([
    ["Unmatched", "matched", false],
    ["lead was matched.", "Matched", true],
    ["unmatched but matched", "matched", true],
    ["ab", "", false],
    ["not sold!", "not sold", true],
    ["prématched", "matched", false],
  ])("%s contains %s: %s", (text, wanted, expected) => {
    expect(says({ contains: wanted }, JSON.stringify(text))).toBe(expected);
    expect(says({ contains: wanted }, `${text} %`) === true).toBe(expected);
  });

  // What an unreadable page or a breakdown lacks proves nothing: otherwise a proxy's 502 would be a buyer's "no".
  const WEAK: [ConditionConfig, true | false | null][] = [
    [{ not: { path: "status", equals: "ok" } }, null],
    [{ path: "status", present: false }, null],
    [{ path: "status", equals: "ok" }, null],
    [{}, null],
    [{ any: [{ not: { path: "status" } }, { status: [404] }] }, null],
    [{ all: [{ not: { path: "status" } }, { status: [404] }] }, false],
    [{ status: ["5xx"] }, true],
    [{ contains: "bad gateway" }, true],
    [{ not: { contains: "bad gateway" } }, false],
  ];
  it.each(WEAK)("%j on a proxy's page is %s", (when, expected) => {
    expect(says(when, "<h1>502 Bad Gateway</h1>", 502)).toBe(expected);
  });

  it("a breakdown in JSON counts by what it says, not by what it lacks", () => {
    expect(says({ path: "status", equals: "rejected" }, { status: "rejected" }, 500)).toBe(true);
    expect(says({ not: { path: "status", equals: "ok" } }, { message: "Server Error" }, 500)).toBeNull();
  });

  it("searches a long text in no time", () => {
    const started = performance.now();
    expect(says({ contains: `${"a".repeat(199)}b` }, "a".repeat(1_000_000))).toBeNull();
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
