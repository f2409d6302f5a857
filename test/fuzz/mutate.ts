import { documents } from "./hostile.ts";
import type { Chance } from "./random.ts";

/** Changes a body: what broken, careless and hostile systems would send in its place. Never longer than a mebibyte. */
export function mutated(body: string, others: readonly string[], luck: Chance): string {
  let text = body;
  const times = luck.once(4) ? 0 : 1 + luck.below(3);
  for (let i = 0; i < times; i++) text = luck.one(CHANGES)(text, luck, others);
  if (luck.once(12)) text = misencoded(text, luck);
  if (luck.once(150)) text = documents(luck, text);
  return text.slice(0, 1_048_576);
}

type Change = (text: string, luck: Chance, others: readonly string[]) => string;

const insert = (text: string, at: number, what: string): string => text.slice(0, at) + what + text.slice(at);
const somewhere = (text: string, luck: Chance): number => luck.below(text.length + 1);

const WORDS: [string, ...string[]] = [
  "accepted",
  "Rejected",
  "success",
  "failure",
  "failed",
  "true",
  "false",
  "not",
  "no",
  "un",
  "Matched",
  "Unmatched",
  "duplicate",
  "DUPLICATED",
  "error",
  "pending",
  "sold",
  "continue",
  "reject",
  "qualified",
  "disqualified",
  "reserved",
  "OK",
  "null",
  "undefined",
  "accepté",
  "suсcess",
  "ACCEPTED\u200b",
  "accepted\u0000",
  "İ",
  "ﬁ",
];
const NUMBERS: [string, ...string[]] = [
  "0",
  "-0",
  "1",
  "-1",
  "0.00",
  "1e308",
  "1e309",
  "-1e400",
  "1e-400",
  "99999999999999999999999999",
  "0x10",
  "1,5",
  "1.000,00",
  "$12",
  "12 USD",
  "NaN",
  "Infinity",
  "-Infinity",
  "١٢",
  "0.1e1",
  "00012",
  ".5",
  "5.",
  "9".repeat(400),
  "1_000",
  "2147483648",
  "9007199254740993",
  "1".repeat(17),
  "+7",
  "",
];
const BITS: [string, ...string[]] = [
  "\u0000",
  "\uFEFF",
  "\u202e",
  "\ud800",
  "\r\n",
  "\t",
  '"',
  "'",
  "\\",
  "<",
  ">",
  "&",
  "&amp;",
  "&#0;",
  "&#x110000;",
  "&lol;",
  "]]>",
  "<![CDATA[",
  "<!--",
  "-->",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "=",
  "%",
  "%zz",
  "+",
  "|",
  ";",
  "{{secret.key}}",
  "\u0024{1}",
  "<br>",
  "<script>",
  "</response>",
  "<status>Matched</status>",
  '"status":"accepted",',
  "status=accepted&",
  "status: accepted\n",
  "SUCCESS: ",
  "__proto__",
  "constructor",
  "toString",
];

