import type { AnswerFormat } from "../../../schema/config/dialect.ts";

/**
 * Second readers of the answer formats, written for the fuzzing alone and sharing nothing with those of the gateway: what they find need
 * not be fast, only right. undefined: not a document of that format.
 */
export function documentOf(format: AnswerFormat, text: string): unknown {
  if (text === "") return undefined;
  if (format === "json") return json(text);
  if (format === "json_in_text") return json(text) ?? jsonInText(text);
  if (format === "xml") return xml(text);
  if (format === "html") return html(text);
  if (isPage(text)) return undefined;
  if (format === "text") return text;
  return format === "form"
    ? pairs(text.replace(/^\?/, "").split("&"), /^[^\s=&<>{}"]{1,200}=/.test(text.replace(/^\?/, "")))
    : lines(text);
}

export const isPage = (text: string): boolean =>
  /^\s*<(!--|!doctype\s+html|html|head|body|title|h[1-6]|center|script|style|meta)/i.test(text);

function json(text: string): unknown {
  const bare = text
    .replace(/^\uFEFF/, "")
    .trim()
    .replace(/^(?:\/\*\*\/)?\s*[A-Za-z_$][\w$.]*\s*\(([\s\S]*)\)\s*;?$/, "$1");
  for (const attempt of [bare, bare.replace(/([:[,]\s*)-?(NaN|Infinity)(?=\s*[,}\]])/g, "$1null")]) {
    try {
      return JSON.parse(attempt);
    } catch {}
  }
  return undefined;
}

/** An object that begins the text, or ends it after a line or a tag. */
function jsonInText(text: string): unknown {
  const ends = [...text.matchAll(/\}/g)].map(({ index }) => index + 1);
  for (const { index, 0: mark } of [...text.slice(0, 4_000).matchAll(/(?:^|[\n>])\s{0,20}(?=\{)/g)].slice(0, 5)) {
    const from = index + mark.length;
    for (const end of from === 0 ? ends : [text.length]) {
      const value = json(text.slice(from, end));
      if (value !== undefined) return value;
    }
  }
  return undefined;
}

export function entities(text: string): string {
  const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00A0" };
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]+);/gi, (whole, name: string) => {
    if (!name.startsWith("#")) return named[name.toLowerCase()] ?? whole;
    const code = name[1]?.toLowerCase() === "x" ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

export interface Element {
  [name: string]: unknown;
}
const isElement = (value: unknown): value is Element =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const MARKUP =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!DOCTYPE[^>]*>|<!\[CDATA\[(?<cdata>[\s\S]*?)\]\]>|<\/(?<close>[^\s>]+)\s*>|<(?<open>[^ \t\r\n/>!?"'=<]+)(?<attributes>(?:[ \t\r\n]+[^ \t\r\n=<>"']+[ \t\r\n]*=[ \t\r\n]*(?:"[^"<]*"|'[^'<]*'))*)[ \t\r\n]*(?<empty>\/?)>|(?<text>[^<]+)/gy;

const isXmlCharacter = (one: string): boolean => /[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(one);

function xml(whole: string): unknown {
  const declared = whole.search(/<\?xml\s/);
  if (declared < 0 && !/^\uFEFF?<[!?A-Za-z_][\s\S]*>$/.test(whole)) return undefined;
  // Only a document with a declaration may stand among other text. What no XML may hold is dropped.
  const text = [...whole.slice(Math.max(0, declared), whole.lastIndexOf(">") + 1).replace(/^\uFEFF/, "")]
    .filter(isXmlCharacter)
    .join("");
  if (text.includes("<!ENTITY")) return undefined;
  const top: Element = {};
  const stack: { name: string; element: Element }[] = [{ name: "", element: top }];
  MARKUP.lastIndex = 0;
  while (MARKUP.lastIndex < text.length) {
    const groups = MARKUP.exec(text)?.groups;
    if (!groups) return undefined;
    const { cdata, close, open, attributes = "", empty, text: plain } = groups;
    const inner = stack.at(-1);
    if (!inner) return undefined;
    if (plain !== undefined || cdata !== undefined)
      inner.element["#text"] = `${inner.element["#text"] ?? ""}${cdata ?? entities(plain ?? "")}`;
    if (open !== undefined) stack.push({ name: open, element: attributesOf(attributes) });
    if (close !== undefined || empty === "/") {
      const done = stack.pop();
      const around = stack.at(-1);
      if (!done || !around || (close !== undefined && close !== done.name)) return undefined;
      add(around.element, done.name.replace(/^.*:/, ""), elementValue(done.element));
    }
  }
  const roots = Object.keys(top).filter((name) => name !== "#text");
  return stack.length === 1 && roots.length === 1 && !/^html$/i.test(roots[0] ?? "") ? top : undefined;
}

function attributesOf(text: string): Element {
  const found = [...text.matchAll(/([^ \t\r\n=]+)[ \t\r\n]*=[ \t\r\n]*(?:"([^"]*)"|'([^']*)')/g)];
  return Object.fromEntries(
    found.map(([, name = "", a, b]) => [
      `@${name.startsWith("xmlns") ? name : name.replace(/^.*:/, "")}`,
      entities(a ?? b ?? ""),
    ]),
  );
}

function elementValue(element: Element): unknown {
  if (/^(true|1)$/.test(String(element["@nil"] ?? ""))) return null;
  const kept = Object.fromEntries(Object.entries(element).filter(([name]) => !name.startsWith("@xmlns")));
  const text = String(kept["#text"] ?? "").trim();
  delete kept["#text"];
  if (Object.keys(kept).length === 0) return text;
  return text === "" ? kept : { ...kept, "#text": text };
}

function add(element: Element, name: string, value: unknown): void {
  const before = element[name];
  if (!Object.hasOwn(element, name))
    Object.defineProperty(element, name, { value, enumerable: true, writable: true, configurable: true });
  else element[name] = Array.isArray(before) ? [...before, value] : [before, value];
}

/** Form fields only: `value` by id and by name, the first that is not empty. A tag without its end is none. */
function html(text: string): unknown {
  if (!/<[a-z!/]/i.test(text)) return undefined;
  const fields: Record<string, string> = {};
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at)) {
    const head = /^<(\/?)([a-z][a-z0-9]*)/i.exec(text.slice(at, at + 60));
    if (text.startsWith("<!--", at)) at = past(text, "-->", at + 4);
    else if (/^<[!?]/.test(text.slice(at, at + 2))) at = past(text, ">", at);
    else if (!head) at++;
    else at = tagAt(text, at + head[0].length, `${head[1]}${head[2]}`.toLowerCase(), fields);
  }
  return fields;
}

const past = (text: string, mark: string, from: number): number =>
  text.indexOf(mark, from) < 0 ? text.length : text.indexOf(mark, from) + mark.length;

/** Reads the attributes of a tag as a browser does; returns where it ends. */
function tagAt(text: string, from: number, tag: string, fields: Record<string, string>): number {
  const attributes = new Map<string, string>();
  const pattern = /[\s/]*([^\s=>/"'<]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']*)))?/y;
  let at = from;
  for (pattern.lastIndex = at; attributes.size < 50; pattern.lastIndex = at) {
    const found = pattern.exec(text);
    if (!found) break;
    const [whole, name = "", a, b, c] = found;
    if (!attributes.has(name.toLowerCase())) attributes.set(name.toLowerCase(), entities(a ?? b ?? c ?? ""));
    at += whole.length;
  }
  const end = past(text, ">", at);
  if (text[end - 1] !== ">" || tag.startsWith("/")) return end;
  if (tag === "script" || tag === "style")
    return Math.max(
      end,
      text.toLowerCase().indexOf(`</${tag}`, end) < 0 ? text.length : text.toLowerCase().indexOf(`</${tag}`, end),
    );
  if (tag === "input")
    for (const name of [attributes.get("id"), attributes.get("name")])
      if (name && !fields[name]) fields[name] = attributes.get("value") ?? "";
  return end;
}

function lines(text: string): unknown {
  const all = text
    .split(/\r\n?|\n|<br\s*\/?>/i)
    .map((line) => (text.includes("<") ? entities(line.replace(/<\/?[a-z][^<>]*>/gi, "")) : line));
  const found = all.flatMap((line) => {
    const [, name = "", value = ""] = /^([^:=]*)[:=]([\s\S]*)$/.exec(line) ?? [];
    return !/^[^"{}<>[\]]{1,200}$/.test(name.trim()) ? [] : [[name.trim(), value.trim()] as const];
  });
  return found.length === 0 ? undefined : collected(found);
}

function pairs(all: string[], fits: boolean): unknown {
  if (!fits) return undefined;
  return collected(
    all.map((pair) => {
      const [name = "", ...rest] = pair.split("=");
      return [unescaped(name).trim(), unescaped(rest.join("="))] as const;
    }),
  );
}

function unescaped(text: string): string {
  const spaced = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

function collected(all: (readonly [string, string])[]): Element {
  const object: Element = {};
  for (const [name, value] of all) add(object, name, value);
  return object;
}

export { isElement };
