import type { Roles } from "./roles.ts";
import type { Says, Verdict } from "./verdict.ts";

export type SuggestPhase = "ping" | "post";
/** One rule; `guessed`: its word is not in the sample. */
export interface SuggestedRule {
  outcome: string;
  when: string;
  guessed: boolean;
  /** The buyer says so to everything. */
  unverified?: true;
}

/** As a dialect writes it. */
export const written = ({ outcome, when, unverified }: SuggestedRule): Record<string, string | boolean> =>
  unverified ? { when, outcome, unverified } : { [outcome]: when };

const OUTCOMES: Readonly<Record<SuggestPhase, Readonly<Record<Says, string>>>> = {
  ping: { yes: "bid", no: "no_bid", error: "error", duplicate: "no_bid", review: "error" },
  post: { yes: "accepted", no: "rejected", error: "rejected", duplicate: "duplicate", review: "review" },
};

/** An error of ours, not of the lead: the next lead's would be the same. */
const CREDENTIALS = /\b(api[ _-]?key|credentials?|unauthori[sz]ed|not authori[sz]ed|authentication|access denied)\b/i;

/** A value as conditions write it. */
export const quoted = (value: unknown): string => {
  const text = String(value);
  return /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(text) && !RESERVED.has(text.toLowerCase()) ? text : numberOr(text);
};
const numberOr = (text: string): string => (/^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) ? text : JSON.stringify(text));
const RESERVED = new Set([
  "is",
  "in",
  "not",
  "contains",
  "starts",
  "ends",
  "matches",
  "exists",
  "and",
  "or",
  "missing",
  "otherwise",
  "null",
]);

/** Of an answer in which a value decides: refusals before the yes, so that a text beside it is heard first. */
export function rulesOf(phase: SuggestPhase, verdict: Verdict, roles: Roles): SuggestedRule[] {
  const { leaf, says, contrary } = verdict;
  const credentials = phase === "post" && says === "error" && CREDENTIALS.test(String(roles.reason?.value));
  const outcome = credentials ? "set_up_error" : OUTCOMES[phase][says];
  const rule = (name: string, when: string, guessed = false): SuggestedRule => ({ outcome: name, when, guessed });
  // One code of many that mean an error.
  const isCode = says === "error" && /^\d+$/.test(String(leaf.value));
  const own = isCode ? `${leaf.path} is not 0` : `${leaf.path} is ${quoted(leaf.value)}`;
  const rules: SuggestedRule[] = [];
  const reason = roles.reason && !roles.reason.many ? roles.reason : undefined;
  const word = reason ? duplicateWord(String(reason.value)) : null;
  if (phase === "post" && reason && says !== "yes")
    rules.push(rule("duplicate", `${reason.path} ${saysDuplicate(word, String(reason.value))}`, word === null));
  // A long sentence with a word in it is no constant.
  const long = typeof leaf.value === "string" && leaf.value.trim().split(/\s+/).length > 2;
  const when = long ? `${leaf.path} contains ${quoted(keyWord(leaf.value as string))}` : own;
  const priced = phase === "ping" && says === "yes" && roles.price ? `${when} and ${priceOf(roles.price)} > 0` : when;
  if (says === "yes" && contrary) rules.push(rule(OUTCOMES[phase].no, `${leaf.path} is ${quoted(contrary)}`, true));
  rules.push(rule(outcome, priced));
  if (says === "no" && contrary) rules.push(rule(OUTCOMES[phase].yes, `${leaf.path} is ${quoted(contrary)}`, true));
  return rules;
}

export const duplicateWord = (text: string): string | null =>
  /\b(duplicate[ds]?(?=\w)|duplicate[ds]?|dupe|already exists|already|double submission)/i
    .exec(text)?.[0]
    .toLowerCase() ?? null;

/** Whole words where they are whole: "DUPLICATECHECK" is matched, not contained. */
export const saysDuplicate = (word: string | null, text = ""): string =>
  new RegExp(`${word}\\w`, "i").test(text) ? `matches /${word}/i` : `contains ${quoted(word ?? "duplicate")}`;

const KEY =
  /\b(duplicates?|duplicated|exists|rejected|unmatched|declined|failed|failure|error|manually|pending|review|accepted|success|added|received|approved)\b/i;
const keyWord = (text: string): string => KEY.exec(text)?.[0] ?? text.trim();

const priceOf = ({ path, value }: NonNullable<Roles["price"]>): string =>
  typeof value === "string" && /[$,]/.test(value) ? `${path} | number` : path;

/** Of an answer whose price decides alone, or nothing but its HTTP status. */
export function rulesWithoutWord(phase: SuggestPhase, status: number, roles: Roles): SuggestedRule[] {
  const rule = (outcome: string, when: string, guessed = false): SuggestedRule => ({ outcome, when, guessed });
  if (phase === "ping" && roles.price)
    return [rule("bid", `${priceOf(roles.price)} > 0`), rule("no_bid", `${priceOf(roles.price)} = 0`, true)];
  const ok = status >= 200 && status < 300;
  if (phase === "ping") return [ok ? rule("bid", `$status is ${status}`) : rule("no_bid", `$status is ${status}`)];
  if (ok) return [rule("accepted", `$status in (200, 201)`, status > 201)];
  if (status === 409) return [rule("duplicate", "$status is 409")];
  if (status === 401 || status === 403) return [rule("set_up_error", `$status is ${status}`)];
  if (status === 429 || status === 508) return [rule("not_taken", `$status is ${status}`)];
  return status === 400 || status === 422 ? [rule("rejected", `$status is ${status}`)] : [];
}
