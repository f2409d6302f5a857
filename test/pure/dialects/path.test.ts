import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilePath, ELEMENT } from "../../../worker/buyers/dialects/expression/path.ts";

const element = (members: object): object => ({ ...members, [ELEMENT]: true });
const deep = { a: { b: [{ price: 3 }, { price: 4, name: "x" }] }, "a name": { b: 7 }, n: null, e: "" };

describe("paths", () => {
  it.each<[string, unknown, unknown]>([
    ["", 5, 5],
    ["a.b.0.price", deep, 3],
    ["a.b.1.name", deep, "x"],
    ["a.b.price", deep, 3],
    ["a.b.name", deep, "x"],
    ["a.b.*.price", deep, [3, 4]],
    ["a.b[1].price", deep, 4],
    ['["a name"].b', deep, 7],
    ["['a name'].b", deep, 7],
    ["..name", deep, "x"],
    ["a..price", deep, 3],
    ["a.c", deep, undefined],
    ["a.b.length", deep, undefined],
    ["toString", deep, undefined],
    ["__proto__.x", deep, undefined],
    ["a.c.*", deep, undefined],
    ["n", deep, null],
    ["n.x", deep, undefined],
    ["e", deep, ""],
    ["0.message", [{ message: "m" }], "m"],
    ["Errors.*", { Errors: "" }, undefined],
    ["*.message", [{ message: "m" }, { message: "n" }], ["m", "n"]],
    // An object's members, whatever their names; a list of one where XML does not tell.
    ["errors.*", { errors: { first: "required", last: "short" } }, ["required", "short"]],
    ["E.0.@Code", { E: element({ "@Code": "c" }) }, "c"],
    ["E.*.@Code", { E: element({ "@Code": "c" }) }, ["c"]],
    ["E.*.@Code", { E: [element({ "@Code": "c" }), element({ "@Code": "d" })] }, ["c", "d"]],
    ["E", { E: element({ "@Code": "c", "#text": "words" }) }, "words"],
    [
      "f[name=Status].value",
      {
        f: [
          { name: "id", value: 1 },
          { name: "status", value: "ok" },
        ],
      },
      "ok",
    ],
    [
      "f[@name='status']",
      { f: [element({ "@name": "id", "#text": "1" }), element({ "@name": "status", "#text": "ok" })] },
      "ok",
    ],
    ['f[ n = "a b" ].v', { f: { n: "A b", v: 2 } }, 2],
    ["f.*[n=1].v", { f: [[{ n: 1, v: 2 }], [{ n: 2 }, { n: "1", v: 3 }]] }, [2, 3]],
    ["f[n=3].v", { f: [{ n: 1, v: 2 }, null, 3] }, undefined],
    ["f[n=x]", { f: "x" }, undefined],
  ])("%s", (path, document, found) => {
    expect(compilePath(path)(document)).toEqual(found);
  });

  it.each([
    "a..",
    "a.",
    ".a",
    "..",
    "a[",
    "a[]",
    "a[=1]",
    "a[b=]",
    "a[b=c d]",
    "a[.b=1]",
    "a]b",
    "a..b.",
    Array(22).fill("a").join("."),
  ])("%s is refused while compiling", (path) => {
    expect(() => compilePath(path)).toThrow(/^path /);
  });

  it("never throws on any document, and finds nothing that is not its own", () => {
    fc.assert(
      fc.property(
        fc.anything(),
        fc.constantFrom("a", "*", "..a", "0.a", "*.*", "constructor", "a.*.0"),
        (doc, path) => {
          const found = compilePath(path)(doc);
          expect(typeof found).not.toBe("function");
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });
});
