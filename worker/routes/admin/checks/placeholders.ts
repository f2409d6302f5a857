import type { RequestTemplate } from "../../../../schema/config/dialect.ts";

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** Every `{{name}}` of a request template, with the dotted path to the text that holds it. */
export function placeholdersOf(request: RequestTemplate, path: string): { at: string; name: string }[] {
  const { url, headers, body } = request;
  return [...inText(url, `${path}.url`), ...inValue(headers, `${path}.headers`), ...inValue(body, `${path}.body`)];
}

function inValue(value: unknown, at: string): { at: string; name: string }[] {
  if (typeof value === "string") return inText(value, at);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => inValue(inner, `${at}.${name}`));
}

function inText(text: string, at: string): { at: string; name: string }[] {
  return [...text.matchAll(PLACEHOLDER)].map((match) => ({ at, name: match[1] ?? "" }));
}
