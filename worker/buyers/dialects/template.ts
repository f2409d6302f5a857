import type { FieldValue } from "../../../schema/rpc/auction.ts";

/** What a template may ask for; undefined = there is no such value. */
export type Scope = (name: string) => FieldValue | undefined;

/** Text with placeholders, compiled. */
export interface Template {
  parts: (string | { name: string })[];
  /** The template is one placeholder and nothing else. */
  exact: string | null;
  names: string[];
}

const PLACEHOLDER = /\{\{\s*([A-Za-z0-9_.-]+)\s*\}\}/;

export function compileTemplate(text: string): Template {
  const parts = text.split(PLACEHOLDER).map((part, i) => (i % 2 === 1 ? { name: part } : part));
  const kept = parts.filter((part) => part !== "");
  const only = kept.length === 1 ? kept[0] : undefined;
  const names = kept.flatMap((part) => (typeof part === "string" ? [] : [part.name]));
  return { parts: kept, exact: typeof only === "object" ? only.name : null, names };
}

/** Replaces every placeholder once; values are never read as templates. A missing value is empty text. */
export function fill(template: Template, scope: Scope, encode: (value: string) => string = (value) => value): string {
  return template.parts
    .map((part) => (typeof part === "string" ? part : encode(String(scope(part.name) ?? ""))))
    .join("");
}

/** The template's text before each placeholder, to see where it stands; earlier placeholders count as `x`. */
export function nameAt(template: Template, visit: (name: string, before: string) => void): void {
  let before = "";
  for (const part of template.parts) {
    if (typeof part !== "string") visit(part.name, before);
    before += typeof part === "string" ? part : "x";
  }
}
