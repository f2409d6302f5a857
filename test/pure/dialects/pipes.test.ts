import { describe, expect, it } from "vitest";
import { parseExpression } from "../../../worker/buyers/dialects/expression/parse.ts";
import { compileExpression, type Language } from "../../../worker/buyers/dialects/expression/value.ts";
import { pipesOf, pipeUsages } from "../../../worker/buyers/dialects/pipes/index.ts";

const NOW = Date.UTC(2026, 10, 28, 12, 0, 0);
const maps = {
  credit: { excellent: "A", "600..699": "C", "700..": "B", "..599": "D", "*": "E", "No score": null },
  bare: { a: 1 },
};

const language: Language<unknown> = {
  name: (name) => (name === "in" ? (of) => of : name === "secret.key" ? () => "key" : () => undefined),
  pipe: pipesOf({ maps }),
  now: () => NOW,
};
const run = (input: unknown, pipes: string): unknown =>
  compileExpression(parseExpression(`in | ${pipes}`), language)(input);

/** pipe, input, result. */
const CASES: [pipes: string, input: unknown, result: unknown][] = [
  ["default X", undefined, "X"],
  ["default X", "", "X"],
  ["default X", 0, 0],
  ["present", "a", true],
  ["present", undefined, false],
  ["present Y N", "", "N"],
  ["present Y", undefined, undefined],
  ["omit N/A none", "N/A", undefined],
  ["omit N/A none", "x", "x"],
  ["upper", "aé", "AÉ"],
  ["lower", "AÉ", "aé"],
  ["title", "mary o'NEIL-smith", "Mary O'neil-Smith"],
  ["trim", "  a b ", "a b"],
  ["squeeze", " a \n b ", "a b"],
  ["digits", "+1 (650) 555", "1650555"],
  ["letters", "a1-b é", "abé"],
  ["ascii", "Łukasz “Åse” Müßig – ok", 'Lukasz "Ase" Mussig - ok'],
  ["append '!'", "a", "a!"],
  ["append secret.key", "a", "akey"],
  ["prepend 'x-'", "a", "x-a"],
  ["replace a bb", "banana", "bbbnbbnbb"],
  ["remove a", "banana", "bnn"],
  [`replace_re "(\\\\w+)@" "$1 at "`, "me@x", "me at x"],
  ["truncate 3", "abcdef", "abc"],
  ["left 2", "abc", "ab"],
  ["left 1", "😀a", ""],
  ["right 2", "abc", "bc"],
  ["right 9", "abc", "abc"],
  ["slice 1 2", "abcd", "bc"],
  ["slice -2 1", "abcd", "c"],
  ["pad_left 5 0", 42, "00042"],
  ["pad_right 3 '.'", "a", "a.."],
  ["before '@'", "a@b", "a"],
  ["before '@'", "ab", undefined],
  ["after '@'", "a@b", "b"],
  ["between '[' ']'", "x[1]y", "1"],
  ["size", "abc", 3],
  ["size", [1, 2], 2],
  [`match "id (\\\\d+)"`, "the id 12 here", "12"],
  [`match "\\\\d+"`, "a 12", "12"],
  [`match "(?P<a>x)(?P<b>y)" b`, "xy", "y"],
  ["match z", "xy", undefined],
  ["number", "$1,234.50", 1234.5],
  ["number", "1.234,50 €", 1234.5],
  ["number", "12,5", 12.5],
  ["number", "1,234", 1234],
  ["number", "250k", 250_000],
  ["number", "-3%", -3],
  ["number", "600-699", undefined],
  ["number", "abc", undefined],
  ["number", "5551234567", 5_551_234_567],
  ["integer", "12.9", 12],
  ["plus 0.2", 0.1, 0.3],
  ["minus 1", "3", 2],
  ["times 100", 21.105, 2110.5],
  ["divided_by 4", 1, 0.25],
  ["divided_by 0", 1, undefined],
  ["modulo 5", 12, 2],
  ["round", 2.5, 3],
  ["round", -2.5, -3],
  ["round 2", 1.005, 1.01],
  ["floor", 1.9, 1],
  ["ceil", 1.1, 2],
  ["abs", -4, 4],
  ["fixed 2", 12, "12.00"],
  ["fixed 2", 1.005, "1.01"],
  ["grouped 2", 1_234_567.5, "1,234,567.50"],
  ["grouped", "999", "999"],
  ["at_least 5", 3, 5],
  ["at_most 5", 9, 5],
  ["cents", 12.5, 1250],
  ["cents", 19.99, 1999],
  ["from_cents", 1250, 12.5],
  ["map credit", "excellent", "A"],
  ["map credit", "EXCELLENT", "A"],
  ["map credit", 650, "C"],
  ["map credit", "699", "C"],
  ["map credit", 800, "B"],
  ["map credit", 1, "D"],
  ["map credit", "what", "E"],
  ["map credit", "No score", null],
  ["map credit", undefined, undefined],
  ["map bare", "b", undefined],
  ["map bare other", "b", "other"],
  ["bool", "yes", true],
  ["bool Y N", "false", "N"],
  ["bool Y N", undefined, "N"],
  ["bool Y N", "perhaps", undefined],
  ["bool 1", "no", undefined],
  ["bool 1 0", true, 1],
  ["not", "no", true],
  ["not", undefined, true],
  ["date MM/DD/YYYY", "1986-04-07", "04/07/1986"],
  ["date 'M/D/YY h:mm A'", "1986-04-07T15:04:05Z", "4/7/86 3:04 PM"],
  ["date 'YYYY-MM-DD HH:mm:ss ZZ' America/New_York", "2026-07-01T03:00:00Z", "2026-06-30 23:00:00 -0400"],
  ["date 'YYYY-MM-DD[T]HH:mm:ssZ'", "2026-07-01T03:00:00+02:00", "2026-07-01T01:00:00+00:00"],
  ["date YYYY-MM-DD America/New_York", "2026-07-01", "2026-07-01"],
  ["date 'MMMM D, YYYY'", "4/17/1986", "April 17, 1986"],
  ["date X", "2026-07-01T00:00:00Z", "1782864000"],
  ["date YYYYMMDD", 1_782_864_000, "20260701"],
  ["date YYYYMMDD", "1782864000000", "20260701"],
  ["date YYYY", "2026-02-30", undefined],
  ["date YYYY", "soon", undefined],
  ["date 'hh:mm a'", "14:30", "02:30 pm"],
  ["parse_date DD.MM.YYYY", "17.04.1986", "1986-04-17"],
  ["parse_date 'MMM D YYYY h:mm A'", "Apr 7 1986 3:04 PM", "1986-04-07T15:04:00"],
  ["parse_date DD.MM.YYYY", "31.02.1986", undefined],
  ["year", "1986-04-17", 1986],
  ["month", "1986-04-17", 4],
  ["day", "1986-04-17", 17],
  ["hour", "1986-04-17T09:00:00Z", 9],
  ["weekday", "2026-11-28", "Saturday"],
  ["age", "1986-11-28", 40],
  ["age", "1986-11-29", 39],
  ["age", "2030-01-01", undefined],
  ["years_since", "2020-01-01", 6],
  ["months_since", "2026-10-29", 0],
  ["months_since", "2026-10-28", 1],
  ["days_since", "2026-11-26", 2],
  ["add 1 months", "2026-01-31", "2026-02-28"],
  ["add -1 years", "2024-02-29", "2023-02-28"],
  ["add 90 minutes", "2026-01-31T23:00:00Z", "2026-02-01T00:30:00.000Z"],
  ["epoch", "1970-01-02", 86_400],
  ["epoch_ms", "1970-01-02", 86_400_000],
  ["iso", "4/17/1986", "1986-04-17"],
  ["phone e164", "(555) 123-4567", "+15551234567"],
  ["phone digits", "+15551234567", "5551234567"],
  ["phone digits11", "5551234567", "15551234567"],
  ["phone '(xxx) xxx-xxxx'", "+15551234567", "(555) 123-4567"],
  ["phone 'x-xxx-xxx-xxxx'", "+15551234567", "1-555-123-4567"],
  ["phone e164", "+442071838750", "+442071838750"],
  ["phone xxx-xxx-xxxx", "+442071838750", undefined],
  ["area_code", "+15551234567", "555"],
  ["exchange", "+15551234567", "123"],
  ["line_number", "+15551234567", "4567"],
  ["first_name", "Dr. Ludwig van Beethoven Jr.", "Ludwig"],
  ["last_name", "Dr. Ludwig van Beethoven Jr.", "van Beethoven"],
  ["middle_name", "Ada King Lovelace", "King"],
  ["first_name", "Lovelace, Ada King", "Ada"],
  ["last_name", "Lovelace, Ada King", "Lovelace"],
  ["last_name", "Cher", undefined],
  ["initial", " ada", "A"],
  ["state_name", "ca", "California"],
  ["state_code", "new york", "NY"],
  ["state_code", "Nowhere", undefined],
  ["zip_state", "90210", "CA"],
  ["zip5", "90210-1234", "90210"],
  ["zip4", "90210-1234", "1234"],
  ["street_number", "123B N Main St Apt 4", "123B"],
  ["street_name", "123B N Main St Apt 4", "N Main St"],
  ["unit", "123B N Main St Apt 4", "Apt 4"],
  ["unit", "123 Main St", undefined],
  ["email_user", "a.b@X.com", "a.b"],
  ["email_domain", "a.b@X.com", "x.com"],
  ["host", "https://cert.trustedform.com/abc", "cert.trustedform.com"],
  ["path_last", "https://cert.trustedform.com/abc?x=1", "abc"],
  ["query x", "https://a.example/?x=1%202", "1 2"],
  ["url_encode", "a b&c", "a%20b%26c"],
  ["url_decode", "a%20b%", "a b%"],
  ["form_decode", "a+b%21", "a b!"],
  ["md5", "a", "0cc175b9c0f1b6a831c399e269772661"],
  ["sha1", "a", "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"],
  ["sha256", "a", "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"],
  ["md5 base64", "a", "DMF1ucDxtqgxw5niaXcmYQ=="],
  [
    "hmac sha256 secret.key",
    "The quick brown fox jumps over the lazy dog",
    "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8",
  ],
  ["hmac md5 secret.key", "The quick brown fox jumps over the lazy dog", "80070713463e7749b90c2dc24911e275"],
  ["base64", "é", "w6k="],
  ["base64_decode", "w6k=", "é"],
  ["base64url", "??>", "Pz8-"],
  ["hex", "az", "617a"],
  ["json", { a: 1 }, '{"a":1}'],
  ["xml_escape", "<a & 'b'>\u0000", "&lt;a &amp; &apos;b&apos;&gt;"],
  ["html_decode", "a &amp;lt; &#39;&eacute;", "a &lt; '&eacute;"],
  ["split ','", "a, b,,c", ["a", "b", "c"]],
  ["join '; '", ["a", "", "b"], "a; b"],
  ["first", ["a", "b"], "a"],
  ["last", ["a", "b"], "b"],
  ["nth 2", ["a", "b"], "b"],
  ["nth -1", ["a", "b"], "b"],
  ["nth 9", ["a", "b"], undefined],
  ["unique", ["a", "b", "a"], ["a", "b"]],
  ["sum", ["1.1", 2.2], 3.3],
  ["max", [1, "3", 2], 3],
  ["min", [1, "3", 2], 1],
  ["pluck a.b", [{ a: { b: 1 } }, {}, { a: { b: 2 } }], [1, 2]],
  ["entries", { a: 1, b: "", c: ["x", "y"] }, ["a: 1", "c: x,y"]],
  ["entries '=' | join '&'", { a: 1, b: 2 }, "a=1&b=2"],
  ["keys", { a: 1, b: 2 }, ["a", "b"]],
  ["parse_json | at a.0", '{"a":[7]}', 7],
  ["parse_xml | at r.a", "<r><a>7</a></r>", "7"],
  ["parse_form | at a", "a=7&b=8", "7"],
  ["string", 7, "7"],
  ["phone digits | join '/'", ["(555) 123-4567", "x"], "5551234567"],
  ["upper | trim | left 2", " abc", "AB"],
];