const CHANGES: [Change, ...Change[]] = [
  (text, luck) => insert(text, somewhere(text, luck), luck.one(BITS)),
  (text, luck) => insert(text, somewhere(text, luck), luck.one(BITS)),
  (text, luck) => {
    const at = somewhere(text, luck);
    return text.slice(0, at) + text.slice(at + 1 + luck.below(8));
  },
  (text, luck) => text.slice(0, somewhere(text, luck)),
  (text, luck) => text.slice(somewhere(text, luck)),
  (text, luck) => text + "\n".repeat(luck.below(2)) + text.repeat(luck.below(3)),
  (text, luck, others) => {
    const other = luck.of(others) ?? "";
    return luck.once(2) ? text + other : text.slice(0, somewhere(text, luck)) + other.slice(somewhere(other, luck));
  },
  (text, luck) => replaceOne(text, /[A-Za-z]{2,}/g, luck.one(WORDS), luck),
  (text, luck) => replaceOne(text, /[A-Za-z]{2,}/g, luck.one(WORDS), luck),
  (text, luck) => replaceOne(text, /-?\d+(?:\.\d+)?/g, luck.one(NUMBERS), luck),
  (text, luck) => replaceOne(text, /-?\d+(?:\.\d+)?/g, luck.one(NUMBERS), luck),
  (text, luck) => (luck.once(2) ? text.toUpperCase() : text.toLowerCase()),
  (text, luck) => replaceOne(text, /\s+|[",:<>=]/g, luck.one(BITS), luck),
  (text, luck) => retyped(text, luck),
  (text, luck) => retyped(text, luck),
  (text, luck) =>
    luck.one<(inner: string) => string>([
      (inner) => `[${inner}]`,
      (inner) => `{"data":${inner}}`,
      (inner) => JSON.stringify(inner),
      (inner) => `<!-- ${inner} -->`,
      (inner) => `<root>${inner}</root>`,
      (inner) => `<root><![CDATA[${inner}]]></root>`,
      (inner) => `callback(${inner});`,
      (inner) => `<html><body>${inner}</body></html>`,
      (inner) => encodeURIComponent(inner.toWellFormed()),
      (inner) => inner.replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
    ])(text),
];

function replaceOne(text: string, pattern: RegExp, by: string, luck: Chance): string {
  const found = [...text.slice(0, 5_000).matchAll(pattern)];
  const match = luck.of(found);
  return match ? text.slice(0, match.index) + by + text.slice(match.index + match[0].length) : text + by;
}

/** In JSON: some value of another type, a member under another name, or twice. */
function retyped(text: string, luck: Chance): string {
  let tree: unknown;
  try {
    tree = JSON.parse(text);
  } catch {
    return text.replace(/<(\w+)>([^<]*)<\/\1>/, (whole, name: string, value: string) =>
      luck.one([
        `${whole}${whole}`,
        `<${name}/>`,
        `<${name} xsi:nil="true"/>`,
        `<x:${name} a="1">${value}</x:${name}>`,
        `<${name}><${name}>${value}</${name}></${name}>`,
      ]),
    );
  }
  const other = luck.one<unknown>([
    null,
    true,
    false,
    0,
    1,
    -1,
    "",
    "accepted",
    [],
    {},
    [[]],
    { id: 1 },
    1e308,
    "true",
    ["success"],
    { "#text": "success" },
  ]);
  const holders = holdersOf(tree);
  const holder = luck.of(holders);
  if (!holder) return JSON.stringify(other);
  const [key] = [luck.of(Object.keys(holder))];
  if (key === undefined) return JSON.stringify(tree);
  if (luck.once(3) && !Array.isArray(holder))
    Object.defineProperty(holder, luck.one(["__proto__", "constructor", "length", "status", "0", ""]), {
      value: holder[key],
      enumerable: true,
      configurable: true,
      writable: true,
    });
  else holder[key] = other;
  return JSON.stringify(tree);
}

function holdersOf(tree: unknown): Record<string, unknown>[] {
  if (typeof tree !== "object" || tree === null) return [];
  return [tree as Record<string, unknown>, ...Object.values(tree).flatMap(holdersOf)];
}

/** The text in another encoding, read as the channel reads it: as UTF-8. */
function misencoded(text: string, luck: Chance): string {
  const kind = luck.below(4);
  const codes = Array.from({ length: Math.min(text.length, 20_000) }, (_, i) => text.charCodeAt(i));
  if (kind === 0) return decoded([0xff, 0xfe, ...codes.flatMap((code) => [code & 255, code >> 8])]);
  if (kind === 1) return decoded([0xfe, 0xff, ...codes.flatMap((code) => [code >> 8, code & 255])]);
  if (kind === 2) return decoded(codes.map((code) => code & 255));
  const bytes = [...new TextEncoder().encode(text.slice(0, 20_000))];
  for (let i = 0; i < 3; i++)
    bytes.splice(luck.below(bytes.length + 1), 0, luck.one([0xff, 0xc0, 0xed, 0x80, 0xf8, 0x00]));
  return decoded(bytes);
}

const decoded = (bytes: number[]): string => new TextDecoder().decode(new Uint8Array(bytes));
