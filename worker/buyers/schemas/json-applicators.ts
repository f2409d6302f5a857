import { asPattern } from "./json-assertions.ts";
import { fits, isNode, resolve, type SchemaNode, type Walk, walk } from "./json-schema.ts";
import { below } from "./verdict.ts";

type Applicator = (at: Walk, schema: SchemaNode, value: unknown, path: string) => void;

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const mapOf = (value: unknown): [string, unknown][] => (isNode(value) ? Object.entries(value) : []);

const properties: Applicator = (at, schema, value, path) => {
  if (!isNode(value)) return;
  for (const [name, inner] of mapOf(schema.properties))
    if (Object.hasOwn(value, name)) walk(at, inner, value[name], below(path, name));
};

const patternProperties: Applicator = (at, schema, value, path) => {
  if (!isNode(value)) return;
  for (const [pattern, inner] of mapOf(schema.patternProperties)) {
    const regex = asPattern(pattern, at.found);
    for (const [name, member] of Object.entries(value))
      if (regex?.test(name)) walk(at, inner, member, below(path, name));
  }
};

/** Of what neither `properties` nor `patternProperties` speaks. */
const additionalProperties: Applicator = (at, schema, value, path) => {
  if (!isNode(value)) return;
  const patterns = mapOf(schema.patternProperties).map(([pattern]) => asPattern(pattern, at.found));
  for (const [name, member] of Object.entries(value)) {
    if (isNode(schema.properties) && Object.hasOwn(schema.properties, name)) continue;
    if (patterns.some((regex) => regex?.test(name))) continue;
    if (schema.additionalProperties === false) at.found.add(below(path, name), "is not a member of the schema");
    else walk(at, schema.additionalProperties, member, below(path, name));
  }
};

const propertyNames: Applicator = (at, schema, value, path) => {
  if (isNode(value)) for (const name of Object.keys(value)) walk(at, schema.propertyNames, name, below(path, name));
};

/** Draft 7 has the list in `items` and the rest in `additionalItems`; later drafts in `prefixItems` and `items`. */
const items: Applicator = (at, schema, value, path) => {
  if (!Array.isArray(value)) return;
  if (Array.isArray(schema.items)) {
    for (const [i, inner] of schema.items.entries()) if (i < value.length) walk(at, inner, value[i], below(path, i));
    return;
  }
  const from = listOf(schema.prefixItems).length;
  for (const [i, item] of value.entries()) if (i >= from) walk(at, schema.items, item, below(path, i));
};

const prefixItems: Applicator = (at, schema, value, path) => {
  if (!Array.isArray(value)) return;
  for (const [i, inner] of listOf(schema.prefixItems).entries())
    if (i < value.length) walk(at, inner, value[i], below(path, i));
};

const additionalItems: Applicator = (at, schema, value, path) => {
  if (!Array.isArray(value) || !Array.isArray(schema.items)) return;
  const from = schema.items.length;
  for (const [i, item] of value.entries()) if (i >= from) walk(at, schema.additionalItems, item, below(path, i));
};

const contains: Applicator = (at, schema, value, path) => {
  if (!Array.isArray(value)) return;
  const count = value.filter((item) => fits(at, schema.contains, item, path)).length;
  const [min, max] = [Number(schema.minContains ?? 1), Number(schema.maxContains ?? Number.POSITIVE_INFINITY)];
  if (count < min || count > max) at.found.add(path, `${count} of its items are of the kind asked for`);
};

const reference: Applicator = (at, schema, value, path) => {
  const ref = String(schema.$ref);
  const target = resolve(at.root, ref);
  if (target === undefined) at.found.skip(`$ref ${ref}`);
  else walk(at, target, value, path);
};

const anyOf: Applicator = (at, schema, value, path) => {
  if (!listOf(schema.anyOf).some((inner) => fits(at, inner, value, path)))
    at.found.add(path, "fits none of the kinds that are allowed");
};

const oneOf: Applicator = (at, schema, value, path) => {
  const count = listOf(schema.oneOf).filter((inner) => fits(at, inner, value, path)).length;
  if (count !== 1) at.found.add(path, `fits ${count} of the kinds that are allowed, and must fit one`);
};

const condition: Applicator = (at, schema, value, path) =>
  walk(at, (fits(at, schema.if, value, path) ? schema.then : schema.else) ?? true, value, path);

const dependents: (word: "dependentSchemas" | "dependencies") => Applicator = (word) => (at, schema, value, path) => {
  if (!isNode(value)) return;
  for (const [name, needed] of mapOf(schema[word])) {
    if (!Object.hasOwn(value, name)) continue;
    if (!Array.isArray(needed)) walk(at, needed, value, path);
    else
      for (const other of needed)
        if (!Object.hasOwn(value, other)) at.found.add(below(path, other), `is required beside ${name}`);
  }
};

/** Words that hand the value, or its parts, on to other schemas. */
export const applicators: ReadonlyMap<string, Applicator> = new Map<string, Applicator>([
  ["$ref", reference],
  ["properties", properties],
  ["patternProperties", patternProperties],
  ["additionalProperties", additionalProperties],
  ["propertyNames", propertyNames],
  ["items", items],
  ["prefixItems", prefixItems],
  ["additionalItems", additionalItems],
  ["contains", contains],
  ["minContains", () => {}],
  ["maxContains", () => {}],
  ["allOf", (at, schema, value, path) => listOf(schema.allOf).forEach((inner) => void walk(at, inner, value, path))],
  ["anyOf", anyOf],
  ["oneOf", oneOf],
  [
    "not",
    (at, schema, value, path) => fits(at, schema.not, value, path) && at.found.add(path, "must not be of this kind"),
  ],
  ["if", condition],
  ["then", () => {}],
  ["else", () => {}],
  ["dependentSchemas", dependents("dependentSchemas")],
  ["dependencies", dependents("dependencies")],
]);
