import type { AttemptClass, AttemptOutcome } from "../../../../schema/lists.ts";
import type { Answer } from "./answer.ts";
import { readUsual, readWords, usualDocument, type Verdict } from "./usual-words.ts";

export interface Meaning {
  outcome: AttemptOutcome;
  class: AttemptClass;
  held_for_review: boolean;
}

const meaning = (outcome: AttemptOutcome, cls: AttemptClass, held_for_review = false): Meaning => ({
  outcome,
  class: cls,
  held_for_review,
});

/** The buyer refuses the request itself; the same data again would be refused again. RFC 9110 and its kin. */
const CLIENT_ERRORS = new Set([400, 402, 406, 411, 412, 413, 414, 415, 416, 417, 421, 426, 428, 431, 451]);

/**
 * What a post's answer means when no rule of the dialect does (docs/buyers.md). Only 200, 201 and 202 can be a yes, 409 and 422
 * and a readable body a no. Whatever may come from a proxy, or from a buyer that broke down after taking the lead, is unknown.
 * `strict`: the dialect has rules of its own, so a body must say yes in so many words.
 */
export function defaultMeaning(answer: Answer, strict: boolean): Meaning {
  const { status } = answer;
  if (status >= 200 && status <= 202) return ofBody(answer, strict);
  if (status >= 200 && status < 300) return meaning("unknown", "unreadable", true);
  if (status >= 300 && status < 400) return meaning("unknown", "redirect");
  if (status === 401 || status === 403) return meaning("set_up_error", "auth");
  if (status === 404) return meaning("set_up_error", "not_found");
  if (status === 405 || status === 410) return meaning("set_up_error", "gone");
  if (status === 408) return meaning("unknown", "timeout");
  if (status === 409) return meaning("duplicate", "duplicate");
  if (status === 429) return meaning("not_taken", "throttled");
  // A duplicate may prove that an earlier attempt landed, whatever status it comes with.
  if ((status === 400 || status === 422) && verdictOf(answer) === "duplicate") return meaning("duplicate", "duplicate");
  // The request was understood and this lead refused.
  if (status === 422) return meaning("rejected", "rejected");
  if (CLIENT_ERRORS.has(status)) return meaning("set_up_error", "client");
  return meaning("unknown", "server");
}

function verdictOf(answer: Answer): Verdict {
  const document = usualDocument(answer);
  if (document !== undefined && typeof document !== "string") {
    const verdict = readUsual(document);
    // Only of JSON does no word at all mean yes: the other formats are read more loosely.
    return verdict === "silent" && answer.format !== "json" ? "unclear" : verdict;
  }
  const text = document ?? answer.text;
  // One word or a short phrase is a usual plain answer; a page is not.
  return text.length <= 60 && /^[\w\s.,:;!'-]*$/.test(text) ? readWords(text) : "unclear";
}

function ofBody(answer: Answer, strict: boolean): Meaning {
  const verdict = answer.text === "" ? "silent" : verdictOf(answer);
  switch (verdict) {
    case "yes":
      return meaning("accepted", "ok");
    case "silent":
      return strict ? meaning("unknown", "unreadable", true) : meaning("accepted", "ok");
    case "no":
      return meaning("rejected", "rejected");
    case "duplicate":
      return meaning("duplicate", "duplicate");
    case "review":
      return meaning("unknown", "ok", true);
    case "unclear":
      return meaning("unknown", "unreadable", true);
  }
}

/** The class that goes with an outcome which a rule of the dialect decided. */
export function ruleMeaning(outcome: AttemptOutcome, held: boolean, status: number): Meaning {
  switch (outcome) {
    case "accepted":
      return meaning(outcome, "ok");
    case "rejected":
    case "duplicate":
      return meaning(outcome, outcome);
    case "not_taken":
      return meaning(outcome, "throttled");
    case "unknown":
      return meaning(outcome, held ? "ok" : unknownClass(status), held);
    case "set_up_error":
      return meaning(outcome, setUpClass(status));
  }
}

function unknownClass(status: number): AttemptClass {
  if (status >= 300 && status < 400) return "redirect";
  return status === 408 ? "timeout" : "server";
}

function setUpClass(status: number): AttemptClass {
  if (status === 401 || status === 403) return "auth";
  if (status === 404) return "not_found";
  return status === 405 || status === 410 ? "gone" : "client";
}
