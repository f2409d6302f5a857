import type { Answer } from "./answer.ts";
import { textOf } from "./text.ts";

/** What an answer says by the usual words. `review`: the buyer looks by hand. `unclear`: it says something that is not known. */
export type Verdict = "yes" | "no" | "duplicate" | "review" | "silent" | "unclear";

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));
const YES = set(
  "accepted accept success successful succeeded ok okay sold matched match approved purchased posted bought true yes valid",
);
const NO = set(
  "rejected reject rejection failed fail failure error errors declined decline denied deny refused invalid unmatched unsold unaccepted unsuccessful unqualified nomatch false none",
);
const NOT = set("no not");
const DUPLICATE = set("duplicate duplicated duplicates dup dupe");
const REVIEW = set("review pending queued held hold manual");

const FLAGS = set("success accepted accept ok sold matched valid approved isvalid issuccess");
const WORDS = set("result status response outcome leadstatus decision");
const ERRORS = set("error errors");
const DUPLICATE_FLAGS = set("duplicate isduplicate");
const REASONS = ["reason", "message", "error", "errors", "details", "detail", "description", "msg"];
const WRAPPERS = set("data response result");

/** Reads one word or a short phrase: "Not accepted" is a no, "Duplicate lead" a duplicate, "OK, no errors" unclear. */
export function readWords(text: string): Verdict {
  const words =
    text
      .slice(0, 200)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const says = (known: ReadonlySet<string>, negated: boolean) =>
    words.some((word, i) => known.has(word) && NOT.has(words[i - 1] ?? "") === negated);
  if (says(DUPLICATE, false)) return "duplicate";
  if (says(REVIEW, false)) return "review";
  const no = says(NO, false) || says(YES, true) || words[0] === "no";
  const yes = says(YES, false) || says(NO, true);
  if (no === yes) return "unclear";
  return no ? "no" : "yes";
}

/**
 * Reads a whole JSON answer: the usual fields at the top and one level down. A word that says no beats a flag that says yes (the
 * call succeeded, the lead was refused); a flag or an error beside a word that says yes is unclear.
 */
export function readUsual(json: unknown): Verdict {
  if (typeof json === "string") return readWords(json);
  if (typeof json === "boolean") return json ? "yes" : "no";
  if (typeof json !== "object" || json === null || Array.isArray(json)) return "unclear";
  const said = verdicts(json);
  const byWord = new Set(said.words);
  const byFlag = new Set(said.flags);
  const no = byWord.has("no") || byFlag.has("no");
  if (byWord.has("duplicate") || byFlag.has("duplicate")) return "duplicate";
  if (no && said.reasons.some((text) => readWords(text) === "duplicate")) return "duplicate";
  if (byWord.has("no")) return "no";
  if (byWord.has("review")) return "review";
  if (byFlag.has("no")) return byWord.has("yes") ? "unclear" : "no";
  if (byWord.has("yes")) return byWord.has("unclear") ? "unclear" : "yes";
  if (byWord.has("unclear")) return "unclear";
  return byFlag.has("yes") ? "yes" : "silent";
}

/** Where the usual words are looked for: in XML below the elements that only wrap; undefined: in the text. */
export function usualDocument({ format, tree }: Answer): unknown {
  if (format === "json" || format === "form" || format === "lines") return tree;
  if (format !== "xml") return undefined;
  let inner = tree;
  for (let depth = 0; depth < 5 && typeof inner === "object" && inner !== null; depth++) {
    const members = Object.entries(inner).filter(([name]) => !name.startsWith("@"));
    const [only] = members;
    if (members.length !== 1 || only === undefined) break;
    const holds = typeof only[1] === "object" && only[1] !== null && !Array.isArray(only[1]);
    if (depth > 0 && !holds) break;
    inner = only[1];
  }
  return inner;
}

/** The text in which a buyer usually says why. */
export function usualReason(answer: Answer): string | undefined {
  const document = usualDocument(answer);
  const texts = typeof document === "object" && document !== null ? verdicts(document).reasons : [];
  return textOf(texts.join("; "));
}

interface Said {
  words: Verdict[];
  flags: Verdict[];
  reasons: string[];
}

function verdicts(json: object, depth = 0): Said {
  const said: Said = { words: [], flags: [], reasons: [] };
  if (Array.isArray(json)) return said;
  for (const [key, value] of Object.entries(json).slice(0, 100)) {
    const name = key.toLowerCase().replace(/[^a-z]/g, "");
    if (REASONS.includes(name)) said.reasons.push(...textsOf(value));
    if (DUPLICATE_FLAGS.has(name) && value === true) said.flags.push("duplicate");
    if (ERRORS.has(name) && isSomething(value)) said.flags.push("no");
    else if (FLAGS.has(name)) said.flags.push(...flag(value));
    else if (WORDS.has(name)) said.words.push(...word(value));
    if (depth === 0 && WRAPPERS.has(name) && typeof value === "object" && value !== null) {
      const inner = verdicts(value, 1);
      // One level down a word that nobody knows may speak of anything.
      said.words.push(...inner.words.filter((verdict) => verdict !== "unclear"));
      said.flags.push(...inner.flags);
      said.reasons.push(...inner.reasons);
    }
  }
  return said;
}

function flag(value: unknown): Verdict[] {
  if (value === true || value === 1 || value === "1") return ["yes"];
  if (value === false || value === 0 || value === "0") return ["no"];
  return typeof value === "string" ? [readWords(value)] : [];
}

/** A number in `status` is the HTTP status again, or a code that nobody but the dialect can know. */
function word(value: unknown): Verdict[] {
  if (typeof value === "boolean") return [value ? "yes" : "no"];
  const number =
    typeof value === "number" ? value : typeof value === "string" && /^\d{1,3}$/.test(value) ? Number(value) : null;
  if (number !== null) return [code(number)];
  return typeof value === "string" && value.trim() !== "" ? [readWords(value)] : [];
}

function code(number: number): Verdict {
  if (number === 1 || (number >= 200 && number <= 202)) return "yes";
  return number >= 400 && number < 500 && number !== 408 && number !== 429 ? "no" : "unclear";
}

function isSomething(value: unknown): boolean {
  if (value === null || value === false || value === 0) return false;
  if (typeof value === "object") return Object.keys(value as object).length > 0;
  return !["", "0", "false", "none", "null"].includes(String(value).trim().toLowerCase());
}

function textsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value.slice(0, 10) : [value]).flatMap((item) =>
    typeof item === "string" ? (textOf(item) ?? []) : [],
  );
}
