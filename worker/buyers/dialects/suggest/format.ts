import type { AnswerFormat } from "../../../../schema/config/dialect.ts";
import { isPage } from "../formats/html.ts";
import { parseAs, parseWithin } from "../formats/index.ts";

export interface Recognised {
  format: AnswerFormat;
  tree: unknown;
  delimiter?: string;
  columns?: string[];
  inner: { at: string; format: AnswerFormat }[];
}

const DELIMITERS = ["|", ";", "\t", ","];
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The format that a body is in, by its looks; a text that is no document is `text`. */
export function recognise(body: string): Recognised {
  const text = body.trim();
  const as = (format: AnswerFormat, tree: unknown, more: Partial<Recognised> = {}): Recognised => ({
    format,
    tree,
    inner: [],
    ...more,
  });
  if (/^[[{"]|^(true|false|null|-?\d)/.test(text)) {
    const tree = parseAs("json", text);
    if (tree !== undefined) return as("json", tree);
  }
  if (text.startsWith("<") && !isPage(text)) {
    const tree = parseAs("xml", text);
    if (tree !== undefined) return withInner(as("xml", tree));
  }
  if (isPage(text)) return as("html", parseAs("html", text) ?? {});
  if (/^[^\s=&]{1,80}=[^&\n]*(&[^\s=&]{1,80}=[^&\n]*)*$/.test(text)) {
    const tree = parseAs("form", text);
    if (tree !== undefined) return as("form", tree);
  }
  const lines = text.split(/\r?\n|<br\s{0,5}\/?>/i).filter((line) => line.trim() !== "");
  if (lines.length > 1 && lines.every((line) => /^[\w .-]{1,60}[:=]/.test(line.trim()))) {
    const tree = parseAs("lines", text);
    if (tree !== undefined) return as("lines", tree);
  }
  const cells = ofCells(text, lines.length);
  return cells ?? as("text", text);
}

/** One line of cells: `accepted|123|12.50`. A sentence with a comma is none. */
function ofCells(text: string, lines: number): Recognised | null {
  if (lines !== 1) return null;
  const delimiter = DELIMITERS.find((one) => {
    const cells = text.split(one);
    return cells.length > (one === "," ? 2 : 1) && cells.every((cell) => cell.trim().split(/\s+/).length <= 3);
  });
  if (delimiter === undefined) return null;
  const columns = columnsOf(text.split(delimiter));
  const tree = parseAs("csv", text, { columns, delimiter });
  return tree === undefined ? null : { format: "csv", tree, delimiter, columns, inner: [] };
}

function columnsOf(cells: string[]): string[] {
  const taken = new Set<string>();
  return cells.map((cell, at) => {
    const name = kindOf(cell.trim(), at);
    const own = taken.has(name) ? `column_${at + 1}` : name;
    taken.add(own);
    return own;
  });
}

function kindOf(cell: string, at: number): string {
  if (/^https?:/.test(cell)) return "redirect_url";
  if (/^\$?\d+\.\d+$/.test(cell)) return "price";
  if (at === 0) return "status";
  return /^[\w-]*\d[\w-]*$/.test(cell) ? "id" : "reason";
}

/** Texts that are documents themselves: one level, as `inner` can say it. */
function withInner(found: Recognised): Recognised {
  const at = (value: unknown, path: string[], depth: number): Recognised => {
    if (depth > 6) return found;
    if (typeof value === "string") {
      for (const format of ["xml", "json"] as const) {
        const document = /^\s*(<|&lt;|\{|\[)/.test(value) ? parseWithin(format, value) : undefined;
        if (isObject(document))
          return { ...found, inner: [{ at: path.join("."), format }], tree: placed(found.tree, path, document) };
      }
      return found;
    }
    if (!isObject(value)) return found;
    for (const [name, member] of Object.entries(value)) {
      const inner = at(member, [...path, name], depth + 1);
      if (inner !== found) return inner;
    }
    return found;
  };
  return at(found.tree, [], 0);
}

function placed(tree: unknown, path: string[], document: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return document;
  return isObject(tree) ? { ...tree, [name]: placed(tree[name], rest, document) } : tree;
}
