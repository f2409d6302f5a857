import { describe, expect, it } from "vitest";
import { recorder } from "../../../worker/buyers/http-record.ts";
import { masker } from "../../../worker/buyers/mask.ts";

describe("masking credentials", () => {
  it.each([
    ["as it is", 'key=a"b c/d', "key=***"],
    ["percent-encoded", "?k=a%22b%20c%2Fd&z=1", "?k=***&z=1"],
    ["in a form", "k=a%22b+c%2Fd", "k=***"],
    ["in JSON", '{"k":"a\\"b c/d"}', '{"k":"***"}'],
    ["in XML", '<k a="a&quot;b c/d">a"b c/d</k>', '<k a="***">***</k>'],
    ["in base64", "k=YSJiIGMvZA==", "k=***"],
    ["twice", 'a"b c/d a"b c/d', "*** ***"],
  ])("%s", (_, text, expected) => {
    expect(masker({ k: 'a"b c/d' })(text)).toBe(expected);
  });

  it.each([
    ["Basic bWU6a2V5", "Basic ***"],
    ["Digest username=x, response=y", "Digest ***"],
    ["just-a-token", "***"],
  ])("of an Authorization header the record keeps the scheme alone: %s", (value, kept) => {
    const request = {
      method: "POST",
      url: "https://b.example/",
      headers: [["Authorization", value]] as [string, string][],
      body: null,
    };
    expect(recorder({}).request(request)).toBe(`POST https://b.example/\nAuthorization: ${kept}\n\n`);
  });

  it("leaves no rest of a longer secret", () => {
    expect(masker({ a: "abc", b: "abcdef", empty: "" })("abcdef abc")).toBe("*** ***");
  });
});
