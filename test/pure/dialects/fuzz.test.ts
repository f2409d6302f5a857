import { describe, expect, it } from "vitest";
import { dialectSchema } from "../../../schema/config/dialect.ts";
import type { WireAnswer } from "../../../worker/buyers/dialect.ts";
import { fuzzBodies, targets } from "../../fuzz/bodies.ts";
import { fuzzBuilding } from "../../fuzz/building.ts";
import { allowed } from "../../fuzz/oracle/allowed.ts";

const wire = (body: string, status = 200): WireAnswer => ({
  status,
  content_type: "",
  body,
  retry_after: null,
  location: null,
});
const { post } = dialectSchema.parse({
  version: 1,
  post: {
    request: { url: "https://b.example.com/" },
    answer: {
      format: ["json", "xml"],
      rules: [{ rejected: "r.s is Unmatched" }, { accepted: "r.s is Matched and r.p > 0" }],
    },
  },
});

describe("the oracle of the fuzzing", () => {
  it.each<[string, string, number, boolean]>([
    ["what a rule allows", '{"r":{"s":"matched","p":1}}', 200, true],
    ["the same in XML", "<r><s>Matched</s><p>1.5</p></r>", 200, true],
    ["a rule's yes with any status", '{"r":{"s":"Matched","p":1}}', 500, true],
    ["half of a condition", '{"r":{"s":"Pending","p":1}}', 200, false],
    ["an earlier rule", '{"r":{"s":"Unmatched","p":1}}', 200, false],
    ["a usual word", '{"status":"accepted"}', 201, true],
    ["a usual word with another status", '{"status":"accepted"}', 400, false],
    ["a usual no", '{"status":"rejected","ok":true}', 200, false],
    ["nothing", "", 200, false],
    ["a page", "<html><p>Accepted</p></html>", 404, false],
  ])("%s", (_, body, status, expected) => {
    expect(allowed(post.answer, wire(body, status), "accepted")).toBe(expected);
  });

  it("notices a dialect that says yes too easily, throws, or takes its time", () => {
    const [target] = targets().filter(({ name }) => name === "reference/databowl post");
    if (!target) throw new Error("no target");
    const kinds = (read: () => { outcome: string }, bodies = 40) =>
      new Set(fuzzBodies(bodies, 7, undefined, [{ ...target, read }]).findings.map(({ kind }) => kind));
    expect(kinds(() => ({ outcome: "accepted" }))).toContain("not allowed");
    expect(kinds(() => JSON.parse("{"))).toContain("throws");
    expect(kinds(() => ({ outcome: "perhaps" }))).toContain("odd");
    const spin = () => {
      const before = process.cpuUsage();
      while (process.cpuUsage(before).user < 15_000);
      return { outcome: "rejected" };
    };
    expect(kinds(spin, 2)).toContain("slow");
  });
});

describe("hostile answers and leads", () => {
  it("never throw, never take a lead that no rule takes", () => {
    // How long a body takes is measured by `npm run fuzz`, alone on its machine.
    const { findings } = fuzzBodies(5_000, 42);
    expect(findings.filter(({ kind }) => kind !== "slow")).toEqual([]);
  });

  it("never put anything into a request that its dialect does not say", () => {
    const { findings, requests, refused } = fuzzBuilding(2_000, 42);
    expect(findings).toEqual([]);
    expect(refused).toBeLessThan(requests / 10);
  });
});
