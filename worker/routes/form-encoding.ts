import type { Body } from "./body.ts";
import type { Checked } from "./refuse.ts";
import { refused, refusedField } from "./refuse.ts";

/** Lists may repeat their key: `bid_ids=a&bid_ids=b`. */
const LISTS = new Set(["bid_ids"]);
/** `lead[zip]`, `lead.zip`, `consent[text]`. */
const GROUPED = /^(lead|consent)(?:\[([^[\]]+)\]|\.([^.[\]]+))$/;
const YES = new Set(["true", "1", "yes", "y", "on"]);
const NO = new Set(["false", "0", "no", "n", "off"]);

export function fromUrlEncoded(text: string): Checked<Body> {
  return collect(new URLSearchParams(text));
}

/** `header`: the content type with its boundary. Files are refused, a lead has none. */
export async function fromMultipart(bytes: Uint8Array<ArrayBuffer>, header: string): Promise<Checked<Body>> {
  const pairs = await multipartPairs(bytes, header);
  return pairs.ok ? collect(pairs.value) : pairs;
}

export async function multipartPairs(
  bytes: Uint8Array<ArrayBuffer>,
  header: string,
): Promise<Checked<[string, string][]>> {
  let form: FormData;
  try {
    form = await new Response(bytes, { headers: { "content-type": header } }).formData();
  } catch {
    return refused("invalid_form");
  }
  const pairs: [string, string][] = [];
  for (const [name, value] of form.entries()) {
    if (typeof value !== "string") return refusedField("invalid_form", name, "is a file: a lead has none");
    pairs.push([name, value]);
  }
  return { ok: true, value: pairs };
}

/** Pairs as an object. Empty texts are what browsers send for fields left open: they count as not sent. */
function collect(pairs: Iterable<[string, string]>): Checked<Body> {
  const found = new Map<string, string | string[]>();
  for (const [name, text] of pairs) {
    const key = name.endsWith("[]") ? name.slice(0, -2) : name;
    if (LISTS.has(key)) found.set(key, added(found.get(key), text));
    else if (found.has(key)) return twice(key);
    else found.set(key, text);
  }
  for (const [key, text] of found) if (text === "") found.delete(key);
  if (found.size === 0) return refused("invalid_body");
  return { ok: true, value: { encoding: "form", value: Object.fromEntries(found) } };
}

/** The list grows where it is: a copy for each repeat of a body of nothing else would stall the isolate for a second. */
function added(before: string | string[] | undefined, text: string): string[] {
  const list = Array.isArray(before) ? before : [];
  for (const part of text.split(",")) if (part.trim() !== "") list.push(part.trim());
  return list;
}

const twice = (field: string): Checked<never> => refusedField("duplicate_key", field, "was sent twice");

/**
 * Puts a flat body into the shape of the JSON calls: `lead[zip]` and `lead.zip` go into `lead`, so does every flat key that the
 * envelope does not know.
 */
export function nest(body: Body, envelope: ReadonlySet<string>): Checked<Record<string, unknown>> {
  const lead = new Map<string, unknown>();
  const consent = new Map<string, unknown>();
  const shaped = new Map<string, unknown>();
  for (const [key, value] of Object.entries(body.value)) {
    const group = GROUPED.exec(key);
    if (!group && envelope.has(key) && !isGroup(key, value)) {
      shaped.set(key, body.encoding === "form" ? fromText(key, value) : value);
      continue;
    }
    const target = (group ? group[1] : key) === "consent" ? consent : lead;
    const entries: [string, unknown][] = group
      ? [[group[2] ?? group[3] ?? "", value]]
      : isGroup(key, value)
        ? Object.entries(value)
        : [[key, value]];
    for (const [field, inner] of entries) {
      if (target.has(field)) return twice(field);
      target.set(field, inner);
    }
  }
  shaped.set("lead", Object.fromEntries(lead));
  if (consent.size > 0) shaped.set("consent", Object.fromEntries(consent));
  return checkNames(shaped);
}

const isGroup = (key: string, value: unknown): value is Record<string, unknown> =>
  (key === "lead" || key === "consent") && typeof value === "object" && value !== null && !Array.isArray(value);

/** `Object.fromEntries` makes own properties, whatever their name; still no one downstream should meet these. */
function checkNames(shaped: Map<string, unknown>): Checked<Record<string, unknown>> {
  for (const group of [shaped.get("lead"), shaped.get("consent")])
    for (const name of ["__proto__", "constructor", "prototype"])
      if (typeof group === "object" && group !== null && Object.hasOwn(group, name))
        return refusedField("forbidden_key", name, "is not a possible name");
  return { ok: true, value: Object.fromEntries(shaped) };
}

/** Texts of the envelope as the types that JSON would have; what cannot be read stays a text and is refused by the schema. */
function fromText(key: string, value: unknown): unknown {
  if (typeof value !== "string") return value;
  const text = value.trim();
  if (key === "timeout_ms") return /^\d{1,9}$/.test(text) ? Number(text) : text;
  if (key !== "test") return value;
  const word = text.toLowerCase();
  return YES.has(word) ? true : NO.has(word) ? false : value;
}
