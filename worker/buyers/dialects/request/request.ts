import type { AnswerFormat, AuthConfig, RequestTemplate } from "../../../../schema/config/dialect.ts";
import type { BuildResult } from "../../dialect.ts";
import { compileAuth, withAuth } from "./auth.ts";
import { compileBody } from "./body.ts";
import { type Build, BuildFailure } from "./build.ts";
import { compileHeaders, type Header, hasHeader, headerText, USER_AGENT } from "./headers.ts";
import type { RequestLanguage } from "./language.ts";
import { pairsOf } from "./pairs.ts";
import { compileSign } from "./sign.ts";
import { testTemplate } from "./test-overrides.ts";
import { compileTree } from "./tree.ts";
import { compileUrl } from "./url.ts";

export type BuildRequest = (build: Build) => BuildResult;

export interface RequestContext {
  /** Of the request in the configuration. */
  path: string;
  /** A fresh one, with a sink of problems. */
  language(method: string): RequestLanguage;
  auth?: AuthConfig;
  /** How the answer will be read: what the Accept header asks for, and headers to keep. */
  answer?: { format: AnswerFormat | AnswerFormat[]; headers: string[] };
  /** One of several requests for one delivery. */
  step?: string;
}

/** Compiles a request once; building it is then only filling in. What is wrong with it goes into the language's sink. */
export function compileRequest(template: RequestTemplate, context: RequestContext): BuildRequest {
  const live = compileOne(template, context);
  const changed = testTemplate(template);
  if (!changed) return live;
  const { problems } = context.language("").sink;
  const before = problems.length;
  const test = compileOne(changed, context);
  // Told where it stands: in the request, or only in what tests change of it.
  const found = problems.splice(before).map(({ path, message }) => {
    const same = problems.some((known) => known.path === path && known.message === message);
    return { path: same ? path : path.replace(`${context.path}.`, `${context.path}.test.`), message };
  });
  problems.push(...found);
  return (build) => (build.gateway.test ? test(build) : live(build));
}

function compileOne(template: RequestTemplate, context: RequestContext): BuildRequest {
  const { path, step, answer } = context;
  const language = context.language(template.method);
  const late = language.with({ late: true });
  const url = language.sink.at(
    `${path}.url`,
    () => compileUrl(template.url, language, template.hosts),
    () => "",
  );
  const query =
    template.query && compileTree(template.query, `${path}.query`, language, { omitEmpty: template.omit === "empty" });
  const body = compileBody(template, path, language);
  const headers = compileHeaders(template.headers, `${path}.headers`, late);
  const auth = compileAuth(context.auth, language);
  const sign = compileSign(template.sign, `${path}.sign`, late, step);
  const [accept, kept] = [acceptOf(answer?.format), answer?.headers ?? []];
  const { problems } = language.sink;

  return (build) => {
    const [problem] = problems;
    if (problem) return { ok: false, message: `${problem.path.replace(`${path}.`, "")}: ${problem.message}` };
    try {
      const content = body(build);
      build.body = content.text ?? "";
      build.url = withQuery(url(build), query ? [...pairsOf(query(build)), ...content.query] : content.query);
      const own = headers(build);
      const credentials = auth(build);
      const signed = sign(build);
      if (build.missing.size > 0) return missing(build);
      const all = withDefaults([...withAuth(own, credentials), ...signed.headers], content.headers, accept);
      const request = {
        method: template.method,
        url: withQuery(build.url, signed.query),
        headers: all,
        body: content.text,
      };
      return { ok: true, request: kept.length === 0 ? request : { ...request, want_headers: kept } };
    } catch (error) {
      // One dialect's trouble must not reach the other buyers of an auction.
      if (build.missing.size > 0) return missing(build);
      return { ok: false, message: error instanceof BuildFailure ? error.message : "the request cannot be built" };
    }
  };
}

const missing = ({ missing }: Build): BuildResult => ({ ok: false, message: `missing ${[...missing].join(", ")}` });

function withQuery(url: string, pairs: [string, string][]): string {
  if (pairs.length === 0) return url;
  return `${url}${url.includes("?") ? "&" : "?"}${new URLSearchParams(pairs)}`;
}

function acceptOf(format: AnswerFormat | AnswerFormat[] = "json"): string {
  const first = Array.isArray(format) ? format[0] : format;
  if (first === "json" || first === "json_in_text") return "application/json";
  return first === "xml" ? "application/xml, text/xml, */*;q=0.5" : "*/*";
}

function withDefaults(headers: Header[], content: Header[], accept: string): Header[] {
  const defaults: Header[] = [...content, ["accept", accept], ["user-agent", USER_AGENT]];
  for (const [name, value] of defaults)
    if (!hasHeader(headers, name.toLowerCase())) headers.push([name, headerText(value)]);
  return headers;
}
