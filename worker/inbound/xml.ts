import { XML_DECLARATION, xmlElements } from "../buyers/dialects/request/xml-writer.ts";

/** An answer as an XML document; one that is not a single element gets `root` around it. */
export function xmlText(value: unknown, root: string): string {
  const members = typeof value === "object" && value !== null && !Array.isArray(value) ? Object.values(value) : [];
  const [only] = members;
  const whole = members.length === 1 && typeof only === "object" && only !== null && !Array.isArray(only);
  return XML_DECLARATION + xmlElements(whole ? value : { [root]: value });
}
