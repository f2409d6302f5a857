import type * as z from "zod";
import type { outcomeAnswerSchema } from "../../../schema/config/dialect.ts";
import type { OutcomeReading, WireAnswer } from "../dialect.ts";
import { readPrice } from "./bid.ts";
import { type Answer, compilePaths, parseAnswer, textOf } from "./json-answer.ts";
import { defaultMeaning, type Meaning, ruleMeaning } from "./outcome-defaults.ts";
import { usualReason } from "./usual-words.ts";
import { compileWhen } from "./when.ts";

export type OutcomeRules = z.output<typeof outcomeAnswerSchema>;

/** Longest address that is handed to a consumer's browser. */
const REDIRECT_LIMIT = 2_000;
const MAX_RETRY_AFTER_S = 86_400;

/** Compiles the reading of a post's answer: the dialect's rules in order, then the defaults by status and the usual words. */
export const compileOutcome = (config: OutcomeRules): ((answer: WireAnswer) => OutcomeReading) =>
  compile(config, (answer) => defaultMeaning(answer, config.rules.length > 0));

/**
 * Compiles the reading of a status call's answer. What no rule matches proves nothing, also a 404: the buyer may know the post by another
 * name. What a rule says about anything but the earlier post (duplicate, set-up error) proves nothing either.
 */
export function compileStatus(config: OutcomeRules): (answer: WireAnswer) => OutcomeReading {
  const read = compile(config, ({ status }) => ruleMeaning("unknown", false, status));
  return (wire) => {
    const reading = read(wire);
    const { outcome } = reading;
    if (outcome !== "duplicate" && outcome !== "set_up_error") return reading;
    return { ...reading, ...ruleMeaning("unknown", false, wire.status) };
  };
}

function compile(config: OutcomeRules, otherwise: (answer: Answer) => Meaning): (answer: WireAnswer) => OutcomeReading {
  const rules = config.rules.map(({ when, outcome, held_for_review }) => ({
    matches: compileWhen(when),
    outcome,
    held: held_for_review === true,
  }));
  const price = compilePaths(config.price);
  const buyerLeadId = compilePaths(config.buyer_lead_id);
  const redirect = compilePaths(config.redirect_url);
  const reason = compilePaths(config.reason);
  return (wire) => {
    const answer = parseAnswer(wire);
    const rule = rules.find(({ matches }) => matches(answer) === true);
    const meaning = rule ? ruleMeaning(rule.outcome, rule.held, answer.status) : otherwise(answer);
    const accepted = meaning.outcome === "accepted";
    const named = accepted ? price(answer.json) : undefined;
    const amount = named === undefined ? undefined : readPrice(named);
    // The buyer said yes: an unreadable price changes nothing but is told.
    const unread = amount === "invalid" ? `price not readable: ${textOf(named, 40) ?? "not a number"}` : undefined;
    return {
      ...meaning,
      price: amount === "invalid" ? undefined : amount,
      redirect_url: accepted ? redirectOf(redirect(answer.json), answer) : undefined,
      buyer_lead_id: textOf(buyerLeadId(answer.json)),
      reason:
        unread ?? textOf(reason(answer.json)) ?? (config.reason === undefined ? usualReason(answer.json) : undefined),
      retry_after_ms: retryAfter(wire.retry_after),
    };
  };
}

/** Only web addresses: it goes to a browser. A redirect that was not followed is one, if it was a yes. */
function redirectOf(value: unknown, { status, location }: Answer): string | undefined {
  const text = textOf(value, REDIRECT_LIMIT + 1) ?? (status >= 300 && status < 400 ? location : null);
  if (!text || text.length > REDIRECT_LIMIT || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === "https:" || url.protocol === "http:" ? url.href : undefined;
}

/** Seconds; the channel has turned a date into seconds, which needs a clock. */
function retryAfter(value: string | null): number | undefined {
  if (value === null || !/^\d+$/.test(value.trim())) return undefined;
  return Math.min(Number(value), MAX_RETRY_AFTER_S) * 1_000;
}
