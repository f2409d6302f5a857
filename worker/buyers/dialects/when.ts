import type { AnswerTest, AnswerWhen } from "../../../schema/config/dialect.ts";
import { type Answer, compilePath } from "./json-answer.ts";

/** `null`: the answer cannot say (see {@link Answer.weak}). A rule matches only on true. */
type Truth = boolean | null;
export type Matcher = (answer: Answer) => Truth;

/**
 * Compiles a condition. A test's parts must all hold; without `path` they look at the whole answer (the text, when it is not
 * JSON); an empty test always holds. On a weak answer only what is there counts: an absence, a `not` and the empty test cannot
 * say, so that a proxy's error page never becomes a buyer's no.
 */
export function compileWhen(when: AnswerWhen): Matcher {
  if ("all" in when) {
    const all = when.all.map(compileWhen);
    return (answer) => conjunction(all.map((matches) => matches(answer)));
  }
  if ("any" in when) {
    const any = when.any.map(compileWhen);
    return (answer) => negated(conjunction(any.map((matches) => negated(matches(answer)))));
  }
  if ("not" in when) {
    const inner = compileWhen(when.not);
    return (answer) => negated(inner(answer));
  }
  return compileTest(when as AnswerTest);
}

const negated = (truth: Truth): Truth => (truth === null ? null : !truth);

function conjunction(truths: Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes(null) ? null : true;
}

function compileTest(test: AnswerTest): Matcher {
  const statuses = test.status;
  const content = contentChecks(test);
  const find = compilePath(test.path ?? "");
  const byStatus: Matcher = (answer) => (statuses ? statuses.some((status) => statusIs(status, answer.status)) : true);
  if (content.length === 0) return statuses ? byStatus : (answer) => (answer.weak ? null : true);
  return (answer) => {
    const value = answer.json === undefined ? (test.path === undefined ? answer.text : undefined) : find(answer.json);
    const holds = content.every((check) => check(value));
    // On a weak answer neither a failing check nor one for absence is a statement.
    const said: Truth = answer.weak && (!holds || test.present === false) ? null : holds;
    return conjunction([byStatus(answer), said]);
  };
}

function contentChecks(test: AnswerTest): ((value: unknown) => boolean)[] {
  const { equals, in: list, contains, present, gt, path } = test;
  const checks: ((value: unknown) => boolean)[] = [];
  if (equals !== undefined) checks.push((value) => same(value, equals));
  if (list !== undefined) checks.push((value) => list.some((item) => same(value, item)));
  if (contains !== undefined) checks.push(containing(contains));
  if (gt !== undefined) checks.push((value) => (numberOf(value) ?? Number.NEGATIVE_INFINITY) > gt);
  if (present !== undefined) checks.push((value) => isPresent(value) === present);
  if (checks.length === 0 && path !== undefined) checks.push(isPresent);
  return checks;
}

function statusIs(wanted: number | string, status: number): boolean {
  return typeof wanted === "number" ? wanted === status : wanted.startsWith(String(Math.trunc(status / 100)));
}

/** Missing, null, "", [] and {} are absent. */
function isPresent(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

/** Legacy systems answer "1", 1, "True" and true for one thing: compared as text, without regard to case and space. */
function same(value: unknown, wanted: string | number | boolean | null): boolean {
  if (wanted === null) return value === null;
  if (typeof value === "object" || value === undefined) return false;
  return String(value).trim().toLowerCase() === String(wanted).trim().toLowerCase();
}

function numberOf(value: unknown): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.trim() === "") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** Characters of a text that are searched: an answer that says yes or no does so early, and a long one must not cost time. */
const SEARCHED = 20_000;

/** Whole words, without regard to case: "Unmatched" does not contain "matched". In a list, any of its texts. */
function containing(words: string): (value: unknown) => boolean {
  const wanted = words.trim().toLowerCase();
  return (value) =>
    (Array.isArray(value) ? value : [value]).some(
      (item) => typeof item === "string" && hasWords(item.slice(0, SEARCHED).toLowerCase(), wanted),
    );
}

function hasWords(text: string, wanted: string): boolean {
  if (wanted === "") return false;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const before = at > 0 && isWordEnd(text[at - 1]) && isWordEnd(wanted[0]);
    const after = isWordEnd(text[at + wanted.length]) && isWordEnd(wanted[wanted.length - 1]);
    if (!before && !after) return true;
  }
  return false;
}

const isWordEnd = (letter: string | undefined): boolean => letter !== undefined && /[\p{L}\p{N}]/u.test(letter);
