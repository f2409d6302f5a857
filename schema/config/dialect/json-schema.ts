import * as z from "zod";
import { dialectSchema } from "../dialect.ts";
import { DESCRIPTIONS } from "./descriptions.ts";

type Node = Record<string, unknown>;

/** Of the language; a later one would be a file of its own beside it. */
export const LANGUAGE_VERSION = 1;

/**
 * The dialect as JSON Schema (draft 2020-12) of what one writes, for editors: `# yaml-language-server: $schema=…/schemas/dialect-1.json`.
 * What cannot be said there (names that stand for something, expressions) `npm run dialect -- check` says.
 */
export function dialectJsonSchema(): Node {
  const schema = z.toJSONSchema(dialectSchema, { io: "input", reused: "ref", unrepresentable: "any" }) as Node;
  describe(schema, schema, [], new Set());
  return {
    ...schema,
    $id: `https://pingpost.example/schemas/dialect-${LANGUAGE_VERSION}.json`,
    title: `Buyer's dialect, language version ${LANGUAGE_VERSION}`,
    description: "How one buyer's system is spoken to, as data. Reference: docs/dialect-language.md.",
  };
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value);

/** Gives members their descriptions, by the longest end of their path that the table knows. A shared part gets those of its first place. */
function describe(root: Node, node: unknown, path: string[], seen: Set<unknown>): void {
  if (!isNode(node) || seen.has(node)) return;
  seen.add(node);
  if (typeof node.$ref === "string") describe(root, target(root, node.$ref), path, seen);
  for (const [name, member] of Object.entries(isNode(node.properties) ? node.properties : {})) {
    const text = descriptionOf([...path, name]);
    if (text !== undefined && isNode(member)) member.description = text;
    describe(root, member, [...path, name], seen);
  }
  for (const list of [node.anyOf, node.oneOf, node.allOf])
    if (Array.isArray(list)) for (const branch of list) describe(root, branch, path, seen);
  describe(root, node.items, path, seen);
  describe(root, node.additionalProperties, path, seen);
}

const target = (root: Node, ref: string): unknown =>
  ref
    .replace(/^#\//, "")
    .split("/")
    .reduce<unknown>((value, name) => (isNode(value) ? value[name] : undefined), root);

function descriptionOf(path: string[]): string | undefined {
  for (let from = 0; from < path.length; from++) {
    const key = path.slice(from).join(".");
    if (Object.hasOwn(DESCRIPTIONS, key)) return DESCRIPTIONS[key];
  }
  return undefined;
}