describe("pipes", () => {
  it.each(CASES)("%s of %j is %j", (pipes, input, result) => {
    expect(run(input, pipes)).toEqual(result);
  });

  it("every pipe is in the table", () => {
    const used = new Set(CASES.flatMap(([pipes]) => pipes.split(" | ").map((pipe) => pipe.split(" ", 1)[0])));
    expect(
      pipeUsages()
        .filter(([name]) => !used.has(name))
        .map(([name]) => name),
    ).toEqual(["sha512"]);
    expect(run("a", "sha512")).toMatch(/^1f40fc92da2416/);
  });

  it("a missing value stays missing, but for the pipes that ask for one", () => {
    expect(run(undefined, "upper")).toBeUndefined();
    expect(run(null, "map credit")).toBeUndefined();
  });
});

describe("wrong pipes are told when the configuration is read", () => {
  it.each([
    ["uper", /there is no pipe uper; did you mean upper\?/],
    ["nonsense_pipe", /there is no pipe nonsense_pipe$/],
    ["replace a", /pipe replace is used as: replace FROM TO/],
    ["upper x", /pipe upper is used as: upper/],
    ["map credt", /has no map credt; did you mean credit\?/],
    ["date ''", /FORMAT/],
    ["date '--'", /shows nothing of a date/],
    ["date MM/dd/yyyy", /has dd, which shows nothing: days are DD or D/],
    ["date m/d/Y", /has d, which shows nothing/],
    ["date YYYY Mars/Olympus", /there is no time zone Mars\/Olympus/],
    ["phone secret.key", /FORMAT must be written out/],
    ["phone xxx", /ten x/],
    ["match '(?=a)'", /regular expression/],
    ["hmac sha3 secret.key", /ALGORITHM is "sha3": one of md5, sha1/],
    ["add 1 fortnights", /UNIT is "fortnights"/],
    ["at 'a..'", /path/],
  ])("%s", (pipes, message) => {
    expect(() => run("x", pipes)).toThrow(message);
  });
});

describe("bounds", () => {
  it.each([
    ["append 'x'", "a".repeat(200_000)],
    ["replace a 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'", "a".repeat(100_000)],
    ["pad_left 1000000000 x", "a"],
    ["join ','", Array.from({ length: 5_000 }, () => "x".repeat(1_000))],
    ["replace_re a 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbb'", "a".repeat(100_000)],
  ])("%s makes at most 100,000 characters", (pipes, input) => {
    const result = run(input, pipes);
    expect(typeof result).toBe("string");
    expect(String(result).length).toBeLessThanOrEqual(100_000);
  });

  it("nothing throws, whatever the value", () => {
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    for (const [pipes] of CASES)
      for (const value of [
        cyclic,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        -0,
        "",
        " ",
        "\ud800",
        [],
        [null],
        {},
        [cyclic],
        1e308,
        true,
      ])
        expect(() => run(value, pipes)).not.toThrow();
  });
});
