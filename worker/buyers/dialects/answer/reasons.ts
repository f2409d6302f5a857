import type { ConditionConfig, ReasonClass, Source } from "../../../../schema/config/dialect.ts";
import { compileWhen, type Matcher } from "../expression/condition.ts";
import type { Answer } from "./answer.ts";
import { compileAt } from "./place.ts";
import type { Reading } from "./reading.ts";
import { reasonOf } from "./text.ts";

export interface Why {
  reason?: string;
  reason_class?: ReasonClass;
}

/** An answer, and the reason that was read from it. */
interface Reasoned {
  answer: Answer;
  reason: string | undefined;
}

interface ReasonConfig {
  reason?: Source;
  reason_classes: readonly Partial<Record<ReasonClass, ConditionConfig>>[];
}

/**
 * Compiles why not: the text, and one of our classes: the rule's own, else the first of `reason_classes` that matches (over the answer, and
 * `reason`), else by the usual words of the text.
 */
export function compileReason(
  config: ReasonConfig,
  reading: Reading,
): (answer: Answer, given?: ReasonClass, otherwise?: string) => Why {
  const find = reading.source("reason", config.reason);
  const classes = compileClasses(config.reason_classes, reading);
  return (answer, given, otherwise) => {
    const reason = reasonOf(find(answer)) ?? otherwise;
    const said = { answer, reason };
    const known = given ?? classes.find(({ matches }) => matches(said) === true)?.name;
    return { reason, reason_class: known ?? (reason === undefined ? undefined : usualClass(reason)) };
  };
}

function compileClasses(
  configs: ReasonConfig["reason_classes"],
  { language, env }: Reading,
): { name: ReasonClass; matches: Matcher<Reasoned> }[] {
  const reasoned = {
    name: (name: string) => {
      if (name === "reason") return ({ reason }: Reasoned) => reason;
      const get = language.name(name);
      return ({ answer }: Reasoned) => get(answer);
    },
    pipe: language.pipe,
    now: ({ answer }: Reasoned) => language.now(answer),
    status: ({ answer }: Reasoned) => answer.status,
    weak: ({ answer }: Reasoned) => answer.weak,
  };
  return configs.flatMap((config, i) =>
    CLASSES.flatMap((name) => {
      const when = config[name];
      return when === undefined
        ? []
        : [
            {
              name,
              matches: compileAt(
                env,
                `reason_classes.${i}`,
                () => compileWhen(when, reasoned),
                () => false,
              ),
            },
          ];
    }),
  );
}

/** What buyers usually say, in this order: "invalid zip" is about the data, "zip not covered" about the place. */
const USUAL: readonly [ReasonClass, RegExp][] = [
  [
    "duplicate",
    /\b(dup\w*|already (exists?|in|sold|received|submitted|a customer)|previously (sold|received)|exists already)/,
  ],
  [
    "consent",
    /\b(consent\w*|tcpa|trusted ?form|jornaya|lead ?id token|certificates?|opt ?(in|out)|do not call|dnc|suppress\w*)\b/,
  ],
  ["cap", /\b(caps?|capped|quotas?|limits?|maximum|max|volume|full)\b/],
  ["credit", /\b(balance|funds|budget|prepaid|insufficient credit)\b/],
  ["hours", /\b(hours?|closed|schedule|weekends?|offline|unavailable at this time|not open)\b/],
  ["price", /\b(price|floor|bids? (is )?(too )?(low|high)|min(imum)? bid|payout|too expensive)\b/],
  [
    "invalid",
    /\b(invalid|missing|required|malformed|bad|incorrect|format|validation|not valid|must (be|include)|empty)\b/,
  ],
  [
    "geo",
    /\b(coverage|covered|zip|zipcode|postal|state|states|county|area|region|territory|geo\w*|location|licensed?)\b/,
  ],
];
const CLASSES: readonly ReasonClass[] = [...USUAL.map(([name]) => name), "other"];

/** Our class of a buyer's reason by its words. */
export function usualClass(reason: string): ReasonClass {
  // RATE_LIMIT, missingField: words are taken apart.
  const words = reason
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .replace(/[^a-z]+/g, " ");
  return USUAL.find(([, pattern]) => pattern.test(words))?.[0] ?? "other";
}
