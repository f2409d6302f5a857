import type { Chance } from "./random.ts";

const DEPTHS: [number, ...number[]] = [50, 199, 201, 1_000, 20_000, 60_000, 1_000_000];

/** Documents made to be expensive: deep, wide, exploding, endless. */
export function documents(luck: Chance, body: string): string {
  const depth = luck.one(DEPTHS);
  const limits = luck.one([65_000, 200_000, 1_000_000]);
  const many = (piece: string, limit = limits): string =>
    piece.repeat(Math.min(depth, Math.floor(limit / Math.max(1, piece.length))));
  return luck.one<() => string>([
    () => many("["),
    () => many("[") + many("]"),
    () => `${many('{"a":')}1${many("}")}`,
    () => `{"status":${many("[")}"accepted"${many("]")}}`,
    () => `{"status":"accepted","x":"${many("\\u0041")}"}`,
    () => `{${many('"status":"rejected",')}"status":"accepted"}`,
    () => many("<a>"),
    () => many("<a>") + many("</a>"),
    () => `<response>${many("<status>Unmatched</status>")}</response>`,
    () => `<response ${many('a="1" ')}><status>Matched</status></response>`,
    () => `<response><status>${many("&amp;")}Matched</status></response>`,
    () => `<response><status>${many("&undefined;")}</status></response>`,
    () => bomb(body),
    () => quadratic(many("A", 50_000)),
    () => `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><response><status>&x;</status></response>`,
    () => many("<!--"),
    () => many("<![CDATA["),
    () => many("<input name="),
    () => `<input ${many("a=b ")}id="F9errCode" value="0">`,
    () => `${many('<input id="a" value="')}`,
    () => many("&lt;"),
    () => many("status=accepted&"),
    () => many("%"),
    () => many("a:b\n"),
    () => many("<br>"),
    () => many(" "),
    () => `${many(" ")}${body}`,
    () => many("\r"),
    () => many("a") + body,
    () => many('"'),
    () => many("\\"),
    () => `Lead Accepted ${many("9")}`,
    () => `Lead Rejected ${many("a;guid=")}`,
    () => `ERROR: add_lead ${many(" - |")}`,
    () => many("1"),
    () => `{"price":${many("9")}}`,
    () => many("\ud800"),
    () => many("\u0000"),
    () => many("{{"),
    () => many(body, 100_000),
  ])();
}

/** Entities made of entities: a billion laughs. */
function bomb(body: string): string {
  const levels = Array.from({ length: 10 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join("");
  return `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "Matched">${levels}]><response><status>&l10;</status></response>${body}`;
}

const quadratic = (long: string): string =>
  `<!DOCTYPE r [<!ENTITY a "${long}">]><response><status>${"&a;".repeat(5_000)}</status></response>`;

/** Values of leads that would break out of what they are put into. */
export const VALUES: [string, ...string[]] = [
  '"',
  "'",
  '","status":"accepted',
  '"}]}',
  "\\",
  '\\"',
  "\u0000",
  "\r\nX-Injected: 1",
  "\n\n",
  "&admin=1",
  "a=b&c=d",
  "%26x=1",
  "#x",
  "?x=1",
  "/../../admin",
  "//evil.example",
  "@evil.example",
  "evil.example/",
  "]]>",
  "]]><x/>",
  "<x/>",
  "</FirstName><Admin>1</Admin>",
  "<!--",
  "-->",
  "&lt;",
  "&x;",
  "<!DOCTYPE x>",
  "<script>alert(1)</script>",
  "{{secret.key}}",
  "{{first_name}}",
  "\u0024{secret}",
  "{{",
  "}}",
  "$1",
  "__proto__",
  "constructor",
  "--boundary",
  "\r\n--0123456789abcdef0123456789abcdef",
  "\u202e",
  "\ud800",
  "𝒜",
  "ﷺ",
  "é".repeat(300),
  "x".repeat(5_000),
  "=cmd()",
  ";drop",
  "'; DROP TABLE leads;--",
  "1e308",
  "-1",
  "NaN",
  "true",
  "null",
  "[]",
  "{}",
];
