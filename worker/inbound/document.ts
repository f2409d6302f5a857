import type { InboundFormat, InboundRequest } from "../../schema/config/inbound.ts";
import { compilePath } from "../buyers/dialects/expression/path.ts";
import { parseJson, parseXml } from "../buyers/dialects/formats/index.ts";
import type { Pairs, RawRequest } from "./reading.ts";

type Document = Record<string, unknown>;

const FORBIDDEN = new Set(["__proto__", "constructor", "prototype"]);
const MAX_PAIRS = 1_000;
const MAX_DEPTH = 20;

/** The request's document, and whether there is one. Members of the query stand beside the body's, which win. */
export function documentReader(
  config: InboundRequest,
): (raw: RawRequest) => { document: Document; query: Document; readable: boolean } {
  const wrappers = config.flatten.map((path) => compilePath(path));
  return (raw) => {
    const query = fromPairs(raw.query);
    const body = bodyOf(raw, config.format);
    const read: Document = Object.fromEntries(Object.entries({ ...query, ...body }).filter(allowed));
    for (const inner of wrappers) {
      const members = inner(read);
      if (isObject(members)) Object.assign(read, Object.fromEntries(Object.entries(members).filter(allowed)));
    }
    return { document: read, query, readable: body !== null };
  };
}

const allowed = ([name]: [string, unknown]): boolean => !FORBIDDEN.has(name);

/** null: none of the formats. An empty body is an empty document: the query may have it all. */
function bodyOf({ body }: RawRequest, formats: InboundFormat[]): Document | null {
  if (typeof body !== "string") return fromPairs(body);
  if (body.trim() === "") return {};
  for (const format of formats) {
    const found = FORMATS[format](body);
    if (isObject(found) && !tooDeep(found, 1)) return found;
  }
  return null;
}

const FORMATS: Record<InboundFormat, (text: string) => unknown> = {
  json: (text) => (/^[\s\ufeff]*\{/.test(text) ? parseJson(text) : undefined),
  xml: (text) => (/^[\s\ufeff]*</.test(text) ? parseXml(text) : undefined),
  form: (text) => (text.includes("=") ? fromPairs(pairsOf(text)) : undefined),
  query: () => undefined,
};

/** `a=1&b=2`, urlencoded. What is not UTF-8 is read as the Western European encoding that old systems use. */
export function pairsOf(text: string): Pairs {
  return text
    .trim()
    .replace(/^\?/, "")
    .split("&", MAX_PAIRS)
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      const [name, value] = equals < 0 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return [decoded(name), decoded(value)];
    });
}

/** Each byte as that encoding has it: a call for each one of 64 KB of `%ff` would stall an isolate. */
const WESTERN = new Map(
  [...new TextDecoder("windows-1252").decode(Uint8Array.from({ length: 256 }, (_, byte) => byte))].map(
    (letter, byte) => [byte.toString(16).padStart(2, "0"), letter] as const,
  ),
);

function decoded(text: string): string {
  const spaced = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    const [first = "", ...rest] = spaced.split("%");
    return first + rest.map(westernPiece).join("");
  }
}

/** What follows a `%`: the byte that its two digits name, or itself. */
function westernPiece(piece: string): string {
  const letter = WESTERN.get(piece.slice(0, 2).toLowerCase());
  return letter === undefined ? `%${piece}` : letter + piece.slice(2);
}

/** `a=1&a=2` is a list, so is `a[]=1`; `lead[zip]=90210` is a member of an object. */
export function fromPairs(pairs: Pairs): Document {
  const document: Document = {};
  for (const [name, value] of pairs.slice(0, MAX_PAIRS)) put(document, namesOf(name), value);
  return document;
}

function namesOf(name: string): string[] {
  const parts = /^([^[\]]+)((?:\[[^[\]]*\])+)$/.exec(name);
  if (!parts) return [name];
  const inner = [...(parts[2] ?? "").matchAll(/\[([^[\]]*)\]/g)].map((match) => match[1] ?? "");
  return [parts[1] ?? "", ...inner].filter((part, at, all) => part !== "" || at < all.length - 1);
}

function put(document: Document, names: string[], value: string): void {
  if (names.length > MAX_DEPTH || names.some((name) => FORBIDDEN.has(name))) return;
  const last = names[names.length - 1] ?? "";
  let target = document;
  for (const name of names.slice(0, -1)) {
    const inner = Object.hasOwn(target, name) ? target[name] : undefined;
    const next = isObject(inner) ? inner : {};
    target[name] = next;
    target = next;
  }
  const known = Object.hasOwn(target, last) ? target[last] : undefined;
  // Lists are ours, so they grow where they are: a copy for each of a thousand repeats costs more than the request.
  if (Array.isArray(known)) known.push(value);
  else target[last] = known === undefined ? value : [known, value];
}

function tooDeep(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth > MAX_DEPTH || Object.values(value).some((inner) => tooDeep(inner, depth + 1));
}

export const isObject = (value: unknown): value is Document =>
  typeof value === "object" && value !== null && !Array.isArray(value);
