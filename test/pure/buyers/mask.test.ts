import { describe, expect, it } from "vitest";
import { masker } from "../../../worker/buyers/mask.ts";

describe("masking credentials", () => {
  it.each([
    ["as it is", 'key=a"b c/d', "key=***"],
    ["percent-encoded", "?k=a%22b%20c%2Fd&z=1", "?k=***&z=1"],
    ["in a form", "k=a%22b+c%2Fd", "k=***"],
    ["in JSON", '{"k":"a\\"b c/d"}', '{"k":"***"}'],
    ["twice", 'a"b c/d a"b c/d', "*** ***"],
  ])("%s", (_, text, expected) => {
    expect(masker({ k: 'a"b c/d' })(text)).toBe(expected);
  });

  it("leaves no rest of a longer secret", () => {
    expect(masker({ a: "abc", b: "abcdef", empty: "" })("abcdef abc")).toBe("*** ***");
  });
});
