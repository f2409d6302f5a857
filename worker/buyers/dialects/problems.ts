import type { RequestTemplate } from "../../../schema/config/dialect.ts";
import { type JsonValue, pairsOf } from "./body.ts";
import { FORBIDDEN_HEADERS } from "./request.ts";
import { nameProblem, type Phase } from "./scope.ts";
import { compileTemplate } from "./template.ts";
import { urlProblem } from "./url.ts";

export interface RequestProblem {
  part: string;
  message: string;
}

/** Checks a request template without facts. */
export function problemsOf(request: RequestTemplate, phase: Phase): RequestProblem[] {
  const body = request.body as JsonValue | undefined;
  const url = urlProblem(request.url);
  return [
    ...textProblems("url", request.url, phase),
    ...(url === null ? [] : [{ part: "url", message: url }]),
    ...Object.entries(request.headers).flatMap(([name, value]) => headerProblems(name, value, phase)),
    ...(body === undefined ? [] : bodyProblems("body", body, phase)),
    ...encodingProblems(request, body),
  ];
}

function headerProblems(name: string, value: string, phase: Phase): RequestProblem[] {
  const part = `headers.${name}`;
  const forbidden = FORBIDDEN_HEADERS.has(name.toLowerCase()) ? [{ part, message: "belongs to the connection" }] : [];
  return [...forbidden, ...textProblems(part, value, phase)];
}

function bodyProblems(part: string, value: JsonValue, phase: Phase): RequestProblem[] {
  if (typeof value === "string") return textProblems(part, value, phase);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => bodyProblems(`${part}.${key}`, item, phase));
}

function encodingProblems({ encoding, method }: RequestTemplate, body: JsonValue | undefined): RequestProblem[] {
  if (body === undefined) return [];
  if (encoding !== "query" && method === "GET")
    return [{ part: "encoding", message: "a GET cannot carry a body; use query" }];
  const flat = encoding === "json" || pairsOf(body) !== null;
  return flat ? [] : [{ part: "body", message: `encoding ${encoding} needs an object of plain values and lists` }];
}

function textProblems(part: string, text: string, phase: Phase): RequestProblem[] {
  const template = compileTemplate(text);
  const names = template.names.flatMap((name) => nameProblem(name, phase) ?? []);
  const torn = template.parts.some((piece) => typeof piece === "string" && piece.includes("{{"));
  return [...names, ...(torn ? ["a placeholder is not closed or not a name"] : [])].map((message) => ({
    part,
    message,
  }));
}
