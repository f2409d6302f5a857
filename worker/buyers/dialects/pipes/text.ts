import { compileRegex } from "../expression/regex.ts";
import { clip, constantAt, each, onText, onValue, type PipeTable, TEXT_LIMIT, textOf } from "./pipe.ts";

/** Texts are counted in characters as people count them where it is cheap: surrogate pairs are never cut in two. */
export const TEXT: PipeTable = {
  upper: onText((text) => text.toUpperCase()),
  lower: onText((text) => text.toLowerCase()),
  title: onText((text) => text.toLowerCase().replace(/(?<![\p{L}\p{N}'’])\p{L}/gu, (letter) => letter.toUpperCase())),
  trim: onText((text) => text.trim()),
  squeeze: onText((text) => text.trim().replace(/\s+/g, " ")),
  digits: onText((text) => text.replace(/[^0-9]/g, "")),
  letters: onText((text) => text.replace(/[^\p{L}]/gu, "")),
  ascii: onText(ascii),
  "append X": onText((text, more = "") => text + more),
  "prepend X": onText((text, more = "") => more + text),
  "replace FROM TO": onText((text, from = "", to = "") => replaceAll(text, from, to)),
  "remove X": onText((text, unwanted = "") => replaceAll(text, unwanted, "")),
  "replace_re PATTERN TO": (args) => {
    const regex = compileRegex(constantAt(args, 0, "PATTERN") ?? "");
    return each((value, [, to]) => clip(regex.replace(textOf(value), textOf(to).slice(0, 1_000))));
  },
  "match PATTERN [GROUP]": (args) => {
    const regex = compileRegex(constantAt(args, 0, "PATTERN") ?? "");
    const group = constantAt(args, 1, "GROUP");
    return each((value) => {
      const text = textOf(value);
      if (group !== undefined && !/^\d+$/.test(group)) return regex.named(text)[group];
      const groups = regex.groups(text);
      return groups?.[group === undefined ? Math.min(1, groups.length - 1) : Number(group)];
    });
  },
  "truncate N": onText((text, n) => cut(text, 0, count(n))),
  "left N": onText((text, n) => cut(text, 0, count(n))),
  "right N": onText((text, n) => cut(text, Math.max(0, text.length - count(n)))),
  "slice FROM LENGTH": onText((text, from, length) => {
    const start = Number(from) < 0 ? Math.max(0, text.length + Math.trunc(Number(from))) : count(from);
    return cut(text, start, start + count(length));
  }),
  "pad_left N CHAR": onText((text, n, fill = " ") => text.padStart(Math.min(count(n), 1_000), fill)),
  "pad_right N CHAR": onText((text, n, fill = " ") => text.padEnd(Math.min(count(n), 1_000), fill)),
  "before X": onText((text, mark = "") =>
    mark !== "" && text.includes(mark) ? text.slice(0, text.indexOf(mark)) : undefined,
  ),
  "after X": onText((text, mark = "") =>
    mark !== "" && text.includes(mark) ? text.slice(text.indexOf(mark) + mark.length) : undefined,
  ),
  "between A B": onText(between),
  size: onValue((value) => (Array.isArray(value) ? value.length : textOf(value).length)),
};

/** Accents dropped, the usual marks of typography written plainly; what is left of other scripts goes. */
function ascii(text: string): string {
  return text
    .replace(/[‘’‚′]/g, "'")
    .replace(/[“”„″]/g, '"')
    .replace(/[–—−]/g, "-")
    .replace(/…/g, "...")
    .replace(/ß/g, "ss")
    .replace(/[øØæÆœŒłŁđĐ]/g, (letter) => PLAIN[letter] ?? "")
    .normalize("NFD")
    .replace(/\u00a0/g, " ")
    .replace(/[^\x20-\x7e\t\r\n]/g, "");
}
const PLAIN: Readonly<Record<string, string>> = {
  ø: "o",
  Ø: "O",
  æ: "ae",
  Æ: "AE",
  œ: "oe",
  Œ: "OE",
  ł: "l",
  Ł: "L",
  đ: "d",
  Đ: "D",
};

const count = (text: string | undefined): number => {
  const number = Math.trunc(Number(text));
  return number > 0 ? Math.min(number, TEXT_LIMIT) : 0;
};

/** `to` may be long and `from` short: what comes out is bounded before it is made. */
function replaceAll(text: string, from: string, to: string): string {
  if (from === "") return text;
  const pieces = text.split(from);
  const room = Math.max(0, TEXT_LIMIT - text.length);
  const most = to.length > from.length ? Math.floor(room / (to.length - from.length)) : pieces.length;
  return pieces.length - 1 <= most ? pieces.join(to) : pieces.slice(0, most + 1).join(to);
}

/** Half of a surrogate pair at either end is dropped: it would be no text. */
function cut(text: string, from: number, to?: number): string {
  return text.slice(from, to).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, "");
}

function between(text: string, a = "", b = ""): string | undefined {
  const start = text.indexOf(a);
  if (a === "" || b === "" || start < 0) return undefined;
  const end = text.indexOf(b, start + a.length);
  return end < 0 ? undefined : text.slice(start + a.length, end);
}
