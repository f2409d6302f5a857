import { describe, expect, it } from "vitest";
import { compileWhen, type Subject } from "../../../worker/buyers/dialects/expression/condition.ts";
import { compilePath } from "../../../worker/buyers/dialects/expression/path.ts";
import { DialectProblem } from "../../../worker/buyers/dialects/expression/problem.ts";

interface Looked {
  status: number;
  body: unknown;
  weak: boolean;
}
const subject: Subject<Looked> = {
  name: (name) => {
    if (name === "$header.x") return () => "h";
    if (name === "$bid.price") return () => "5.00";
    if (name === "$bid.ref") return () => "r9";
    const find = compilePath(name.replace(/^\$\./, ""));
    return ({ body }) => find(body);
  },
  pipe: (name) => {
    if (name === "upper") return (value) => String(value).toUpperCase();
    throw new DialectProblem(`there is no pipe ${name}`);
  },
  now: () => 0,
  status: ({ status }) => status,
  weak: ({ weak }) => weak,
};
const truth = (text: string, body: unknown, status = 200, weak = false) =>
  compileWhen<Looked>(text, subject)({ status, body, weak });

const body = {
  s: "Success",
  p: "12.50",
  n: 0,
  t: true,
  zip: "01234",
  list: ["one two", "three"],
  none: null,
  o: { k: 1 },
};

describe("conditions", () => {
  it.each<[string, boolean]>([
    ["s is success", true],
    ["s = SUCCESS", true],
    ["s == 'success'", true],
    ["s is not failure", true],
    ["s != success", false],
    ["missing is not failure", true],
    ["p is 12.5", true],
    ["p > 12 and p <= 12.5", true],
    ["p >= 12.51", false],
    ["s > 1", false],
    ["n is 0", true],
    ["t is true", true],
    ["zip is 01234", true],
    ["zip is 1234", true],
    ["s in (failure, success)", true],
    ["s not in (failure, 'no such')", true],
    ["s contains succ", false],
    ["s starts with succ", true],
    ["s ends with cess", true],
    ["list contains two", true],
    ["list contains four", false],
    ["s matches /^succ/i", true],
    ["s matches /^succ/", false],
    ["s | upper is SUCCESS", true],
    ["none exists", false],
    ["none is missing", true],
    ["none is null", true],
    ["o exists", true],
    ["x exists or o.k is 1", true],
    ["not (s is success and x exists)", true],
    ["s is success and not x exists", true],
    ["$status is 200", true],
    ["$status is 2xx", true],
    ["$status in (404, 5xx)", false],
    ["$status is not 404", true],
    ["s is is", false],
    ["otherwise", true],
  ])("%s: %s", (text, expected) => {
    expect(truth(text, body)).toBe(expected);
  });

  it.each<[string, unknown, boolean | null]>([
    // What is there counts; what is missing proves nothing.
    ["s is success", body, true],
    ["s is failure", body, null],
    ["x is missing", body, null],
    ["not x exists", body, null],
    ["otherwise", body, null],
    ["s is failure or s is success", body, true],
    ["s is failure and s is success", body, null],
    // The status line is certain.
    ["$status is 502", body, true],
    ["$status is 404", body, false],
    ["not $status is 404", body, true],
    ["$status is 404 and s is failure", body, false],
    ["$header.x is h", body, true],
    ["$header.x is other", body, false],
  ])("on an answer that may be a proxy's: %s", (text, of, expected) => {
    expect(truth(text, of, 502, true)).toBe(expected);
  });

  it.each([
    ["s is", "ends too early"],
    ["s", "a comparison is missing"],
    ["(s exists", "a ) is missing"],
    ["s is a b", "is one too many"],
    ["s in a", "needs a list"],
    ["s matches a", "regular expression"],
    ["s matches /(?=a)/", "regular expression"],
    ["s matches /(a/", "regular expression"],
    ["$status is ok", "a status or 5xx"],
    ["$status is $.code", "a status or 5xx"],
    ["p > floor", "needs a number, or a name like $.floor"],
    ["p > 'a b'", "needs a number"],
    ["s is a || s is b", "say or for ||"],
    ["s is a && s is b", "say and for &&"],
    ["s === a", "say is for ==="],
    ["s !== a", "say is not for !=="],
    ["!s", "say not for !"],
    ["s | lower is a", "there is no pipe lower"],
    [`${"(".repeat(30)}s exists${")".repeat(30)}`, "nested too deep"],
  ])("%s is refused while compiling", (text, message) => {
    expect(() => compileWhen(text, subject)).toThrow(message);
  });

  const offer = {
    net: 5,
    floor: "4.50",
    id: "R9",
    ids: ["r8", "r9"],
    none: null,
    errors: [{ c: "7" }, { c: "Bad x" }],
  };

  it.each<[string, boolean]>([
    ["net > $.floor", true],
    ["net < $.floor", false],
    ["net >= $.net", true],
    ["net is $bid.price", true],
    ["net is not $bid.price", false],
    ["id is $bid.ref", true],
    ["id is $.ids", true],
    ["id in $.ids", true],
    ["id in (x, $bid.ref)", true],
    ["id not in $.ids", false],
    ["id contains $bid.ref | upper", true],
    ["id starts with $.none", false],
    ["net > $.none", false],
    ["net > $.id", false],
    ["id is $", false],
    ["id is $5", false],
    // Of a list that * finds: any of its values.
    ["errors.*.c is 7", true],
    ["errors.*.c is not 7", false],
    ["errors.*.c in (8, 'bad x')", true],
    ["errors.*.c starts with bad", true],
    ["errors.*.c ends with y", false],
    ["errors.*.c >= 7", true],
    ["errors.*.c matches /^bad/i", true],
    ["ids.* is r8", true],
    ["ids is r8", false],
    ["errors.* exists", true],
    ["ids is null", false],
  ])("beside a name, or of a list: %s is %s", (text, expected) => {
    expect(truth(text, offer)).toBe(expected);
  });

  it("says nothing by a name where the answer proves nothing by what it lacks", () => {
    expect(truth("net > $.floor", offer, 502, true)).toBe(true);
    expect(truth("net < $.floor", offer, 502, true)).toBe(null);
    expect(truth("$header.x is $.id", offer, 502, true)).toBe(null);
    expect(truth("$header.x is $bid.ref", offer, 502, true)).toBe(false);
  });

  it("reads the data form to the same effect", () => {
    const holds = (when: Parameters<typeof compileWhen>[0]) =>
      compileWhen<Looked>(when, subject)({ status: 200, body, weak: false });
    expect(holds({ path: "s", equals: "success" })).toBe(true);
    expect(holds({ path: "p", gt: 12, lte: 12.5 })).toBe(true);
    expect(holds({ status: [404, "5xx"] })).toBe(false);
    expect(holds({ path: "x", present: false })).toBe(true);
    expect(holds({ path: "x" })).toBe(false);
    expect(holds({ any: [{ path: "x" }, { not: { path: "x" } }] })).toBe(true);
    expect(holds({})).toBe(true);
  });
});
