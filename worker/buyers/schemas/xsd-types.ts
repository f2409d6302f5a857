import type { XmlElement } from "@rgrove/parse-xml";
import { isDate, isDateTime } from "./formats.ts";
import { asPattern } from "./json-assertions.ts";
import type { Findings } from "./verdict.ts";
import { childElements, childOf, isBuiltIn, localName, type XsdModel } from "./xsd-model.ts";

const ANY = (): boolean => true;
const INTEGER = /^[+-]?\d{1,40}$/;
const DECIMAL = /^[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})$/;
const between = (min: number, max: number) => (text: string) =>
  INTEGER.test(text) && Number(text) >= min && Number(text) <= max;
const zoneless = (text: string): string => text.replace(/(Z|[+-]\d{2}:\d{2})$/, "");

/** Of XML Schema's own types, whether a text is one. */
const BUILT_IN: Readonly<Record<string, (text: string) => boolean>> = {
  string: ANY,
  normalizedString: ANY,
  token: ANY,
  anyType: ANY,
  anySimpleType: ANY,
  boolean: (text) => /^(true|false|0|1)$/.test(text),
  decimal: (text) => DECIMAL.test(text),
  float: (text) => DECIMAL.test(text.replace(/[eE][+-]?\d+$/, "")) || /^(-?INF|NaN)$/.test(text),
  double: (text) => DECIMAL.test(text.replace(/[eE][+-]?\d+$/, "")) || /^(-?INF|NaN)$/.test(text),
  integer: (text) => INTEGER.test(text),
  int: between(-2_147_483_648, 2_147_483_647),
  long: (text) => INTEGER.test(text),
  short: between(-32_768, 32_767),
  byte: between(-128, 127),
  unsignedInt: between(0, 4_294_967_295),
  unsignedShort: between(0, 65_535),
  unsignedByte: between(0, 255),
  unsignedLong: (text) => INTEGER.test(text) && !text.startsWith("-"),
  nonNegativeInteger: (text) => INTEGER.test(text) && Number(text) >= 0,
  positiveInteger: (text) => INTEGER.test(text) && Number(text) > 0,
  negativeInteger: (text) => INTEGER.test(text) && Number(text) < 0,
  nonPositiveInteger: (text) => INTEGER.test(text) && Number(text) <= 0,
  date: (text) => isDate(zoneless(text)),
  dateTime: (text) => isDateTime(`${zoneless(text)}Z`),
  time: (text) => isDateTime(`2000-01-01T${zoneless(text)}Z`),
  gYear: (text) => /^-?\d{4,}$/.test(zoneless(text)),
  gYearMonth: (text) => isDate(`${zoneless(text)}-01`),
  anyURI: ANY,
  base64Binary: (text) => /^[A-Za-z0-9+/=\s]*$/.test(text),
  hexBinary: (text) => /^([0-9a-fA-F]{2})*$/.test(text),
  ID: (text) => /^[\p{L}_][\p{L}\p{N}._-]*$/u.test(text),
  IDREF: (text) => /^[\p{L}_][\p{L}\p{N}._-]*$/u.test(text),
  NMTOKEN: (text) => /^[\p{L}\p{N}._:-]+$/u.test(text),
  Name: (text) => /^[\p{L}_:][\p{L}\p{N}._:-]*$/u.test(text),
  language: (text) => /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/.test(text),
};
const KEEPS_SPACE = new Set(["string", "normalizedString"]);

/** The text against a simple type: its own name, or a declaration. */
export function checkSimple(
  model: XsdModel,
  type: string | XmlElement,
  text: string,
  path: string,
  found: Findings,
  depth = 0,
): void {
  if (!found.goOn(depth)) return;
  const declared = typeof type === "string" && !isBuiltIn(model, type) ? model.types.get(localName(type)) : type;
  if (typeof declared === "string") {
    checkBuiltIn(localName(declared), text, path, found);
    return;
  }
  const restriction = childOf(declared, "restriction");
  if (!restriction) {
    found.skip(`${localName(childOf(declared, "list", "union")?.name ?? "type")} types`);
    return;
  }
  const base = restriction.attributes.base ?? childOf(restriction, "simpleType");
  if (base) checkSimple(model, base, text, path, found, depth + 1);
  checkFacets(restriction, text, path, found);
}

function checkBuiltIn(name: string, text: string, path: string, found: Findings): void {
  const test = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
  if (!test) found.skip(`type ${name}`);
  else if (!test(KEEPS_SPACE.has(name) ? text : text.trim())) found.add(path, `must be of type ${name}`);
}

/** Facets of a restriction; a value that fails one enumeration or pattern of several fits if it fits another. */
export function checkFacets(restriction: XmlElement, text: string, path: string, found: Findings): void {
  const facets = childElements(restriction).map(
    (facet) => [localName(facet.name), facet.attributes.value ?? ""] as const,
  );
  const values = (of: string) => facets.filter(([name]) => name === of).map(([, value]) => value);
  const allowed = values("enumeration");
  if (allowed.length > 0 && !allowed.includes(text) && !allowed.includes(text.trim()))
    found.add(path, `must be one of ${allowed.slice(0, 8).join(", ")}${allowed.length > 8 ? ", …" : ""}`);
  const patterns = values("pattern").map((pattern) => asPattern(`^(?:${pattern})$`, found));
  if (patterns.length > 0 && !patterns.some((regex) => regex === null || regex.test(text)))
    found.add(path, `must match ${values("pattern").join(" or ")}`);
  for (const [name, value] of facets) {
    const limit = Number(value);
    const rule = Object.hasOwn(FACETS, name) ? FACETS[name] : undefined;
    if (rule) {
      if (!rule.holds(text, limit)) found.add(path, rule.say(value));
    } else if (!IGNORED.has(name)) found.skip(`facet ${name}`);
  }
}

const IGNORED = new Set([
  "enumeration",
  "pattern",
  "whiteSpace",
  "simpleType",
  "attribute",
  "attributeGroup",
  "annotation",
]);
const digits = (text: string): string => text.replace(/^[+-]/, "").replace(/^0+(?=\d)/, "");
const numeric = (compare: (value: number, limit: number) => boolean) => (text: string, limit: number) =>
  !Number.isFinite(Number(text)) || Number.isNaN(limit) || compare(Number(text), limit);

const FACETS: Readonly<Record<string, { holds(text: string, limit: number): boolean; say(limit: string): string }>> = {
  length: { holds: (text, n) => [...text].length === n, say: (n) => `must have ${n} characters` },
  minLength: { holds: (text, n) => [...text].length >= n, say: (n) => `must have at least ${n} characters` },
  maxLength: { holds: (text, n) => [...text].length <= n, say: (n) => `must have at most ${n} characters` },
  minInclusive: { holds: numeric((v, n) => v >= n), say: (n) => `must be at least ${n}` },
  maxInclusive: { holds: numeric((v, n) => v <= n), say: (n) => `must be at most ${n}` },
  minExclusive: { holds: numeric((v, n) => v > n), say: (n) => `must be more than ${n}` },
  maxExclusive: { holds: numeric((v, n) => v < n), say: (n) => `must be less than ${n}` },
  totalDigits: {
    holds: (text, n) => digits(text).replace(".", "").length <= n,
    say: (n) => `must have at most ${n} digits`,
  },
  fractionDigits: {
    holds: (text, n) => (text.split(".")[1] ?? "").replace(/0+$/, "").length <= n,
    say: (n) => `must have at most ${n} decimals`,
  },
};
