import { parseXml, type XmlElement } from "@rgrove/parse-xml";
import type { SentSchema } from "../../../schema/config/sent-schema.ts";
import type { WireRequest } from "../../../schema/rpc/dialer.ts";
import { checkJson } from "./json-schema.ts";
import type { SchemaVerdict } from "./verdict.ts";
import { checkXml } from "./xsd.ts";
import { childElements, localName, readXsd } from "./xsd-model.ts";

/** What is wrong with the schema itself, in a sentence; null: it can be used. */
export function schemaProblem(schema: SentSchema): string | null {
  if (schema.type === "json_schema") return null;
  try {
    readXsd(schema.text);
    return null;
  } catch (error) {
    return `cannot be read: ${error instanceof Error ? firstLine(error.message) : "?"}`;
  }
}

/** A request as it would be sent, against the buyer's schema. Never throws. */
export function checkSent(request: WireRequest, schema: SentSchema): SchemaVerdict {
  try {
    const body = schema.field === undefined ? (request.body ?? "") : fieldsOf(request)[schema.field];
    if (typeof body !== "string") return wrong(`the request has no field ${schema.field}`);
    return schema.type === "xsd"
      ? checkXml(schema.text, documentOf(body))
      : checkJson(schema.schema, jsonOf(request, schema, body));
  } catch (error) {
    return wrong(error instanceof Error ? firstLine(error.message) : "cannot be checked");
  }
}

const wrong = (message: string): SchemaVerdict => ({ violations: [{ path: "", message }], unchecked: [] });
const firstLine = (text: string): string => text.split("\n")[0]?.slice(0, 200) ?? "";

/** A form's or a query's fields; a name that repeats is a list. */
function fieldsOf(request: WireRequest): Record<string, string | string[]> {
  const form = contentTypeOf(request).includes("form-urlencoded");
  const text = form ? (request.body ?? "") : URL.canParse(request.url) ? new URL(request.url).search : "";
  const fields: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const known = fields[name];
    fields[name] = known === undefined ? value : [...(Array.isArray(known) ? known : [known]), value];
  }
  return fields;
}

const contentTypeOf = ({ headers }: WireRequest): string =>
  (headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "").toLowerCase();

function jsonOf(request: WireRequest, schema: SentSchema, body: string): unknown {
  const document = schema.field !== undefined || contentTypeOf(request).includes("json");
  if (!document) return fieldsOf(request);
  try {
    return JSON.parse(body);
  } catch {
    throw new Error("is not JSON");
  }
}

/** What stands in an envelope is the document. */
function documentOf(text: string): string | XmlElement {
  let root: XmlElement | null;
  try {
    root = parseXml(text).root;
  } catch {
    return text;
  }
  if (!root || localName(root.name) !== "Envelope") return text;
  const body = childElements(root).find((child) => localName(child.name) === "Body");
  return (body && childElements(body)[0]) ?? root;
}
