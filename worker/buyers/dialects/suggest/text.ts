import type { JsonValue } from "../../../../schema/config/dialect.ts";
import type { Sample, Suggestion } from "./index.ts";
import { duplicateWord, rulesWithoutWord, type SuggestedRule, type SuggestPhase, saysDuplicate } from "./rules.ts";
import { readSays } from "./verdict.ts";

/** Of a plain text: a rule by its first words, and an id or a reason cut out of it. */
export function ofText({ status }: Sample, phase: SuggestPhase, text: string): Suggestion {
  const capture = captureOf(text);
  const said = readSays(text);
  // An error page that says "accept" accepts nothing.
  const says = status >= 400 && said === "yes" ? null : said;
  const rules: SuggestedRule[] = [];
  const dup = phase === "post" && says !== "yes" ? duplicateWord(text) : null;
  if (dup !== null)
    rules.push({
      outcome: "duplicate",
      when: `$text ${saysDuplicate(dup, text)}`,
      guessed: false,
    });
  const plain = dup === null ? says : "no";
  const outcome = plain === null ? null : OUTCOMES[phase][plain];
  if (outcome) rules.push({ outcome, when: conditionOf(text), guessed: dup !== null });
  if (rules.length === 0 && text === "") rules.push(...rulesWithoutWord(phase, status, {}));
  const answer: Record<string, JsonValue> = {
    format: "text",
    ...(capture ? { capture: [capture] } : {}),
    rules: rules.map((rule) => ({ [rule.outcome]: rule.when })),
    ...(capture ? { [phase === "ping" ? "ref" : "buyer_lead_id"]: "id" } : {}),
    ...(says === "yes" ? {} : { reason: "$text" }),
  };
  const notes = rules.length === 0 ? ["no usual word is in the text: name the ones that say yes and no"] : [];
  if (status >= 300) notes.push(`the HTTP status is ${status}: a rule may look at it, $status is ${status}`);
  return { phase, answer, rules, notes };
}

const OUTCOMES = {
  ping: { yes: "bid", no: "no_bid", error: "error", duplicate: "no_bid", review: "error" },
  post: { yes: "accepted", no: "rejected", error: "rejected", duplicate: "duplicate", review: "review" },
} as const;

/** All of a short text; of a longer one its first two words. */
function conditionOf(text: string): string {
  const words = text.split(/\s+/);
  if (words.length <= 2 && !/\d/.test(text)) return `$text is ${JSON.stringify(text)}`;
  const first = words.slice(0, 2).filter((word) => /^[\p{L}'-]+[.,:;]?$/u.test(word));
  return first.length > 0
    ? `$text starts with ${JSON.stringify(first.join(" "))}`
    : `$text contains ${JSON.stringify(words[0] ?? "")}`;
}

/** `Lead Accepted 45678`: the number after the words that come before it. */
function captureOf(text: string): string | null {
  const match = /^([\p{L} :,#-]{2,60}?)[ :#]+(\d{3,}|[0-9a-f]{8}-[0-9a-f-]{27})\b/iu.exec(text);
  if (!match) return null;
  const words = (match[1] ?? "")
    .trim()
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replace(/\s+/g, "\\s+");
  return `${words}[\\s:#]+(?P<id>[\\w-]+)`;
}
