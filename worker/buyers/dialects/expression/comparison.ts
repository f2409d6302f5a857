import { SEARCHED } from "./regex.ts";
import type { Comparison, Literal } from "./syntax.ts";
import { asText, isPresent } from "./value.ts";

type Holds = (value: unknown) => boolean;

/** Of a list: of any of its values. */
export const anyOf =
  (holds: Holds): Holds =>
  (value) =>
    Array.isArray(value) ? value.some(holds) : holds(value);

/** Whether a value compares so with what was written. */
export function comparison(by: Comparison, values: Literal[]): (value: unknown) => boolean {
  const [wanted = null] = values;
  switch (by) {
    case "is":
    case "in":
      return (value) => values.some((one) => same(value, one));
    case "contains":
      return anyOf(containing(String(wanted)));
    case "starts_with":
      return (value) => isPresent(value) && lower(value).startsWith(lower(wanted));
    case "ends_with":
      return (value) => isPresent(value) && lower(value).endsWith(lower(wanted));
    default:
      return ordering(by, typeof wanted === "string" ? numberOf(wanted) : Number(wanted));
  }
}

const lower = (value: unknown): string => asText(value).trim().toLowerCase();

function ordering(by: ">" | ">=" | "<" | "<=", limit: number | null): (value: unknown) => boolean {
  return (value) => {
    const number = numberOf(value);
    if (number === null || limit === null) return false;
    if (by === ">") return number > limit;
    if (by === ">=") return number >= limit;
    return by === "<" ? number < limit : number <= limit;
  };
}

/** Legacy systems answer "1", 1, "True" and true for one thing: compared as text, without regard to case and space; numbers by value. */
export function same(value: unknown, wanted: Literal): boolean {
  if (wanted === null) return value === null;
  if (value === undefined || value === null || typeof value === "object") return false;
  if (String(value).trim().toLowerCase() === String(wanted).trim().toLowerCase()) return true;
  return typeof wanted === "number" && numberOf(value) === wanted;
}

/** A plain decimal, as number or text; null for all else. */
export function numberOf(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string" || !/^\s*[+-]?(\d+\.?\d*|\.\d+)\s*$/.test(value)) return null;
  return Number(value);
}

/** Whole words, without regard to case: "Unmatched" does not contain "matched". */
function containing(words: string): (value: unknown) => boolean {
  const wanted = words.trim().toLowerCase();
  return (value) => isPresent(value) && hasWords(asText(value).slice(0, SEARCHED).toLowerCase(), wanted);
}

function hasWords(text: string, wanted: string): boolean {
  if (wanted === "") return false;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const before = at > 0 && isWordEnd(text[at - 1]) && isWordEnd(wanted[0]);
    const after = isWordEnd(text[at + wanted.length]) && isWordEnd(wanted[wanted.length - 1]);
    if (!before && !after) return true;
  }
  return false;
}

const isWordEnd = (letter: string | undefined): boolean => letter !== undefined && /[\p{L}\p{N}]/u.test(letter);
