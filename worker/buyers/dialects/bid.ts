import type * as z from "zod";
import type { bidAnswerSchema } from "../../../schema/config/dialect.ts";
import { type Money, parseMoney } from "../../../schema/money.ts";
import type { BidReading, WireAnswer } from "../dialect.ts";
import { type Answer, compilePaths, type Finder, parseAnswer, TEXT_LIMIT, textOf } from "./json-answer.ts";
import { compileWhen } from "./when.ts";

export type BidRules = z.output<typeof bidAnswerSchema>;

/** Longest consent text that is taken; a cut one would be worthless as proof. */
const CONSENT_LIMIT = 4_000;
/** A bid that claims to last longer lasts this long. */
const MAX_EXPIRES_S = 86_400;

/**
 * Compiles the reading of a ping's answer: rules in order, the first that matches decides. Without a match: 204 is no bid, another
 * status outside 2xx an error of its own, and the rest `unreadable`; never a bid.
 */
export function compileBid(config: BidRules): (answer: WireAnswer) => BidReading {
  const rules = config.rules.map(({ when, outcome }) => ({ matches: compileWhen(when), outcome }));
  const reason = compilePaths(config.reason);
  const readBid = compileBidValues(config);
  return (wire) => {
    const answer = parseAnswer(wire);
    const rule = rules.find(({ matches }) => matches(answer) === true);
    if (rule?.outcome === "bid") return readBid(answer);
    const why = textOf(reason(answer.json));
    if (rule?.outcome === "no_bid") return { outcome: "no_bid", reason: why };
    if (rule === undefined && answer.status === 204) return { outcome: "no_bid" };
    return { outcome: "error", error: errorOf(answer), reason: why };
  };
}

function errorOf({ status }: Answer): "redirect" | "http_status" | "unreadable" {
  if (status >= 300 && status < 400) return "redirect";
  return status >= 200 && status < 300 ? "unreadable" : "http_status";
}

function compileBidValues(config: BidRules): (answer: Answer) => BidReading {
  const price = config.price === undefined ? null : compilePaths(config.price);
  const carry: [string, Finder][] = Object.entries({ ref: config.ref, ...config.carry }).map(([name, paths]) => [
    name,
    compilePaths(paths),
  ]);
  const brand = compilePaths(config.brand);
  const consent = compilePaths(config.consent_text);
  const expires = compilePaths(config.expires_in_s);
  return ({ json }) => {
    const amount = price && readPrice(price(json));
    if (amount === "invalid")
      return { outcome: "error", error: "bid_invalid", reason: `price ${textOf(price?.(json), 40) ?? "missing"}` };
    if (amount === 0) return { outcome: "no_bid", reason: "price 0" };
    const carried = readCarried(carry, json);
    const consent_text = textOf(consent(json), CONSENT_LIMIT + 1);
    if (carried === null)
      return { outcome: "error", error: "unreadable", reason: `a carried value is longer than ${TEXT_LIMIT}` };
    if (consent_text && consent_text.length > CONSENT_LIMIT) {
      return { outcome: "error", error: "unreadable", reason: `the consent text is longer than ${CONSENT_LIMIT}` };
    }
    return {
      outcome: "bid",
      price: amount,
      carried,
      brand: textOf(brand(json)),
      consent_text,
      expires_in_s: seconds(expires(json)),
    };
  };
}

/** A plain decimal, as a number or as text: no signs below zero, currency, thousands or exponents. What is unclear is not a bid. */
export function readPrice(value: unknown): Money | "invalid" {
  if (typeof value !== "number" && typeof value !== "string") return "invalid";
  const amount = parseMoney(value);
  return amount === null || amount < 0 ? "invalid" : amount;
}

/** An id that was cut would name something else: too long is a failure, not a shorter value. */
function readCarried(carry: [string, Finder][], json: unknown): Record<string, string> | null {
  const values: [string, string][] = [];
  for (const [name, find] of carry) {
    const text = textOf(find(json), TEXT_LIMIT + 1);
    if (text !== undefined && text.length > TEXT_LIMIT) return null;
    if (text !== undefined) values.push([name, text]);
  }
  return Object.fromEntries(values);
}

function seconds(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d{1,9}(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
  return typeof number === "number" && number > 0 ? Math.min(number, MAX_EXPIRES_S) : undefined;
}
