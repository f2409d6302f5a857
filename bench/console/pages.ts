import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Ids that stand for path parameters: by the word before the parameter. */
export type Ids = Record<string, string>;

/** The console's pages as its routes have them; new ones are measured without being named here. */
export function consolePages(root: string): string[] {
  const found = new Set<string>();
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (/\.tsx?$/.test(entry.name))
        for (const [, route = ""] of readFileSync(path, "utf8").matchAll(/\bapp\.get\(\s*["'`](\/[^"'`]*)["'`]/g))
          found.add(`/ops${route === "/" ? "" : route}`);
    }
  };
  walk(root);
  return [...found].filter((path) => !path.includes("${") && !path.includes("sign-in")).sort();
}

/** Not made to be quick, or no pages: read everything that is sealed, or stay open. */
const LEFT_OUT = /\/keys\/usage$|\/export$|\/stream$|\/events$|\/openapi/;

/** The operators' reading calls, as the API's document has them. */
export function adminCalls(document: { paths: Record<string, Record<string, unknown>> }): string[] {
  return Object.entries(document.paths)
    .filter(([path, item]) => path.startsWith("/v1/admin/") && "get" in item)
    .map(([path]) => path.replaceAll(/\{(\w+)\}/g, ":$1"))
    .sort();
}

/** The path with its parameters filled in; null where no id is known, or it is left out. */
export function filled(path: string, ids: Ids): string | null {
  if (LEFT_OUT.test(path)) return null;
  const parts = path.split("/");
  for (const [i, part] of parts.entries()) {
    if (!part.startsWith(":")) continue;
    const id = ids[`${parts[i - 1]}/${part.slice(1)}`] ?? ids[parts[i - 1] ?? ""] ?? ids[part.slice(1)];
    if (id === undefined) return null;
    parts[i] = encodeURIComponent(id);
  }
  return parts.join("/");
}

/** Queries under which a page or call is measured too: the widest range that people use every day. */
export const ALSO: Record<string, string[]> = {
  "/ops/reports": ["range=30d", "range=30d&publisher=quotewise", "range=today"],
  "/ops/reports/groups": ["range=30d&group=publisher", "range=30d&group=buyer", "range=30d&group=contract"],
  "/ops/reports/reasons": ["range=30d"],
  "/ops/reports/bids": ["range=30d"],
  "/ops/reports/lost": ["range=30d"],
  "/ops/leads": ["state=review"],
  "/v1/admin/leads": ["state=sold&limit=50"],
};
