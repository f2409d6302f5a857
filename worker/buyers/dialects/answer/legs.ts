import type { BidAnswer } from "../../../../schema/config/dialect.ts";
import { add, type Money, ZERO } from "../../../../schema/money.ts";
import type { BidLeg } from "../../dialect.ts";
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

/** Compiles `bids`. null: there is no list with a price above zero in it. */
export function compileLegs(config: BidAnswer["bids"], reading: Reading): (answer: Answer) => Legs | null {
  if (config === undefined) return () => null;
  const each = reading.source("bids.each", config.each);
  const find = (name: "price" | "ref" | "name" | "consent_text"): Getter<One> =>
    compileAt(
      reading.env,
      `bids.${name}`,
      () => compileSource(config[name], itemLanguage(reading)),
      () => undefined,
    );
  const price = find("price");
  const texts = { ref: find("ref"), name: find("name"), consent_text: find("consent_text") };

  const legOf = (one: One): BidLeg[] => {
    const amount = readPrice(price(one));
    if (amount === "invalid" || amount === 0) return [];
    const consent_text = textOf(texts.consent_text(one), CONSENT_LIMIT + 1);
    // A cut consent text would be worthless as proof, a cut id would name something else: such an offer is none.
    const ref = textOf(texts.ref(one), 501);
    if ((consent_text?.length ?? 0) > CONSENT_LIMIT || (ref?.length ?? 0) > 500) return [];
    return [{ price: amount, ref, name: textOf(texts.name(one)), consent_text }];
  };
  return (answer) => {
    const found = each(answer);
    const items = Array.isArray(found) ? found : found === undefined || found === null ? [] : [found];
    const all = items.slice(0, MAX_LEGS).flatMap((item: unknown) => legOf({ answer, item }));
    const best = all.reduce<BidLeg | undefined>((top, leg) => (top && top.price >= leg.price ? top : leg), undefined);
    if (best === undefined) return null;
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
  };
}
