import type { RequestTemplate } from "../../../schema/config/dialect.ts";
import type { FieldValue } from "../../../schema/rpc/auction.ts";
import type { BuildResult } from "../dialect.ts";
import { compileBody, type JsonValue, pairsOf } from "./body.ts";
import { compileTemplate, fill, type Scope, type Template } from "./template.ts";
import { compileUrl } from "./url.ts";

export type BuildRequest = (scope: Scope) => BuildResult;

const CONTENT_TYPES = { json: "application/json", form: "application/x-www-form-urlencoded" } as const;

/** Names that belong to the connection, not to a configuration. */
export const FORBIDDEN_HEADERS = new Set(
  "host,content-length,connection,transfer-encoding,upgrade,te,trailer,expect,keep-alive,proxy-authorization".split(
    ",",
  ),
);

/** Compiles a request once; building it is then only filling in. A missing secret is always a refusal. */
export function compileRequest(template: RequestTemplate): BuildRequest {
  const url = compileUrl(template.url);
  const headers = Object.entries(template.headers)
    .filter(([name]) => !FORBIDDEN_HEADERS.has(name.toLowerCase()))
    .map(([name, value]) => ({ name, value: compileTemplate(value) }));
  const body = template.body === undefined ? null : compileBody(template.body as JsonValue);

  return (outer) => {
    const missing = new Set<string>();
    const scope: Scope = (name) => noteMissing(name, outer(name), missing);
    const address = url(scope);
    if (!address.ok) return address;
    const sent: [string, string][] = headers.flatMap(({ name, value }) => header(name, value, scope));
    const content = body === null ? undefined : body(scope);
    if (missing.size > 0) return { ok: false, message: `missing ${[...missing].join(", ")}` };
    return finish(template, address.url, sent, content);
  };
}

function noteMissing(name: string, value: FieldValue | undefined, missing: Set<string>): FieldValue | undefined {
  if (name.startsWith("secret.") && (value === undefined || value === "")) missing.add(name);
  return value;
}

function finish(
  template: RequestTemplate,
  url: string,
  headers: [string, string][],
  content: JsonValue | undefined,
): BuildResult {
  const { method, encoding } = template;
  const request = (target: string, body: string | null, type?: string): BuildResult => ({
    ok: true,
    request: { method, url: target, headers: withDefaults(headers, type), body },
  });
  if (content === undefined) return request(url, null);
  if (encoding !== "query" && method === "GET")
    return { ok: false, message: "body: a GET cannot carry one; use encoding query" };
  if (encoding === "json") return request(url, JSON.stringify(content), CONTENT_TYPES.json);
  const pairs = pairsOf(content);
  if (pairs === null)
    return { ok: false, message: `body: encoding ${encoding} needs an object of plain values and lists` };
  const text = new URLSearchParams(pairs).toString();
  if (encoding === "form") return request(url, text, CONTENT_TYPES.form);
  return request(text === "" ? url : `${url}${url.includes("?") ? "&" : "?"}${text}`, null);
}

/** A header whose only content is a missing value is left out. */
function header(name: string, template: Template, scope: Scope): [string, string][] {
  if (template.exact !== null && scope(template.exact) === undefined) return [];
  return [[name, headerText(fill(template, scope))]];
}

/** No line breaks or other control characters, and only ASCII: anything else would let a value write headers of its own. */
export function headerText(value: string): string {
  return value
    .replace(/[^\t\x20-\u{10ffff}]|\x7f/gu, "")
    .replace(/[^\t\x20-\x7e]/gu, "?")
    .trim();
}

function withDefaults(headers: [string, string][], contentType: string | undefined): [string, string][] {
  const has = (name: string) => headers.some(([known]) => known.toLowerCase() === name);
  const all = [...headers];
  if (contentType && !has("content-type")) all.push(["content-type", contentType]);
  if (!has("accept")) all.push(["accept", "application/json"]);
  if (!has("user-agent")) all.push(["user-agent", "pingpost-gateway/1"]);
  return all;
}
