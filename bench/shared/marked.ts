import { readFileSync, writeFileSync } from "node:fs";

const begin = (name: string): string => `<!-- ${name}: written by its command -->`;
const end = (name: string): string => `<!-- end of ${name} -->`;

/** What stands between the marks `name` in a page. Throws when they are not there. */
export function markedPart(page: string, name: string): string {
  const [from, to] = [page.indexOf(begin(name)), page.indexOf(end(name))];
  if (from < 0 || to < from) throw new Error(`the page has no part ${name}`);
  return page.slice(from + begin(name).length, to).trim();
}

/** Replaces it; the file must have the marks. */
export function writeMarked(file: string, name: string, text: string): void {
  const page = readFileSync(file, "utf8");
  markedPart(page, name);
  const [from, to] = [page.indexOf(begin(name)) + begin(name).length, page.indexOf(end(name))];
  writeFileSync(file, `${page.slice(0, from)}\n${text.trim()}\n${page.slice(to)}`);
}

/** A table of markdown. */
export function table(head: string[], rows: (string | number)[][]): string {
  const line = (cells: (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
