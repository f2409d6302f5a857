import type { Leaf } from "./leaves.ts";

/** What a sample answer says, as far as its words tell. */
export type Says = "yes" | "no" | "error" | "duplicate" | "review";

export interface Verdict {
  says: Says;
  leaf: Leaf;
  /** The word for the contrary, where it is plain: a guess that is not in the sample. */
  contrary?: string;
}

const YES = set(
  "accepted accept success successful succeeded ok okay sold matched match approved purchased posted bought true yes valid continue qualified reserved created added received bid available",
);
const NO = set(
  "rejected reject rejection failed fail failure declined decline denied deny refused unmatched unsold unaccepted unqualified disqualified nomatch false no none nobid",
);
const ERROR = set("error errors exception invalid baenok");
const DUPLICATE = set("duplicate duplicated duplicates dup dupe exists");
const REVIEW = set("review pending queued held hold manual manually progress processing");

function set(words: string): ReadonlySet<string> {
  return new Set(words.split(" "));
}

/** Names under which answers usually decide; later ones only where no earlier one does. */
const DECIDING = [
  "status result response outcome decision leadstatus leadresponse statustext",
  "success accepted issuccess matched sold valid isvalid approved ok available availablebuyer qualified",
  "code statuscode resultcode errorcode responsecode value message msg string",
].map((names) => names.split(" "));

const CONTRARIES: readonly (readonly [string, string])[] = [
  ["accepted", "rejected"],
  ["accept", "reject"],
  ["success", "failure"],
  ["successful", "failed"],
  ["succeeded", "failed"],
  ["matched", "unmatched"],
  ["approved", "declined"],
  ["sold", "unsold"],
  ["qualified", "disqualified"],
  ["continue", "reject"],
  ["ok", "error"],
  ["true", "false"],
  ["yes", "no"],
];

/** Reads a short phrase. "Not accepted" is a no; what says both or nothing known is null. */
export function readSays(text: string): Says | null {
  const words =
    text
      .slice(0, 200)
      .toLowerCase()
      .match(/[a-z]+/g) ?? [];
  const has = (known: ReadonlySet<string>) => words.some((word) => known.has(word));
  if (has(DUPLICATE)) return "duplicate";
  if (has(REVIEW)) return "review";
  const negated = words.some((word, at) => (word === "not" || word === "no") && YES.has(words[at + 1] ?? ""));
  const no = has(NO) || negated;
  const yes = has(YES) && !negated;
  if (no && !yes) return "no";
  if (has(ERROR) && !yes) return "error";
  return yes && !no ? "yes" : null;
}

function saysOf({ value, name }: Leaf): Says | null {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string" && value.length <= 120 && !/^\d+$/.test(value)) return readSays(value);
  // Of a code only 0 (no error) and 1 (yes) are plain enough.
  const code = String(value);
  if (/err/.test(name)) return code === "0" ? "yes" : /^\d+$/.test(code) ? "error" : null;
  return code === "1" && !/code/.test(name) ? "yes" : null;
}

/** The value that decides, or null where none does. */
export function verdictOf(leaves: readonly Leaf[]): Verdict | null {
  for (const names of DECIDING) {
    const found = leaves
      .filter(({ name }) => names.includes(name) || (names.includes("errorcode") && /err(or)?code$/.test(name)))
      .sort((a, b) => a.depth - b.depth || names.indexOf(a.name) - names.indexOf(b.name));
    for (const leaf of found) {
      const says = saysOf(leaf);
      if (says) return { says, leaf, contrary: contraryOf(leaf) };
    }
  }
  return null;
}

/** A code under a deciding name that nobody but the buyer can explain. */
export const unknownCode = (leaves: readonly Leaf[]): Leaf | undefined =>
  leaves.find(({ name, value }) => DECIDING[0]?.includes(name) && /^\d+$/.test(String(value)));

function contraryOf({ value }: Leaf): string | undefined {
  const text = String(value).trim();
  const pair = CONTRARIES.find((words) => words.includes(text.toLowerCase()));
  const other = pair?.find((word) => word !== text.toLowerCase());
  if (other === undefined) return undefined;
  if (text === text.toUpperCase() && /[A-Z]/.test(text)) return other.toUpperCase();
  return /^[A-Z]/.test(text) ? other.charAt(0).toUpperCase() + other.slice(1) : other;
}
