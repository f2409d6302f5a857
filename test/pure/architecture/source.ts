import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** A source file of the product. `path` is relative to the root, with forward slashes. */
export interface Source {
  path: string;
  lines: string[];
  text: string;
  /** Imported modules: files as paths like `path`, packages by name. Type-only imports are marked. */
  imports: { target: string; type: boolean }[];
}

const FOLDERS = ["worker", "durable-objects", "schema"];

export function sources(): Source[] {
  return FOLDERS.flatMap((folder) => files(join(ROOT, folder))).map((file) => {
    const text = readFileSync(file, "utf8");
    return { path: relative(ROOT, file), text, lines: text.split("\n"), imports: importsOf(file, text) };
  });
}

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return files(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

const IMPORT = /(?:import|export)\s+(type\s+)?(?:[^;"']*?\sfrom\s+)?["']([^"']+)["']|import\(["']([^"']+)["']\)/g;

function importsOf(file: string, text: string): Source["imports"] {
  return [...text.matchAll(IMPORT)].map(([, type, named, dynamic]) => {
    const target = named ?? dynamic ?? "";
    return {
      target: target.startsWith(".") ? relative(ROOT, resolve(dirname(file), target)) : target,
      type: type !== undefined,
    };
  });
}

/** Functions and methods with their length in lines: from the line that opens one to the line that closes it at the same indentation. */
export function functions(source: Source): { name: string; line: number; length: number }[] {
  const found: { name: string; line: number; length: number }[] = [];
  for (const [index, line] of source.lines.entries()) {
    const opens =
      /^(\s*)(?:export )?(?:default )?(?:override |private |protected |static )*(?:async )?(?:function\*? ?)?([A-Za-z_$][\w$]*)(?:<.*>)?\(.*\{$/.exec(
        line,
      );
    const arrow = /^(\s*)(?:export )?const ([A-Za-z_$][\w$]*)\b.*=> \{$/.exec(line);
    const match = opens ?? arrow;
    if (!match || /^\s*(?:if|for|while|switch|catch|return)\b/.test(line)) continue;
    const [, indent = "", name = ""] = match;
    const end = source.lines.findIndex((other, at) => at > index && other.startsWith(`${indent}}`));
    if (end > index) found.push({ name, line: index + 1, length: end - index + 1 });
  }
  return found;
}
