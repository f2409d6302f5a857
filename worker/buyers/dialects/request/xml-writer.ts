import { cdata, escapeXml, escapeXmlText } from "../formats/escape-xml.ts";
import { BuildFailure } from "./build.ts";

const MAX_DEPTH = 50;
/** Names with at most one prefix; a safe part of what XML allows. */
const NAME = /^[\p{L}_][\p{L}\p{N}_.-]{0,199}(?::[\p{L}_][\p{L}\p{N}_.-]{0,199})?$/u;

export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** A tree with one root as an XML document, without declaration. */
export function xmlDocument(content: unknown): string {
  const members =
    typeof content === "object" && content !== null && !Array.isArray(content) ? Object.entries(content) : [];
  const [root] = members;
  if (members.length !== 1 || !root || Array.isArray(root[1]))
    throw new BuildFailure("body: an XML document is an object with one member, its root");
  return xmlElements(content);
}

/**
 * Elements of an object's members: `@name` is an attribute, `#text` text, `#cdata` a CDATA section, a list repeats its element, null is
 * an empty element. Values are escaped; characters that XML cannot hold are left out.
 */
export function xmlElements(content: unknown): string {
  return inner(content, 0);
}

function element(name: string, value: unknown, depth: number): string {
  if (!NAME.test(name)) throw new BuildFailure(`body: ${JSON.stringify(name.slice(0, 40))} cannot be an XML name`);
  if (depth > MAX_DEPTH) throw new BuildFailure("body: is nested too deep");
  if (value === null || value === undefined) return `<${name}/>`;
  if (Array.isArray(value))
    return value.map((item) => element(name, Array.isArray(item) ? null : item, depth)).join("");
  if (typeof value !== "object") return `<${name}>${escapeXmlText(String(value))}</${name}>`;
  const attributes = attributesOf(value);
  const content = inner(value, depth + 1);
  return content === "" ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;
}

function attributesOf(object: object): string {
  let text = "";
  for (const [key, value] of Object.entries(object)) {
    if (!key.startsWith("@")) continue;
    const name = key.slice(1);
    if (!NAME.test(name))
      throw new BuildFailure(`body: ${JSON.stringify(key.slice(0, 40))} cannot be an XML attribute`);
    if (typeof value === "object" && value !== null) throw new BuildFailure(`body: ${key} is not one value`);
    text += ` ${name}="${escapeXml(value === null || value === undefined ? "" : String(value))}"`;
  }
  return text;
}

function inner(content: unknown, depth: number): string {
  if (typeof content !== "object" || content === null)
    return content === null ? "" : escapeXmlText(String(content ?? ""));
  let text = "";
  for (const [key, value] of Object.entries(content)) {
    if (key.startsWith("@")) continue;
    if (key === "#text") text += escapeXmlText(plain(value, key));
    else if (key === "#cdata") text += cdata(plain(value, key));
    else text += element(key, value, depth);
  }
  return text;
}

function plain(value: unknown, key: string): string {
  if (typeof value === "object" && value !== null) throw new BuildFailure(`body: ${key} is not one value`);
  return value === null || value === undefined ? "" : String(value);
}
