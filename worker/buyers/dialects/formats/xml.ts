import { parseXml as parse, type XmlElement } from "@rgrove/parse-xml";
import { ELEMENT } from "../expression/path.ts";

/** An XML document as a tree; undefined: it is none. */
export function parseXml(text: string): unknown {
  try {
    const { root } = parse(text.trim());
    return root ? { [root.name]: treeOf(root) } : undefined;
  } catch {
    return undefined;
  }
}

function treeOf(element: XmlElement): unknown {
  const inner = element.children.filter((child) => child.type === "element") as XmlElement[];
  const attributes = Object.entries(element.attributes);
  if (inner.length === 0 && attributes.length === 0) return element.text;
  const tree: Record<string, unknown> = Object.fromEntries(attributes.map(([name, value]) => [`@${name}`, value]));
  for (const child of inner) {
    const known = tree[child.name];
    tree[child.name] = known === undefined ? treeOf(child) : [known, treeOf(child)].flat();
  }
  if (inner.length === 0) tree["#text"] = element.text;
  return Object.assign(tree, { [ELEMENT]: true });
}
