/** A value of a sample answer, and the path that finds it. */
export interface Leaf {
  path: string;
  /** The last name, in lower-case letters and digits only. */
  name: string;
  /** The name above it, likewise. */
  above: string;
  value: string | number | boolean | null;
  /** Several like it: the path has a `*`. */
  many: boolean;
  depth: number;
}
/** A list of objects. */
export interface ListOf {
  path: string;
  items: Record<string, unknown>[];
}

const MAX_LEAVES = 300;
const MAX_DEPTH = 8;
const SAFE_NAME = /^[\p{L}\p{N}_$@#-]+$/u;

export const letters = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");
/** A name as a path writes it. */
export const step = (name: string): string => (SAFE_NAME.test(name) ? name : `["${name.replaceAll('"', "")}"]`);

export function leavesOf(tree: unknown): { leaves: Leaf[]; lists: ListOf[] } {
  const [leaves, lists]: [Leaf[], ListOf[]] = [[], []];
  const visit = (value: unknown, path: string[], many: boolean): void => {
    if (leaves.length >= MAX_LEAVES || path.length > MAX_DEPTH) return;
    if (Array.isArray(value)) visitList(value, path, many);
    else if (typeof value === "object" && value !== null) {
      const { "#text": text, ...members } = value as Record<string, unknown>;
      if (text !== undefined) visit(text, path, many);
      for (const [name, member] of Object.entries(members)) visit(member, [...path, name], many);
    } else if (value !== undefined) {
      const named = path.filter((name) => name !== "*");
      leaves.push({
        path: joined(path),
        name: letters(named.at(-1) ?? ""),
        above: letters(named.at(-2) ?? ""),
        value: value as Leaf["value"],
        many,
        depth: path.length,
      });
    }
  };
  const visitList = (list: unknown[], path: string[], many: boolean): void => {
    const items = list.filter((item): item is Record<string, unknown> => typeof item === "object" && item !== null);
    if (items.length > 0 && items.length === list.length) lists.push({ path: joined(path), items });
    const [first] = list;
    const several = list.length > 1 || typeof first !== "object";
    if (first !== undefined) visit(first, several ? [...path, "*"] : path, many || several);
  };
  visit(tree, [], false);
  return { leaves, lists };
}

const joined = (path: string[]): string =>
  path
    .map((name, at) => (name === "*" ? "*" : at > 0 && step(name).startsWith("[") ? step(name) : step(name)))
    .reduce((whole, name) => (whole === "" ? name : name.startsWith("[") ? `${whole}${name}` : `${whole}.${name}`), "");
