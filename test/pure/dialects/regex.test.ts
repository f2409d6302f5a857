import { describe, expect, it } from "vitest";
import { compileRegex, SEARCHED } from "../../../worker/buyers/dialects/expression/regex.ts";

describe("regular expressions of a dialect", () => {
  it.each([
    ["x{0,900}y"],
    ["(?:a?){200}a{200}"],
    ["(?i)(?:[a-z ]{1,30}){10}q"],
    ["((a{0,10}){0,10}){0,8}b"],
    ["\\pL{130}x"],
    ["a".repeat(501)],
  ])("%s is refused: it would cost too much", (pattern) => {
    expect(() => compileRegex(pattern)).toThrow(/is too big|is longer than/);
  });

  it.each([
    ["(a+)+$"],
    ["(a|aa)+$"],
    ["(.*a){20}"],
    ["(?:a?){100}a{100}"],
    ["(?i)(?:[a-z ]{1,30}){8}q"],
    ["^[^<]{1,200}$"],
    ["(?i)(?:[a-z ]{1,10}){9}q"],
    ["(?:(?:a|b)*(?:c|a)*){10}$"],
    ["(?i)(?:\\pL|\\pN|.){9}!"],
    ["(?s).*?(?P<a>\\w+).*?(?P<b>\\w+).*?(?P<c>\\w+)$"],
  ])("%s is bounded on hostile texts", (pattern) => {
    const regex = compileRegex(pattern);
    const texts = ["a", " ", "ab ", "é", "😀", "<a>"].map((part) => part.repeat(SEARCHED));
    const costs = [1, 2, 3, 4].map(() => {
      const started = performance.now();
      for (const text of texts) regex.named(text);
      return performance.now() - started;
    });
    // A few ms for each text, once the code is warm; without bounds it would be up to seconds.
    expect(Math.min(...costs)).toBeLessThan(400);
  });

  it("sees all that may be searched if it is short, and less if it is long", () => {
    const at = (before: number) => `${"-".repeat(before)}id 7`;
    expect(compileRegex("id \\d").test(at(SEARCHED - 10))).toBe(true);
    expect(compileRegex("id \\d").test(at(SEARCHED))).toBe(false);
    const long = compileRegex("(?:id|number|reference|lead|order|ticket|case|record|entry|key) \\d");
    expect(long.test(at(500))).toBe(true);
    expect(long.test(at(SEARCHED - 10))).toBe(false);
  });

  it("finds nothing that ends where the text was cut", () => {
    const text = "a".repeat(SEARCHED);
    expect(compileRegex("^a+$").test(text)).toBe(true);
    expect(compileRegex("^a+$").test(`${text}<`)).toBe(false);
    expect(compileRegex("(?P<all>a+)").named(`${text}<`)).toEqual({});
    expect(compileRegex("(?P<one>a)").named(`${text}<`)).toEqual({ one: "a" });
  });

  it("keeps what it does not see when it replaces", () => {
    const text = `${"a".repeat(SEARCHED)}aa`;
    expect(compileRegex("a").replace(text, "b")).toBe(`${"b".repeat(SEARCHED)}aa`);
  });
});
