import { parseXml, type XmlElement } from "@rgrove/parse-xml";
import { below, Findings, type SchemaVerdict } from "./verdict.ts";
import { type Particle, particleOf, take } from "./xsd-content.ts";
import { childElements, childOf, isBuiltIn, localName, ownText, readXsd, type XsdModel } from "./xsd-model.ts";
import { checkFacets, checkSimple } from "./xsd-types.ts";

interface Walk {
  model: XsdModel;
  found: Findings;
  depth: number;
}

/** Words of a schema that are read past. */
const UNCHECKED = ["key", "keyref", "unique", "import", "include", "redefine", "assert", "alternative"];

/**
 * A document against an XML Schema: elements, their order and occurrence, attributes, simple types with their facets, extensions.
 * Names are compared without namespaces; what else the schema says is told in `unchecked`.
 * @param root the document's root, where it stands in an envelope
 * @throws Error in a sentence, when the schema itself cannot be read
 */
export function checkXml(xsd: string, document: string | XmlElement): SchemaVerdict {
  const model = readXsd(xsd);
  const found = new Findings();
  for (const word of UNCHECKED) if (new RegExp(`<(\\w+:)?${word}[\\s>/]`).test(xsd)) found.skip(`xs:${word}`);
  const root = typeof document === "string" ? rootOf(document) : document;
  const name = root && localName(root.name);
  if (!root || name === null) {
    found.add("", "is not XML");
    return found.verdict();
  }
  const declaration = model.elements.get(name);
  if (!declaration)
    found.add("", `the schema has no element ${name} at the top; it has ${[...model.elements.keys()].join(", ")}`);
  else checkElement({ model, found, depth: 0 }, root, declaration, name);
  return found.verdict();
}

function rootOf(text: string): XmlElement | null {
  try {
    return parseXml(text).root;
  } catch {
    return null;
  }
}

function checkElement(at: Walk, element: XmlElement, declaration: XmlElement, path: string): void {
  if (!at.found.goOn(at.depth)) return;
  const inner = { ...at, depth: at.depth + 1 };
  if (/^(true|1)$/.test(attributeOf(element, "nil") ?? "") && declaration.attributes.nillable === "true") return;
  const { type, fixed } = declaration.attributes;
  if (fixed !== undefined && ownText(element) !== fixed) at.found.add(path, `must be ${fixed}`);
  const own = childOf(declaration, "complexType", "simpleType");
  const declared = type === undefined || isBuiltIn(at.model, type) ? own : at.model.types.get(localName(type));
  if (declared && localName(declared.name) === "complexType") checkComplex(inner, element, declared, path);
  else if (childElements(element).length > 0 && (declared || type)) at.found.add(path, "must hold text, not elements");
  else if (declared ?? type) checkSimple(at.model, declared ?? type ?? "", ownText(element), path, at.found);
}

const attributeOf = (element: XmlElement, name: string): string | undefined =>
  Object.entries(element.attributes).find(([key]) => localName(key) === name)?.[1];

function checkComplex(at: Walk, element: XmlElement, type: XmlElement, path: string): void {
  const { content, attributes, text, mixed } = contentOf(at, type, 0);
  checkAttributes(at, element, attributes, path);
  if (text) {
    if (childElements(element).length > 0) at.found.add(path, "must hold text, not elements");
    for (const check of text) check(ownText(element), path);
    return;
  }
  if (!mixed && ownText(element).trim() !== "") at.found.add(path, "must hold elements, not text");
  const children = childElements(element);
  const seen = new Map<string, number>();
  const end = content
    ? take(
        content,
        {
          children,
          miss: (what) => at.found.add(path, `${what} is missing`),
          visit: (child, declaration) => {
            const name = localName(child.name);
            const nth = seen.get(name) ?? 0;
            seen.set(name, nth + 1);
            if (declaration) checkElement(at, child, declaration, below(path, nth === 0 ? name : `${name}.${nth}`));
          },
        },
        0,
      )
    : 0;
  const rest = children[end];
  if (rest) at.found.add(below(path, localName(rest.name)), "is not expected here: unknown, too many, or out of order");
}

