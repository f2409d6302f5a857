import type { WireAnswer } from "../dialect.ts";

/** An answer, parsed once. `json` is undefined when the body is not JSON: the format is the dialect's to say, not a header's. */
export interface Answer {
  status: number;
  text: string;
  json: unknown;
  location: string | null;
  /**
   * It proves nothing by what it lacks: not JSON, a 5xx or a redirect, so perhaps a proxy's page. Only what it says counts.
   */
  weak: boolean;
}

export function parseAnswer(answer: WireAnswer): Answer {
  const text = answer.body.trim();
  const json = text === "" ? undefined : parse(text);
  const weak = json === undefined || answer.status >= 500 || (answer.status >= 300 && answer.status < 400);
  return { status: answer.status, text, json, location: answer.location, weak };
}

function parse(text: string): unknown {
  try {
    return /\d{16}/.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
  } catch {
    return parseWithNaN(text);
  }
}

/** Ids longer than a float can hold stay as they were written. */
function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? "")
    ? context?.source
    : value;
}

/** Some languages write NaN and Infinity into JSON; read as null, so that the price is what is wrong, not the answer. */
function parseWithNaN(text: string): unknown {
  if (!/NaN|Infinity/.test(text)) return undefined;
  try {
    return JSON.parse(text.replace(/([:[,][ \t]{0,20})-?(?:NaN|Infinity)(?=\s{0,20}[,}\]])/g, "$1null"));
  } catch {
    return undefined;
  }
}

export type Paths = string | string[] | undefined;
/** Finds the first value that is there (not missing, not null, not empty text) under the given paths. */
export type Finder = (json: unknown) => unknown;

export function compilePaths(paths: Paths): Finder {
  const all = (paths === undefined ? [] : [paths].flat()).map((path) => compilePath(path));
  return (json) => {
    let last: unknown;
    for (const find of all) {
      const value = find(json);
      if (value !== undefined && value !== null && value !== "") return value;
      last ??= value;
    }
    return last;
  };
}

/** Dots and numbers (`data.0.price`). Own properties only; list positions only by number. The empty path is the whole. */
export function compilePath(path: string): Finder {
  const steps = path === "" ? [] : path.split(".");
  return (json) => steps.reduce(step, json);
}

function step(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) return /^\d{1,6}$/.test(name) ? value[Number(name)] : undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

export const TEXT_LIMIT = 500;

/** A plain value as text without surrounding space, cut at `limit`; undefined for lists, objects, null and nothing. */
export function textOf(value: unknown, limit = TEXT_LIMIT): string | undefined {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return undefined;
  const text = String(value).trim();
  return text === "" ? undefined : text.slice(0, limit);
}
