import type { Contract } from "../../../schema/config/buyer.ts";
import type { BidAnswer, OutcomeAnswer, Source } from "../../../schema/config/dialect.ts";
import { type Block, heading, list, table, text } from "./blocks.ts";
import { conditionText } from "./conditions.ts";

const MEANS: Readonly<Record<string, string>> = {
  bid: "a bid: the price counts in our auction",
  no_bid: "no bid",
  error: "an error: no bid, and it counts against your endpoint's breaker",
  accepted: "accepted: the lead is yours, and you are charged",
  rejected: "rejected: nothing is charged, the lead goes to the next buyer",
  duplicate: "duplicate: nothing is charged; on a repeat after a lost answer it proves that you have the lead",
  not_taken: "not now: nothing is charged; you may be asked again later",
  unknown: "unknown: you may have taken it, so we ask again with the same key",
  review: "held for your review: never sent again; a person asks you",
  set_up_error: "the request itself is wrong: our operator looks at it",
};

/** What each of the buyer's answers will mean, by the rules of its dialect, in their order. */
export function pingAnswers(answer: BidAnswer): Block[] {
  return [
    ...format(answer),
    text("The first line that fits decides. Names are paths into your answer; texts are compared whatever their case."),
    ...table(["when", "means"], rows(answer.rules)),
    text("What fits none of them: HTTP 204 is no bid, everything else an error, never a bid."),
    ...list(
      values({
        "the price": answer.price,
        "your id of the bid": answer.ref,
        "the brand": answer.brand,
        "the consent text": answer.consent_text,
        "seconds that the bid holds": answer.expires_in_s,
        "until when the bid holds": answer.expires_at,
        "why not": answer.reason,
        "offers, the best of which counts": answer.bids?.each,
        ...Object.fromEntries(
          Object.entries(answer.carry).map(([name, source]) => [`carried to the post as ${name}`, source]),
        ),
      }),
    ),
    text("A price is a plain decimal with at most four places, as number or text. 0 is no bid."),
  ];
}

export function postAnswers(answer: OutcomeAnswer, find_out: Contract["find_out"]): Block[] {
  const own = rows(answer.rules);
  return [
    ...format(answer),
    ...(own.length > 0 ? [text("The first line that fits decides.")] : []),
    ...table(["when", "means"], own),
    text(
      own.length > 0 ? "What fits none of them:" : "Your answer is read by its HTTP status and the usual words in it:",
    ),
    ...table(["HTTP status", "means"], defaults(own.length > 0, find_out)),
    ...list(
      values({
        "the price": answer.price,
        "the price at which you would have taken it": answer.counter_price,
        "your id of the lead": answer.buyer_lead_id,
        "where the consumer's browser goes": answer.redirect_url,
        "why not": answer.reason,
      }),
    ),
  ];
}

/** docs/buyers.md, "Answering a post". */
const defaults = (ruled: boolean, find_out: Contract["find_out"]): string[][] => [
  [
    "200, 201, 202",
    ruled
      ? "accepted only if the body says so in the usual words; a no, duplicate or review in them; else held for review"
      : "accepted, unless the body says no, duplicate or review",
  ],
  ["409", "duplicate"],
  ["422", "rejected"],
  ["429", "not now; `Retry-After` is honoured"],
  ["400, 401, 403, 404, 405, 410", "the request is wrong: our operator looks at it"],
  ["5xx, 3xx, 408, no answer in time", `unknown: ${AFTERWARDS[find_out]}`],
];

const AFTERWARDS: Readonly<Record<Contract["find_out"], string>> = {
  retry_same: "the same request again, with the same key",
  ask_status: "your status call is asked",
  nothing: "never sent again; a person asks you, or you tell us",
};

type Rules = BidAnswer["rules"] | OutcomeAnswer["rules"];

function rows(rules: Rules): string[][] {
  return rules.map((rule) => {
    if ("outcome" in rule) {
      const notes = [
        rule.held_for_review ? MEANS.review : undefined,
        rule.unverified ? "(no proof of delivery)" : undefined,
      ];
      return [
        `\`${conditionText(rule.when)}\``,
        [notes[0] ?? MEANS[rule.outcome] ?? rule.outcome, notes[1] ?? ""].join(" ").trim(),
      ];
    }
    const [outcome = "", when = ""] = Object.entries(rule)[0] ?? [];
    return [`\`${String(when)}\``, MEANS[outcome] ?? outcome];
  });
}

function format({ format: own, capture, inner }: Pick<BidAnswer, "format" | "capture" | "inner">): Block[] {
  const formats = [own].flat().join(", else ");
  const more = [
    ...inner.map(({ at, format: within }) => `\`${at}\` is read as ${within} itself`),
    ...capture.map((pattern) => `\`${pattern}\` is looked for in the text`),
  ];
  return [text(`Answer in: ${formats}.`, ...(more.length > 0 ? [`${more.join("; ")}.`] : []))];
}

const values = (named: Record<string, Source | undefined>): string[] =>
  Object.entries(named).flatMap(([what, source]) =>
    source === undefined
      ? []
      : [
          `${what}: ${[source]
            .flat()
            .map((one) => (one === "$contract" ? "your contract's" : `\`${one}\``))
            .join(", else ")}`,
        ],
  );

export const answersHeading = heading("What your answers mean", 3);
