import { BuildFailure } from "./build.ts";

const MAX_DEPTH = 20;

/**
 * Names and values of a form or query: members of inner objects under dotted names (`Lead.Zip`), lists as repeated names, null as empty
 * text. A list of objects has no usual form.
 */
export function pairsOf(content: unknown): [string, string][] {
  if (typeof content !== "object" || content === null || Array.isArray(content))
    throw new BuildFailure("body: this encoding needs an object");
  const pairs: [string, string][] = [];
  collect(content, "", pairs, 0);
  return pairs;
}

function collect(object: object, prefix: string, pairs: [string, string][], depth: number): void {
  if (depth > MAX_DEPTH) throw new BuildFailure("body: is nested too deep");
  for (const [key, value] of Object.entries(object)) {
    const name = prefix === "" ? key : `${prefix}.${key}`;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) collect(value, name, pairs, depth + 1);
    else for (const item of Array.isArray(value) ? value : [value]) pairs.push([name, plain(item, name)]);
  }
}

function plain(value: unknown, name: string): string {
  if (typeof value === "object" && value !== null)
    throw new BuildFailure(`body: ${name} is a list of objects; write it as text with $json`);
  return value === null || value === undefined ? "" : String(value);
}