interface Content {
  content: Particle | null;
  attributes: XmlElement[];
  /** Checks of an element that holds text only. */
  text: ((text: string, path: string) => void)[] | null;
  mixed: boolean;
}

/** A complex type with what it extends. */
function contentOf(at: Walk, type: XmlElement, depth: number): Content {
  const wrapped = childOf(type, "simpleContent", "complexContent");
  const mixed = type.attributes.mixed === "true" || wrapped?.attributes.mixed === "true";
  const body = childOf(wrapped, "extension", "restriction");
  if (!wrapped || !body)
    return { content: groupOf(at, type), attributes: attributesOf(at, type, 0), text: null, mixed };
  const base = at.model.types.get(localName(body.attributes.base ?? ""));
  const inherited =
    base && localName(base.name) === "complexType" && depth < 20 ? contentOf(at, base, depth + 1) : null;
  const attributes = [...(inherited?.attributes ?? []), ...attributesOf(at, body, 0)];
  if (localName(wrapped.name) === "simpleContent") {
    const simple = (text: string, path: string): void => {
      if (!inherited) checkSimple(at.model, body.attributes.base ?? "string", text, path, at.found);
      if (localName(body.name) === "restriction") checkFacets(body, text, path, at.found);
    };
    return { content: null, attributes, text: [...(inherited?.text ?? []), simple], mixed };
  }
  const own = groupOf(at, body);
  const extends_ = localName(body.name) === "extension" && inherited?.content;
  const parts = [inherited?.content, own].filter((part) => part !== null && part !== undefined);
  const content: Particle | null = extends_ ? { kind: "sequence", min: 1, max: 1, name: "", parts } : own;
  return { content, attributes, text: null, mixed: mixed || (inherited?.mixed ?? false) };
}

function groupOf(at: Walk, holder: XmlElement): Particle | null {
  const group = childOf(holder, "sequence", "choice", "all", "group");
  return group ? particleOf(at.model, group, at.found) : null;
}

function attributesOf(at: Walk, holder: XmlElement, depth: number): XmlElement[] {
  return childElements(holder).flatMap((child) => {
    const kind = localName(child.name);
    if (kind === "attribute") return [child];
    if (kind === "anyAttribute") at.found.skip("xs:anyAttribute");
    const group =
      kind === "attributeGroup" ? at.model.attributeGroups.get(localName(child.attributes.ref ?? "")) : undefined;
    if (kind === "anyAttribute") return [child];
    return group && depth < 20 && at.found.goOn(depth) ? attributesOf(at, group, depth + 1) : [];
  });
}

/** xmlns and xsi:… belong to XML Schema itself. */
const OF_XML = /^(xmlns$|xmlns:|xsi:|xml:)/;

function checkAttributes(at: Walk, element: XmlElement, declared: XmlElement[], path: string): void {
  const known = new Map(declared.map((one) => [localName(one.attributes.name ?? one.attributes.ref ?? ""), one]));
  for (const [name, one] of known) {
    const value = attributeOf(element, name);
    if (value === undefined && one.attributes.use === "required") at.found.add(below(path, `@${name}`), "is required");
    if (value === undefined) continue;
    const type = one.attributes.type ?? childOf(one, "simpleType");
    if (type) checkSimple(at.model, type, value, below(path, `@${name}`), at.found);
    if (one.attributes.fixed !== undefined && value !== one.attributes.fixed)
      at.found.add(below(path, `@${name}`), `must be ${one.attributes.fixed}`);
  }
  if (declared.some((one) => localName(one.name) === "anyAttribute")) return;
  for (const name of Object.keys(element.attributes))
    if (!OF_XML.test(name) && !known.has(localName(name)))
      at.found.add(below(path, `@${localName(name)}`), "is not known");
}
