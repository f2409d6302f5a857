import { openPart, secretsIn } from "../sealed.ts";
import { type Difference, differences, same } from "../transfer/differences.ts";

/** One field that a change touched; texts, cut to a length that can be read. Secrets are told by name alone. */
export interface FieldChange {
  field: string;
  before: string | null;
  after: string | null;
}

const MOST = 60;
const LONGEST = 300;

/** What differs between two stored bodies. Without `before` the record is new. */
export function fieldChanges(before: Record<string, unknown> | null, after: Record<string, unknown>): FieldChange[] {
  const open = differences(before ? openPart(before) : {}, openPart(after)).map(changeOf);
  return [...open, ...secretChanges(before ?? {}, after)].slice(0, MOST);
}

function changeOf({ path, from, to }: Difference): FieldChange {
  if (isList(from) && isList(to)) {
    const [was, is] = [new Set(from), new Set(to)];
    const [gone, come] = [from.filter((item) => !is.has(item)), to.filter((item) => !was.has(item))];
    if (gone.length + come.length > 0)
      return {
        field: path,
        before: gone.length === 0 ? null : text(gone, `${gone.length} taken out: `),
        after: come.length === 0 ? null : text(come, `${come.length} added: `),
      };
  }
  return { field: path, before: from === undefined ? null : text(from), after: to === undefined ? null : text(to) };
}

const isList = (value: unknown): value is (string | number)[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string" || typeof item === "number");

function text(value: unknown, before = ""): string {
  const whole = before + (typeof value === "string" ? value : JSON.stringify(value));
  return whole.length > LONGEST ? `${whole.slice(0, LONGEST - 1)}…` : whole;
}

const SET = "set";
const REPLACED = "replaced";

/** Which secrets came, went or were replaced: by what, nobody is told. */
function secretChanges(before: Record<string, unknown>, after: Record<string, unknown>): FieldChange[] {
  const [was, is] = [new Map(secretsIn(before)), new Map(secretsIn(after))];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((name): FieldChange[] => {
    const field = `secrets.${name}`;
    if (!was.has(name)) return [{ field, before: null, after: SET }];
    if (!is.has(name)) return [{ field, before: SET, after: null }];
    return same(was.get(name), is.get(name)) ? [] : [{ field, before: SET, after: REPLACED }];
  });
}
