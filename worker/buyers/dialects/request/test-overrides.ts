import type { JsonValue, RequestTemplate } from "../../../../schema/config/dialect.ts";

type Members = Record<string, JsonValue>;

/** The request that is made of a test lead: `test` merged over it. null where there is no difference. */
export function testTemplate(template: RequestTemplate): RequestTemplate | null {
  const { test, ...base } = template;
  if (!test) return null;
  return {
    ...base,
    url: test.url ?? base.url,
    headers: { ...without(base.headers, Object.keys(test.headers ?? {})), ...test.headers },
    query: test.query === undefined ? base.query : (membersOf(merged(base.query ?? {}, test.query)) ?? {}),
    body: test.body === undefined ? base.body : merged(base.body, test.body),
  };
}

/** Header names are the same in any case. */
function without(headers: Record<string, string>, names: string[]): Record<string, string> {
  const gone = new Set(names.map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !gone.has(name.toLowerCase())));
}

const membersOf = (value: JsonValue | undefined): Members | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;

const isOmit = (value: JsonValue | undefined): boolean => membersOf(value)?.$omit === true;

/** Objects member by member; anything else takes the place of what was there. `{ $omit: true }` takes a member out. */
function merged(base: JsonValue | undefined, over: JsonValue): JsonValue | undefined {
  if (isOmit(over)) return undefined;
  const [below, above] = [membersOf(base), membersOf(over)];
  if (!above) return over;
  const clean = strippedOf(above);
  if (!below) return clean;
  if (isDirective(above)) return over;
  // What a directive gives is only known when it is built.
  if (isDirective(below)) return { $merge: [below, clean] };
  const all = new Map<string, JsonValue>(Object.entries(below));
  for (const [key, value] of Object.entries(above)) {
    const made = merged(all.get(key), value);
    if (made === undefined) all.delete(key);
    else all.set(key, made);
  }
  return Object.fromEntries(all);
}

const isDirective = (object: Members): boolean => Object.keys(object).some((key) => key.startsWith("$"));

/** `$omit` where there is nothing to take out. */
const strippedOf = (object: Members): Members =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => !isOmit(value)));
