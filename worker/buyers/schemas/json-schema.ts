import { applicators } from "./json-applicators.ts";
import { assertions } from "./json-assertions.ts";
import { Findings, type SchemaVerdict } from "./verdict.ts";

export type SchemaNode = Record<string, unknown>;
export interface Walk {
  root: unknown;
  found: Findings;
  depth: number;
}

export const isNode = (value: unknown): value is SchemaNode =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Words that say nothing about a value, or are read where they are pointed at. */
const SILENT = new Set(
  "$schema $id id $anchor $comment $defs definitions $vocabulary title description default examples example deprecated readOnly writeOnly contentEncoding contentMediaType".split(
    " ",
  ),
);

/**
 * A value against a JSON Schema (draft 7 to 2020-12), without generated code and with regular expressions in linear time.
 * References reach within the schema; `unevaluated…`, `$dynamicRef` and remote references are told as unchecked.
 */
export function checkJson(schema: unknown, value: unknown): SchemaVerdict {
  const found = new Findings();
  walk({ root: schema, found, depth: 0 }, schema, value, "");
  return found.verdict();
}

export function walk(at: Walk, schema: unknown, value: unknown, path: string): void {
  if (schema === true || !at.found.goOn(at.depth)) return;
  if (schema === false) at.found.add(path, "is not allowed");
  if (!isNode(schema)) return;
  const inner = { ...at, depth: at.depth + 1 };
  for (const word of Object.keys(schema)) {
    if (SILENT.has(word)) continue;
    const rule = assertions.get(word);
    if (rule) rule(at.found, schema, value, path);
    else if (applicators.has(word)) applicators.get(word)?.(inner, schema, value, path);
    else at.found.skip(word);
  }
}

/** Does it fit? Violations stay here. */
export function fits(at: Walk, schema: unknown, value: unknown, path: string): boolean {
  const branch = at.found.branch();
  walk({ ...at, found: branch }, schema, value, path);
  at.found.join(branch);
  return branch.violations.length === 0;
}

/** What `#/…`, `#anchor` or `#` points at; undefined where it leads out of the schema. */
export function resolve(root: unknown, ref: string): unknown {
  if (!ref.startsWith("#")) return undefined;
  if (ref === "#") return root;
  if (ref.startsWith("#/"))
    return ref
      .slice(2)
      .split("/")
      .map((name) => decodeURIComponent(name).replaceAll("~1", "/").replaceAll("~0", "~"))
      .reduce<unknown>(
        (node, name) =>
          typeof node === "object" && node !== null && Object.hasOwn(node, name)
            ? (node as Record<string, unknown>)[name]
            : undefined,
        root,
      );
  return anchored(root, ref.slice(1), 0);
}

function anchored(node: unknown, anchor: string, depth: number): unknown {
  if (typeof node !== "object" || node === null || depth > 20) return undefined;
  if (isNode(node) && node.$anchor === anchor) return node;
  for (const inner of Object.values(node)) {
    const found = anchored(inner, anchor, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
