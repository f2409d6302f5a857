import { stringify } from "yaml";
import { type RecordKind, WIRE_SCHEMAS } from "../../worker/routes/admin/kinds.ts";
import { isObject, same } from "../../worker/routes/admin/transfer/differences.ts";

export type Body = Record<string, unknown>;

/** A record as a file holds it: members in the schema's order, none that only repeats a default, secrets by name. */
export function fileText(kind: RecordKind, record: Body, secrets: readonly string[]): string {
  // A contract's stage is where it stands, not what it says: going live has calls of its own, and an import changes none.
  const { stage: _, ...terms } = record;
  const canonical = inSchemaOrder(withoutDefaults(kind, terms), parse(kind, terms));
  const names = secrets.length > 0 ? { secrets: secrets.toSorted() } : {};
  return stringify(
    { ...(canonical as Body), ...names },
    { lineWidth: 0, singleQuote: null, aliasDuplicateObjects: false },
  );
}

/** What the schema makes of a record; undefined where it does not fit (any more). */
function parse(kind: RecordKind, record: unknown): unknown {
  const parsed = WIRE_SCHEMAS[kind].safeParse(record);
  return parsed.success ? parsed.data : undefined;
}

/** Members are left out one after the other, where the schema reads the same without them. */
function withoutDefaults(kind: RecordKind, record: Body): Body {
  const wanted = parse(kind, record);
  const copy = structuredClone(record);
  if (wanted === undefined) return copy;
  const without = (holder: Body): void => {
    for (const name of Object.keys(holder)) {
      const value = holder[name];
      delete holder[name];
      if (same(parse(kind, copy), wanted)) continue;
      holder[name] = value;
      for (const inner of Array.isArray(value) ? value : [value]) if (isObject(inner)) without(inner);
    }
  };
  without(copy);
  return copy;
}

/** As the schema's output is ordered; members that it does not know in this order (maps, bodies) stay as they were written. */
function inSchemaOrder(value: unknown, like: unknown): unknown {
  if (Array.isArray(value))
    return value.map((item, at) => inSchemaOrder(item, Array.isArray(like) ? like[at] : undefined));
  if (!isObject(value)) return value;
  const known = isObject(like) ? Object.keys(like).filter((name) => Object.hasOwn(value, name)) : [];
  const names = [...new Set([...known, ...Object.keys(value)])];
  return Object.fromEntries(
    names.map((name) => [name, inSchemaOrder(value[name], isObject(like) ? like[name] : undefined)]),
  );
}
