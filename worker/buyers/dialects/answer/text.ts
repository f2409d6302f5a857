import { isPresent } from "../expression/value.ts";

/** Most characters of an id or a reason. */
export const TEXT_LIMIT = 500;

/** A plain value (or a list of one) as text without surrounding space, cut at `limit`; undefined for all else. */
export function textOf(value: unknown, limit = TEXT_LIMIT): string | undefined {
  const plain: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (typeof plain !== "string" && typeof plain !== "number" && typeof plain !== "boolean") return undefined;
  const text = String(plain).trim();
  return text === "" ? undefined : text.slice(0, limit);
}

/** A reason as text: lists joined by `; `, the members of objects as `name: value`. */
export function reasonOf(value: unknown, depth = 0): string | undefined {
  if (typeof value !== "object" || value === null) return textOf(value);
  if (depth > 6) return undefined;
  const parts = Array.isArray(value)
    ? value.slice(0, 20).map((item) => reasonOf(item, depth + 1))
    : Object.entries(value)
        .slice(0, 20)
        .map(([name, item]) => (isPresent(item) ? withName(name, reasonOf(item, depth + 1)) : name));
  return textOf(parts.filter((part) => part !== undefined).join("; "));
}

const withName = (name: string, text: string | undefined): string => (text === undefined ? name : `${name}: ${text}`);

/** A value to carry: plain as text, a list of plain values as JSON text. null: too long, and a cut id would name something else. */
export function carriedOf(value: unknown): string | null | undefined {
  const text = textOf(value, TEXT_LIMIT + 1);
  if (text !== undefined) return text.length > TEXT_LIMIT ? null : text;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const items = value.map((item) => textOf(item, TEXT_LIMIT + 1)).filter((item) => item !== undefined);
  const list = JSON.stringify(items);
  return items.length === 0 ? undefined : list.length > 4 * TEXT_LIMIT ? null : list;
}
