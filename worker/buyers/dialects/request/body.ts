import type { JsonValue, RequestTemplate } from "../../../../schema/config/dialect.ts";
import { DialectProblem } from "../expression/problem.ts";
import { fill, type Getter } from "../expression/value.ts";
import type { Build } from "./build.ts";
import { compileDocument, kindOf } from "./document.ts";
import type { Header } from "./headers.ts";
import type { RequestLanguage } from "./language.ts";
import { multipart } from "./multipart.ts";
import { pairsOf } from "./pairs.ts";
import { soapEnvelope, soapHeaders } from "./soap.ts";
import { compileTree } from "./tree.ts";
import { XML_DECLARATION, xmlDocument } from "./xml-writer.ts";

/** What a body is made into: its text and the headers that tell of it, or pairs for the query. null: there is none. */
export interface Sent {
  text: string | null;
  headers: Header[];
  query: [string, string][];
}
export type BuildBody = (build: Build) => Sent;

const NO_BODY: Sent = { text: null, headers: [], query: [] };
const sent = (text: string, type: string): Sent => ({ text, headers: [["content-type", type]], query: [] });

/** Compiles a request's body in its encoding. `path`: of the request. */
export function compileBody(template: RequestTemplate, path: string, language: RequestLanguage): BuildBody {
  const { body, encoding, method } = template;
  if (body === undefined && encoding !== "soap") return () => NO_BODY;
  const place = `${path}.body`;
  if (encoding !== "query" && method === "GET")
    language.sink.wrong(`${path}.encoding`, "a GET cannot carry a body; use query");
  if (encoding === "text" || ((encoding === "xml" || encoding === "soap") && typeof body === "string"))
    return language.sink.at(
      place,
      () => documentBody(template, body, language),
      () => NO_BODY,
    );
  const get = compileTree(body ?? {}, place, language, { omitEmpty: template.omit === "empty" });
  if (encoding !== "json" && !mayBeObject(body ?? {}))
    language.sink.wrong(place, `encoding ${encoding} needs an object`);
  const write = writerOf(template, path, language);
  return (build) => {
    const content = get(build);
    return content === undefined ? NO_BODY : write(content, build);
  };
}

/** An object, or one placeholder or directive that can become one. */
function mayBeObject(body: JsonValue): boolean {
  if (typeof body === "string") return body.startsWith("{{") && body.endsWith("}}");
  return typeof body === "object" && body !== null && !Array.isArray(body);
}

function writerOf(
  template: RequestTemplate,
  path: string,
  language: RequestLanguage,
): (content: unknown, build: Build) => Sent {
  switch (template.encoding) {
    case "json":
    case "text":
      return (content) => sent(JSON.stringify(content), "application/json");
    case "form":
      return (content) => sent(new URLSearchParams(pairsOf(content)).toString(), "application/x-www-form-urlencoded");
    case "query":
      return (content) => ({ text: null, headers: [], query: pairsOf(content) });
    case "multipart":
      return (content, { nonce }) => {
        const { boundary, body } = multipart(content, nonce);
        return sent(body, `multipart/form-data; boundary=${boundary}`);
      };
    case "xml":
      return (content) => sent(XML_DECLARATION + xmlDocument(content), "text/xml; charset=utf-8");
    case "soap":
      return soapWriter(template, path, language);
  }
}

function soapWriter(template: RequestTemplate, path: string, language: RequestLanguage) {
  const { version, header } = { version: "1.1" as const, header: undefined, ...template.soap };
  const options = { omitEmpty: template.omit === "empty" };
  const head = header === undefined ? null : compileTree(header, `${path}.soap.header`, language, options);
  const action = soapAction(template, path, language);
  return (content: unknown, build: Build): Sent => ({
    text: soapEnvelope(version, head?.(build), content),
    headers: soapHeaders(version, action(build)),
    query: [],
  });
}

function soapAction(template: RequestTemplate, path: string, language: RequestLanguage) {
  const action = template.soap?.action;
  if (action === undefined) return () => undefined;
  const none: Getter<Build> = () => "";
  const get = language.sink.at(
    `${path}.soap.action`,
    (): Getter<Build> => {
      const text = language.text(action);
      return (build) => fill(text, build);
    },
    none,
  );
  return (build: Build): string => String(get(build));
}

/** A document written as one text. */
function documentBody(template: RequestTemplate, body: JsonValue | undefined, language: RequestLanguage): BuildBody {
  if (typeof body !== "string") throw new DialectProblem("encoding text needs one text");
  const { encoding, headers, soap } = template;
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type")?.[1];
  const get = compileDocument(body, kindOf(encoding, type), language);
  const action = soapAction(template, "", language);
  return (build) => {
    const text = String(get(build));
    if (encoding === "soap") return { text, headers: soapHeaders(soap?.version ?? "1.1", action(build)), query: [] };
    return sent(text, encoding === "xml" ? "text/xml; charset=utf-8" : "text/plain; charset=utf-8");
  };
}
