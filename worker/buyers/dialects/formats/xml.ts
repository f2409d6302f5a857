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
 * What stands around a declared document is skipped; a bare & is taken for itself. Documents that declare entities are refused.
 */
export function parseXml(body: string): Record<string, unknown> | undefined {
  const raw = documentIn(body.trim());
  if (raw === undefined || raw.length > MAX_LENGTH) return undefined;
  // The declaration says nothing of use, and often something wrong. The parser takes line ends apart one by one, which a document of
  // nothing else would make slow.
  const text = raw.replace(/^<\?xml\s[^>]{0,200}\?>/, "").replace(/\r\n?/g, "\n");
  if (text.includes("<!ENTITY") || !isShallow(text)) return undefined;
  const root = rootOf(text) ?? rootOfMended(text);
  return root && Object.fromEntries([[localName(root.name), treeOf(root)]]);
}

/** Where a declaration says that it is XML, what stands around it is skipped; else the whole must be it, or a sentence with a tag would be. */
function documentIn(text: string): string | undefined {
  const declared = text.search(/<\?xml\s/);
  if (declared >= 0) return text.slice(declared, text.lastIndexOf(">") + 1);
  return /^\uFEFF?<[!?A-Za-z_]/.test(text) && text.endsWith(">") ? text : undefined;
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

function rootOfMended(text: string): XmlElement | undefined {
  const again = mended(text);
  return again === text ? undefined : rootOf(again);
}

/** What careless writers leave in: a bare &, control characters. */
function mended(text: string): string {
  return text
    .replace(/&(?!#[0-9]{1,7};|#x[0-9A-Fa-f]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)/g, "&amp;")
    .replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "");
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
