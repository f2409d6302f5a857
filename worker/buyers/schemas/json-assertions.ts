import { compileRegex, type SafeRegex } from "../dialects/expression/regex.ts";
import { formatProblem } from "./formats.ts";
import { below, type Findings } from "./verdict.ts";

type Schema = Record<string, unknown>;
type Assertion = (found: Findings, schema: Schema, value: unknown, path: string) => void;

/** RE2, so that no pattern can stall us; what it cannot read is told as unchecked. */
export function asPattern(pattern: string, found: Findings): SafeRegex | null {
  try {
    return compileRegex(pattern);
  } catch {
    found.skip(`pattern ${pattern}`);
    return null;
  }
}

const isObject = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value;
}

const type: Assertion = (found, schema, value, path) => {
  const wanted = (Array.isArray(schema.type) ? schema.type : [schema.type]).map(String);
  const own = typeOf(value);
  const fits = wanted.some((one) => one === own || (one === "integer" && Number.isInteger(value)));
  if (!fits) found.add(path, `must be ${wanted.join(" or ")}, not ${own}`);
};

/** JSON's equality: whatever the order of members. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => equal(item, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && equal(a[name], b[name]))
  );
}

const oneOfValues: Assertion = (found, schema, value, path) => {
  const allowed = Array.isArray(schema.enum) ? schema.enum : [];
  if (allowed.some((one) => equal(one, value))) return;
  const shown = allowed.slice(0, 8).map((one) => JSON.stringify(one));
  found.add(path, `must be one of ${shown.join(", ")}${allowed.length > 8 ? ", …" : ""}`);
};

/** A limit on a number, a text's characters, a list's or object's members. */
function limit(
  word: string,
  of: (value: unknown) => number | null,
  holds: (size: number, limit: number) => boolean,
  say: (limit: number) => string,
): [string, Assertion] {
  return [
    word,
    (found, schema, value, path) => {
      const [size, bound] = [of(value), schema[word]];
      if (size !== null && typeof bound === "number" && !holds(size, bound)) found.add(path, say(bound));
    },
  ];
}

const number = (value: unknown): number | null => (typeof value === "number" ? value : null);
const characters = (value: unknown): number | null => (typeof value === "string" ? [...value].length : null);
const entries = (value: unknown): number | null => (Array.isArray(value) ? value.length : null);
const members = (value: unknown): number | null => (isObject(value) ? Object.keys(value).length : null);
const least = (size: number, bound: number): boolean => size >= bound;
const most = (size: number, bound: number): boolean => size <= bound;

const required: Assertion = (found, schema, value, path) => {
  if (!isObject(value) || !Array.isArray(schema.required)) return;
  for (const name of schema.required.map(String))
    if (!Object.hasOwn(value, name)) found.add(below(path, name), "is required");
};

const dependentRequired: Assertion = (found, schema, value, path) => {
  if (!isObject(value) || !isObject(schema.dependentRequired)) return;
  for (const [name, needed] of Object.entries(schema.dependentRequired))
    if (Object.hasOwn(value, name) && Array.isArray(needed))
      for (const other of needed.map(String))
        if (!Object.hasOwn(value, other)) found.add(below(path, other), `is required beside ${name}`);
};

const pattern: Assertion = (found, schema, value, path) => {
  if (typeof value !== "string" || typeof schema.pattern !== "string") return;
  if (asPattern(schema.pattern, found)?.test(value) === false) found.add(path, `must match ${schema.pattern}`);
};

const format: Assertion = (found, schema, value, path) => {
  if (typeof value !== "string" || typeof schema.format !== "string") return;
  const problem = formatProblem(schema.format, value);
  if (problem === undefined) found.skip(`format ${schema.format}`);
  else if (problem !== null) found.add(path, problem);
};

const uniqueItems: Assertion = (found, schema, value, path) => {
  if (schema.uniqueItems !== true || !Array.isArray(value)) return;
  if (value.some((item, i) => value.slice(0, i).some((other) => equal(item, other))))
    found.add(path, "has equal items");
};

const multipleOf: Assertion = (found, schema, value, path) => {
  if (typeof value !== "number" || typeof schema.multipleOf !== "number") return;
  const times = value / schema.multipleOf;
  if (Math.abs(times - Math.round(times)) > 1e-9) found.add(path, `must be a multiple of ${schema.multipleOf}`);
};

/** Words that look at one value alone. */
export const assertions: ReadonlyMap<string, Assertion> = new Map<string, Assertion>([
  ["type", type],
  ["enum", oneOfValues],
  [
    "const",
    (found, schema, value, path) =>
      equal(schema.const, value) || found.add(path, `must be ${JSON.stringify(schema.const)}`),
  ],
  limit("minimum", number, least, (n) => `must be at least ${n}`),
  limit("maximum", number, most, (n) => `must be at most ${n}`),
  limit(
    "exclusiveMinimum",
    number,
    (size, n) => size > n,
    (n) => `must be more than ${n}`,
  ),
  limit(
    "exclusiveMaximum",
    number,
    (size, n) => size < n,
    (n) => `must be less than ${n}`,
  ),
  limit("minLength", characters, least, (n) => `must have at least ${n} characters`),
  limit("maxLength", characters, most, (n) => `must have at most ${n} characters`),
  limit("minItems", entries, least, (n) => `must have at least ${n} items`),
  limit("maxItems", entries, most, (n) => `must have at most ${n} items`),
  limit("minProperties", members, least, (n) => `must have at least ${n} members`),
  limit("maxProperties", members, most, (n) => `must have at most ${n} members`),
  ["multipleOf", multipleOf],
  ["required", required],
  ["dependentRequired", dependentRequired],
  ["pattern", pattern],
  ["format", format],
  ["uniqueItems", uniqueItems],
]);
