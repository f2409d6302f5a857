import type { PathCounts, ShapeType } from "../../schema/rpc/drift.ts";
import { parseForm, parseJson, parseXml } from "../buyers/dialects/formats/index.ts";

/** Longer documents are not looked at: their shape is not worth the time. */
const MOST_CHARS = 65_536;
const MOST_PATHS = 60;
const MOST_DEPTH = 6;
/** Of a list only the first few are looked at. */
const MOST_ITEMS = 3;

/**
 * The shape of a JSON, XML or form document: its paths with their types, never a value. null: it is none of them, or too long.
 * @param hidden lower-case texts that may be personal: a member's name that is one of them becomes `*`
 */
export function shapeOf(text: string, hidden: ReadonlySet<string> = new Set()): PathCounts | null {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed.length > MOST_CHARS) return null;
  const document = documentOf(trimmed);
  if (document === undefined) return null;
  const paths = new Map<string, Partial<Record<ShapeType, number>>>();
  walk(paths, document, "", 0, hidden);
  return Object.fromEntries(paths);
}

function documentOf(text: string): unknown {
  if (/^[[{"]/.test(text)) return parseJson(text);
  if (text.startsWith("<")) return parseXml(text);
  return /^[\w.%+[\]-]+=/.test(text) ? parseForm(text) : undefined;
}

function walk(
  paths: Map<string, Partial<Record<ShapeType, number>>>,
  value: unknown,
  path: string,
  depth: number,
  hidden: ReadonlySet<string>,
): void {
  if (path !== "") {
    if (!paths.has(path) && paths.size >= MOST_PATHS) return;
    const counts = paths.get(path) ?? {};
    const type = typeOf(value);
    counts[type] = 1;
    paths.set(path, counts);
  }
  if (typeof value !== "object" || value === null || depth >= MOST_DEPTH) return;
  if (Array.isArray(value)) {
    for (const item of value.slice(0, MOST_ITEMS)) walk(paths, item, `${path}[]`, depth + 1, hidden);
    return;
  }
  for (const [name, member] of Object.entries(value).slice(0, MOST_PATHS)) {
    const safe = memberName(name, hidden);
    walk(paths, member, path === "" ? safe : `${path}.${safe}`, depth + 1, hidden);
  }
}

function typeOf(value: unknown): ShapeType {
  if (value === null || value === undefined || value === "") return "null";
  if (Array.isArray(value)) return "list";
  if (typeof value === "string") return "text";
  if (typeof value === "number") return "number";
  return typeof value === "boolean" ? "boolean" : "object";
}

/** Names are words of a language; an id, an address or a value of the lead used as a name is none. */
function memberName(name: string, hidden: ReadonlySet<string>): string {
  const word = !(name in {}) && /^@?[A-Za-z_$][\w$ :-]{0,39}$/.test(name) && !/\d{4}/.test(name);
  return word && !hidden.has(name.toLowerCase()) ? name.replaceAll(".", "_") : "*";
}
