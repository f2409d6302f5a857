import { parseXml, XmlElement } from "@rgrove/parse-xml";

/** A schema's declarations by name. Namespaces are not told apart: names are compared without prefixes. */
export interface XsdModel {
  elements: Map<string, XmlElement>;
  types: Map<string, XmlElement>;
  groups: Map<string, XmlElement>;
  attributeGroups: Map<string, XmlElement>;
  attributes: Map<string, XmlElement>;
  target: string;
}

const MAX_CHARACTERS = 200_000;

/** @throws Error in a sentence, when the text is no XML Schema. */
export function readXsd(text: string): XsdModel {
  if (text.length > MAX_CHARACTERS) throw new Error(`is longer than ${MAX_CHARACTERS} characters`);
  const root = parseXml(text).root;
  if (!root || localName(root.name) !== "schema") throw new Error("is no XML Schema: its root must be xs:schema");
  const named = (...kinds: string[]): Map<string, XmlElement> =>
    new Map(
      childElements(root)
        .filter((child) => kinds.includes(localName(child.name)))
        .map((child) => [child.attributes.name ?? "", child]),
    );
  return {
    elements: named("element"),
    types: named("complexType", "simpleType"),
    groups: named("group"),
    attributeGroups: named("attributeGroup"),
    attributes: named("attribute"),
    target: root.attributes.targetNamespace ?? "",
  };
}

export const localName = (name: string): string => name.slice(name.indexOf(":") + 1);

export const childElements = (of: XmlElement): XmlElement[] =>
  of.children.filter((child): child is XmlElement => child instanceof XmlElement);

/** The first child of one of these kinds. */
export const childOf = (of: XmlElement | undefined, ...kinds: string[]): XmlElement | undefined =>
  of && childElements(of).find((child) => kinds.includes(localName(child.name)));

/** Text directly within an element. */
export function ownText(of: XmlElement): string {
  return of.children
    .map((child) => ("text" in child && !(child instanceof XmlElement) ? String(child.text) : ""))
    .join("");
}

/** Is the name one of XML Schema's own types? By its prefix, or because nothing of that name is declared. */
export const isBuiltIn = (model: XsdModel, name: string): boolean => !model.types.has(localName(name));
