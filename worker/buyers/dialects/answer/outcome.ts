import type { OutcomeAnswer } from "../../../../schema/config/dialect.ts";
import type { OutcomeReading, WireAnswer } from "../../dialect.ts";
import type { Answer, AnswerContext } from "./answer.ts";
import { compileCarry } from "./bid.ts";
import { readPrice, readSeconds } from "./numbers.ts";
import { defaultMeaning, type Meaning, ruleMeaning } from "./outcome-defaults.ts";
import type { AnswerEnv } from "./place.ts";
import { compileReading, type Reading } from "./reading.ts";
import { compileReason } from "./reasons.ts";
import { compileRules, firstMatch } from "./rules.ts";
import { textOf } from "./text.ts";
import { usualReason } from "./usual-words.ts";

/** Longest address that is handed to a consumer's browser. */
const REDIRECT_LIMIT = 2_000;
const MAX_RETRY_AFTER_S = 86_400;

type ReadOutcome = (answer: WireAnswer, context?: AnswerContext) => OutcomeReading;

/** Compiles the reading of a post's answer: the dialect's rules in order, then the defaults by status and the usual words. */
export const compileOutcome = (config: OutcomeAnswer, env: AnswerEnv): ReadOutcome =>
  compile(config, env, (answer) => defaultMeaning(answer, config.rules.length > 0));

/**
 * Compiles the reading of a status call's answer. What no rule matches proves nothing, also a 404: the buyer may know the post by another
 * name. What a rule says about anything but the earlier post (duplicate, set-up error) proves nothing either.
 */
export function compileStatus(config: OutcomeAnswer, env: AnswerEnv): ReadOutcome {
  const read = compile(config, env, ({ status }) => ruleMeaning("unknown", false, status));
  return (wire, context) => {
    const reading = read(wire, context);
    const { outcome } = reading;
    if (outcome !== "duplicate" && outcome !== "set_up_error") return reading;
    return { ...reading, ...ruleMeaning("unknown", false, wire.status) };
  };
}

function compile(config: OutcomeAnswer, env: AnswerEnv, otherwise: (answer: Answer) => Meaning): ReadOutcome {
  const reading = compileReading(config, env, { bid: true });
  const rules = compileRules(config.rules, reading);
  const why = compileReason(config, reading);
  const valuesOf = compileValues(config, reading);
  return (wire, context) => {
    const answer = reading.parse(wire, context);
    const rule = firstMatch(rules, answer);
    const meaning = rule
      ? ruleMeaning(rule.outcome === "review" ? "unknown" : rule.outcome, rule.held, answer.status)
      : otherwise(answer);
    const accepted = meaning.outcome === "accepted";
    const { unread, retry_after_s, ...values } = valuesOf(answer, accepted);
    const usual = config.reason === undefined ? usualReason(answer) : undefined;
    const { reason, reason_class } = why(answer, rule?.reason_class, usual);
    return {
      ...meaning,
      ...(rule ? { ruled: true as const } : {}),
      ...values,
      ...(accepted && rule?.unverified ? { unverified: true } : {}),
      reason: unread ?? reason,
      reason_class: accepted ? undefined : (classOf(meaning) ?? reason_class),
      retry_after_ms: retryAfter(wire.retry_after) ?? retryAfter(retry_after_s),
    };
  };
}

const classOf = ({ outcome }: Meaning) => (outcome === "duplicate" ? ("duplicate" as const) : undefined);

function compileValues(config: OutcomeAnswer, reading: Reading) {
  type Name = "price" | "counter_price" | "buyer_lead_id" | "redirect_url" | "retry_after_s" | "destination";
  const find = (name: Name) => reading.source(name, config[name]);
  const [price, counter, buyerLeadId] = [find("price"), find("counter_price"), find("buyer_lead_id")];
  const [redirect, after, destination] = [find("redirect_url"), find("retry_after_s"), find("destination")];
  const carry = compileCarry(config.carry, reading);
  const carries = Object.keys(config.carry).length > 0;
  return (answer: Answer, accepted: boolean) => {
    const named = accepted ? price(answer) : undefined;
    const amount = isNothing(named) ? undefined : readPrice(named);
    const lower = accepted ? undefined : readPrice(counter(answer));
    return {
      price: amount === "invalid" ? undefined : amount,
      counter_price: lower === "invalid" ? undefined : lower,
      redirect_url: accepted ? redirectOf(redirect(answer), answer) : undefined,
      buyer_lead_id: textOf(buyerLeadId(answer)),
      destination: accepted ? textOf(destination(answer), 200) : undefined,
      ...(carries ? { carried: carry(answer) ?? {} } : {}),
      retry_after_s: readSeconds(after(answer))?.toFixed(0) ?? null,
      // The buyer said yes: an unreadable price changes nothing but is told.
      unread: amount === "invalid" ? `price not readable: ${textOf(named, 40) ?? "not a number"}` : undefined,
    };
  };
}

const isNothing = (value: unknown): boolean => value === undefined || value === null || value === "";

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
