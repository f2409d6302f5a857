import type { BidAnswer, Source } from "../../../../schema/config/dialect.ts";
import type { BidReading, WireAnswer } from "../../dialect.ts";
import { type Getter, isPresent } from "../expression/value.ts";
import type { Answer } from "./answer.ts";
import { CONSENT_LIMIT, compileLegs, type Legs } from "./legs.ts";
import { readExpiry, readPrice, readSeconds } from "./numbers.ts";
import type { AnswerEnv } from "./place.ts";
import { compileReading, type Reading } from "./reading.ts";
import { compileReason } from "./reasons.ts";
import { compileRules, firstMatch } from "./rules.ts";
import { carriedOf, TEXT_LIMIT, textOf } from "./text.ts";

/**
 * Compiles the reading of a ping's answer: rules in order, the first that matches decides. Without a match: 204 is no bid, another
 * status outside 2xx an error of its own, and the rest `unreadable`; never a bid. Throws a DialectProblem that names its place.
 */
export function compileBid(config: BidAnswer, env: AnswerEnv): (answer: WireAnswer) => BidReading {
  const reading = compileReading(config, env, { bid: false });
  const rules = compileRules(config.rules, reading);
  const why = compileReason(config, reading);
  const readBid = compileBidValues(config, reading);
  return (wire) => {
    const answer = reading.parse(wire);
    const rule = firstMatch(rules, answer);
    if (rule?.outcome === "bid") return readBid(answer);
    if (rule?.outcome === "no_bid") return { outcome: "no_bid", ...why(answer, rule.reason_class) };
    if (rule === undefined && answer.status === 204) return { outcome: "no_bid" };
    return { outcome: "error", error: errorOf(answer), ...why(answer, rule?.reason_class) };
  };
}

function errorOf({ status }: Answer): "redirect" | "http_status" | "unreadable" {
  if (status >= 300 && status < 400) return "redirect";
  return status >= 200 && status < 300 ? "unreadable" : "http_status";
}

const CONTRACT = "$contract";

function compileBidValues(config: BidAnswer, reading: Reading): (answer: Answer) => BidReading {
  const price = compilePrice(config.price, reading);
  const legsOf = compileLegs(config.bids, reading);
  const carry = compileCarry({ ref: config.ref, ...config.carry }, reading);
  const find = (name: "brand" | "consent_text" | "expires_in_s" | "expires_at" | "destination" | "min_duration_s") =>
    reading.source(name, config[name]);
  const [brand, consent, destination] = [find("brand"), find("consent_text"), find("destination")];
  const [inS, moment, duration] = [find("expires_in_s"), find("expires_at"), find("min_duration_s")];

  return (answer) => {
    const offers = legsOf(answer);
    const legs = typeof offers === "object" ? offers : null;
    const amount = legs ? legs.price : price.read(answer, offers === "unread");
    if (config.bids && offers === "none" && (amount === null || !price.named(answer)))
      return { outcome: "no_bid", reason: "no offer" };
    if (amount === "invalid") return invalid(`price ${shownPrice(price.find(answer))}`);
    if (amount === 0) return { outcome: "no_bid", reason: "price 0", reason_class: "price" };
    const own = carry(answer);
    if (own === null) return unreadable(`a carried value is longer than ${TEXT_LIMIT}`);
    const consent_text = textOf(consent(answer), CONSENT_LIMIT + 1) ?? legs?.best.consent_text;
    if (consent_text && consent_text.length > CONSENT_LIMIT)
      return unreadable(`the consent text is longer than ${CONSENT_LIMIT}`);
    const { past, ...expiry } = readExpiry(inS(answer), moment(answer), answer.now);
    if (past) return invalid("expired before it came");
    return {
      outcome: "bid",
      price: amount,
      carried: { ...(legs && carriedLegs(legs)), ...own },
      ...(legs && { legs: legs.all }),
      brand: textOf(brand(answer)) ?? legs?.best.name,
      consent_text,
      ...expiry,
      destination: textOf(destination(answer), 200),
      min_duration_s: readSeconds(duration(answer)),
    };
  };
}

const shownPrice = (value: unknown): string => (Array.isArray(value) ? "is a list" : (textOf(value, 40) ?? "missing"));

const invalid = (reason: string): BidReading => ({ outcome: "error", error: "bid_invalid", reason });
const unreadable = (reason: string): BidReading => ({ outcome: "error", error: "unreadable", reason });

/** `$contract` at the end of the list: without a price in the answer the contract's own counts. */
function compilePrice(source: Source | undefined, reading: Reading) {
  const sources = source === undefined ? [] : [source].flat();
  const named = sources.filter((one) => one !== CONTRACT);
  const find = reading.source("price", named);
  const optional = named.length < sources.length || source === undefined;
  return {
    find,
    named: (answer: Answer) => isPresent(find(answer)),
    read: (answer: Answer, must: boolean) => {
      const value = find(answer);
      return optional && !must && !isPresent(value) ? null : readPrice(value);
    },
  };
}

/** The best one's id is the bid's, where the answer has no other; the ids that count go back as one list. */
function carriedLegs({ best, refs }: Legs): Record<string, string> {
  const values: Record<string, string> = {};
  if (best.ref !== undefined) Object.assign(values, { ref: best.ref, best_ref: best.ref });
  if (refs.length > 0) values.refs = JSON.stringify(refs);
  return values;
}

/** Values for later requests by name. The result is null when one is too long to be carried. */
export function compileCarry(
  sources: Readonly<Record<string, Source | undefined>>,
  reading: Reading,
): (answer: Answer) => Record<string, string> | null {
  const finders: [string, Getter<Answer>][] = Object.entries(sources).flatMap(([name, source]) =>
    source === undefined ? [] : [[name, reading.source(name === "ref" ? name : `carry.${name}`, source)]],
  );
  return (answer) => {
    const values: [string, string][] = [];
    for (const [name, find] of finders) {
      const text = carriedOf(find(answer));
      if (text === null) return null;
      if (text !== undefined) values.push([name, text]);
    }
    return Object.fromEntries(values);
  };
}
