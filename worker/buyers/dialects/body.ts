import { compileTemplate, fill, type Scope } from "./template.ts";

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
type BuildBody = (scope: Scope) => JsonValue | undefined;

/**
 * Compiles a body: a tree whose texts may hold placeholders. A text that is exactly one placeholder keeps the value's type and is
 * left out (of its object or list) when there is no value. `undefined` = the whole body is left out.
 */
export function compileBody(value: JsonValue): BuildBody {
  if (typeof value === "string") return compileText(value);
  if (Array.isArray(value)) {
    const items = value.map(compileBody);
    return (scope) => items.map((item) => item(scope)).filter((item) => item !== undefined);
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => [key, compileBody(item)] as const);
    // fromEntries defines own properties, so a key like __proto__ stays a key.
    return (scope) => Object.fromEntries(entries.flatMap(([key, item]) => present(key, item(scope))));
  }
  return () => value;
}

function compileText(text: string): BuildBody {
  const template = compileTemplate(text);
  const { exact } = template;
  return exact === null ? (scope) => fill(template, scope) : (scope) => scope(exact);
}

function present(key: string, value: JsonValue | undefined): [string, JsonValue][] {
  return value === undefined ? [] : [[key, value]];
}

/** Names and values of a form or query: plain values, and lists as repeated names. null = it is not that flat. */
export function pairsOf(content: JsonValue): [string, string][] | null {
  if (typeof content !== "object" || content === null || Array.isArray(content)) return null;
  const pairs: [string, string][] = [];
  for (const [key, value] of Object.entries(content)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (typeof item === "object" && item !== null) return null;
      pairs.push([key, item === null ? "" : String(item)]);
    }
  }
  return pairs;
}
