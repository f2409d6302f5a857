import { DialectProblem } from "../expression/problem.ts";
import { asText, type Getter } from "../expression/value.ts";
import { cdata, escapeXml } from "../formats/escape-xml.ts";
import type { Build } from "./build.ts";
import type { RequestLanguage } from "./language.ts";

/** What a document written as text is, and so how values are escaped in it. */
export type DocumentKind = "xml" | "json" | "form" | "text";

export function kindOf(encoding: string, contentType: string | undefined): DocumentKind {
  if (encoding === "xml" || encoding === "soap") return "xml";
  const type = contentType?.toLowerCase() ?? "";
  if (type.includes("xml")) return "xml";
  if (type.includes("json")) return "json";
  return type.includes("urlencoded") ? "form" : "text";
}

/** A document with placeholders; each value is escaped for the place where it stands. */
export function compileDocument(text: string, kind: DocumentKind, language: RequestLanguage): Getter<Build> {
  const { parts } = language.text(text);
  let before = "";
  const compiled = parts.map((part) => {
    if (typeof part === "string") {
      before += part;
      return part;
    }
    const encode = ENCODERS[kind](before);
    before += "x";
    return (build: Build) => encode(part(build));
  });
  return (build) => compiled.map((part) => (typeof part === "string" ? part : part(build))).join("");
}

type Encode = (value: unknown) => string;

const ENCODERS: Readonly<Record<DocumentKind, (before: string) => Encode>> = {
  xml: xmlPlace,
  json: (before) =>
    inQuotes(before) ? (value) => JSON.stringify(asText(value)).slice(1, -1) : (value) => JSON.stringify(value ?? null),
  form: () => (value) => encodeURIComponent(asText(value).toWellFormed()),
  // A line break would begin a line of the document's own.
  text: () => (value) => asText(value).replace(/[\r\n\u2028\u2029]+/g, " "),
};

function xmlPlace(before: string): Encode {
  const last = (mark: string): number => before.lastIndexOf(mark);
  if (last("<![CDATA[") > last("]]>")) return (value) => cdata(asText(value)).slice("<![CDATA[".length, -"]]>".length);
  if (last("<!--") > last("-->")) throw new DialectProblem("a value must not stand in an XML comment");
  const tag = before.slice(last("<"));
  if (last("<") > last(">") && (tag.replace(/"[^"]*"|'[^']*'/g, "").match(/["']/g)?.length ?? 0) === 0)
    throw new DialectProblem("a value must not be part of an XML tag, but of its text or of a quoted attribute");
  return (value) => escapeXml(asText(value));
}

function inQuotes(before: string): boolean {
  return (before.replace(/\\./g, "").match(/"/g)?.length ?? 0) % 2 === 1;
}
