import type { BidAnswer } from "../../../../schema/config/dialect.ts";
import { add, type Money, ZERO } from "../../../../schema/money.ts";
import type { BidLeg } from "../../dialect.ts";
import { compileWhen, type Matcher } from "../expression/condition.ts";
import { compilePath } from "../expression/path.ts";
import type { Getter } from "../expression/value.ts";
import type { Answer } from "./answer.ts";
import { readPrice } from "./numbers.ts";
import { compileAt } from "./place.ts";
import { compileSource, type Reading } from "./reading.ts";
import { textOf } from "./text.ts";

/** Offers of one answer that are looked at; longest text that a consumer is shown. */
const MAX_LEGS = 50;
export const CONSENT_LIMIT = 4_000;

export interface Legs {
  /** Every offer with a price, as it stands in the answer. */
  all: BidLeg[];
  best: BidLeg;
  /** Of the best one, or the sum of all. */
  price: Money;
  /** Of those that count. */
  refs: string[];
}

interface One {
  answer: Answer;
  item: unknown;
}

/** Compiles `bids`. `none`: there is no list, or no offer in it that counts; `unread`: none of those that count has a readable price. */
export function compileLegs(config: BidAnswer["bids"], reading: Reading): (answer: Answer) => Legs | "none" | "unread" {
  if (config === undefined) return () => "none";
  const each = reading.source("bids.each", config.each);
  const language = itemLanguage(reading);
  const find = (name: "price" | "ref" | "name" | "consent_text"): Getter<One> =>
    compileAt(
      reading.env,
      `bids.${name}`,
      () => compileSource(config[name], language),
      () => undefined,
    );
  const { when } = config;
  const counts: Matcher<One> =
    when === undefined
      ? () => true
      : compileAt(
          reading.env,
          "bids.when",
          () => compileWhen(when, language),
          () => false,
        );
  const price = find("price");
  const texts = { ref: find("ref"), name: find("name"), consent_text: find("consent_text") };

  const legOf = (one: One, amount: Money): BidLeg[] => {
    const consent_text = textOf(texts.consent_text(one), CONSENT_LIMIT + 1);
    // A cut consent text would be worthless as proof, a cut id would name something else: such an offer is none.
    const ref = textOf(texts.ref(one), 501);
    if ((consent_text?.length ?? 0) > CONSENT_LIMIT || (ref?.length ?? 0) > 500) return [];
    return [{ price: amount, ref, name: textOf(texts.name(one)), consent_text }];
  };
  return (answer) => {
    const found = each(answer);
    const items = Array.isArray(found) ? found : found === undefined || found === null ? [] : [found];
    const priced = items
      .slice(0, MAX_LEGS)
      .map((item: unknown): One => ({ answer, item }))
      .filter((one) => counts(one) === true)
      .map((one) => ({ one, amount: readPrice(price(one)) }))
      .filter(({ amount }) => amount !== 0);
    const all = priced.flatMap(({ one, amount }) => (amount === "invalid" ? [] : legOf(one, amount)));
    const best = all.reduce<BidLeg | undefined>((top, leg) => (top && top.price >= leg.price ? top : leg), undefined);
    if (best === undefined) return priced.length === 0 ? "none" : "unread";
    const chosen = config.pick === "all" ? all : [best];
    return {
      all,
      best,
      price: chosen.reduce<Money>((sum, leg) => add(sum, leg.price), ZERO),
      refs: chosen.flatMap(({ ref }) => ref ?? []),
    };
  };
}

/** Paths within one offer; `$…` of the whole answer. */
function itemLanguage({ language }: Reading) {
  return {
    name: (name: string): Getter<One> => {
      if (name.startsWith("$")) {
        const get = language.name(name);
        return ({ answer }) => get(answer);
      }
      const find = compilePath(name);
      return ({ item }) => find(item);
    },
    pipe: language.pipe,
    now: ({ answer }: One) => language.now(answer),
    status: ({ answer }: One) => answer.status,
    weak: ({ answer }: One) => answer.weak,
  };
}
