import { parseXml as parse, XmlElement, XmlText } from "@rgrove/parse-xml";
import { ELEMENT } from "../expression/path.ts";
import { entityText } from "./entities.ts";
import { MAX_DEPTH } from "./json.ts";

/** Longest document, and most tags in one. Longer ones are not read: they would cost more than a few ms. */
const MAX_LENGTH = 100_000;
const MAX_TAGS = 5_000;

/**
 * XML as a tree, or undefined. `{root: …}`: an element is an object of its attributes (`@name`), its elements (a list, where the name is
 * repeated) and its text (`#text`); one with neither attributes nor elements is its text; `xsi:nil` is null. Namespaces are dropped.
 * What stands before or after the document is skipped; a bare & is taken for itself. Documents that declare entities are refused.
 */
export function parseXml(body: string): Record<string, unknown> | undefined {
  const from = body.search(/<(?:[?!A-Za-z_])/);
  const to = body.lastIndexOf(">") + 1;
  if (from < 0 || to <= from || to - from > MAX_LENGTH) return undefined;
  // The parser takes line ends apart one by one, which a document of nothing else would make slow.
  const text = body.slice(from, to).replace(/\r\n?/g, "\n");
  if (text.includes("<!ENTITY") || !isShallow(text)) return undefined;
  const root = rootOf(text) ?? rootOf(mended(text));
  return root && Object.fromEntries([[localName(root.name), treeOf(root)]]);
}

function rootOf(text: string): XmlElement | undefined {
  try {
    const { root } = parse(text, {
      resolveUndefinedEntity: (entity) => entityText(entity.slice(1, -1)),
      ignoreUndefinedEntities: true,
    });
    return root ?? undefined;
  } catch {
    return undefined;
  }
}

/** What careless writers leave in: a bare &, control characters, blanks before the declaration's end. */
function mended(text: string): string {
  return text
    .replace(/&(?!#[0-9]{1,7};|#x[0-9A-Fa-f]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)/g, "&amp;")
    .replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")
    .replace(/^<\?xml[^>]{0,200}\?>/, "");
}

function isShallow(text: string): boolean {
  const marks = /<([/!?]?)|\/>/g;
  let depth = 0;
  let tags = 0;
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    if (mark[0] === "<") depth++;
    else if (mark[0] === "</" || mark[0] === "/>") depth--;
    if (++tags > MAX_TAGS || depth > MAX_DEPTH) return false;
  }
  return true;
}

const localName = (name: string): string => name.slice(name.lastIndexOf(":") + 1);

function treeOf(element: XmlElement): unknown {
  const members = new Map<string, unknown>();
  for (const [name, value] of Object.entries(element.attributes)) {
    if (localName(name) === "nil" && (value === "true" || value === "1")) return null;
    if (name !== "xmlns" && !name.startsWith("xmlns:")) members.set(`@${localName(name)}`, value);
  }
  let text = "";
  for (const child of element.children) {
    if (child instanceof XmlText) text += child.text;
    else if (child instanceof XmlElement) addTo(members, localName(child.name), treeOf(child));
  }
  text = text.trim();
  if (members.size === 0) return text;
  if (text !== "") members.set("#text", text);
  return Object.assign(Object.fromEntries(members), { [ELEMENT]: true });
}

function addTo(members: Map<string, unknown>, name: string, value: unknown): void {
  const before = members.get(name);
  if (!members.has(name)) members.set(name, value);
  else if (Array.isArray(before)) before.push(value);
  else members.set(name, [before, value]);
}
