import type { Contract } from "../../../schema/config/buyer.ts";
import { formatMoney, type Money } from "../../../schema/money.ts";
import { tableSentences } from "../../auction/prices/sentences.ts";
import type { SetUp } from "../contract-test/set-up.ts";
import { type Block, heading, list, table, text } from "./blocks.ts";

/** What of the contract concerns the buyer's system: time, repeats, limits. */
export function termBlocks({ contract, campaign }: SetUp): Block[] {
  const { config, endpoint } = contract;
  const { currency } = campaign.config;
  return [
    heading("Time"),
    ...table(
      ["", "answer within", "largest answer"],
      [
        ...(endpoint.dialect.ping
          ? [["ping", `${config.ping_timeout_ms ?? endpoint.ping_timeout_ms} ms`, "64 KiB"]]
          : []),
        ["post", `${config.post_timeout_ms ?? endpoint.post_timeout_ms} ms`, "1 MiB"],
      ],
    ),
    text("Counted from sending, connection included. Redirects are not followed."),
    heading("Repeats"),
    text(...repeats(config, endpoint.idempotent)),
    heading("Price and limits"),
    ...list(limits(config, currency)),
  ];
}

function repeats({ retry, find_out, duplicate_after_unknown }: Contract, idempotent: boolean): string[] {
  if (find_out === "ask_status")
    return [
      "After an answer that never came a post is never sent again: your status call is asked instead,",
      `${schedule(retry)}.`,
    ];
  if (find_out === "nothing")
    return ["After an answer that never came a post is never sent again; tell us by the callback what became of it."];
  return [
    "After an answer that never came, or that nobody can read, the same post is sent again with the same `Idempotency-Key` and the same content,",
    `${schedule(retry)}.`,
    "Remember the key, and answer a repeat as you answered the first time.",
    idempotent
      ? "You do so: a plain no to a repeat is believed."
      : "As long as we do not know that you do, a plain no to a repeat proves nothing.",
    duplicate_after_unknown === "accepted"
      ? "`duplicate` to a repeat means that you took the first one."
      : "`duplicate` to a repeat proves nothing either.",
  ];
}

/** Before jitter, which draws each pause anew between nothing and these. */
function schedule({ attempts, first_delay_s, max_delay_s }: Contract["retry"]): string {
  if (attempts < 2) return "once in all";
  const pauses = Array.from({ length: attempts - 1 }, (_, n) => Math.min(max_delay_s, first_delay_s * 2 ** n));
  return `after at most ${pauses.join(", ")} s, ${attempts} requests in all; \`Retry-After\` is honoured`;
}

/** Prices by table are shown in rows, a long list of ZIPs by its number. */
const MOST_LINES = 40;
function priceLines(price: Contract["price"], amount: (value: Money) => string, maximum: string): string[] {
  if (price.type === "bid") return [`what you bid${maximum}`];
  if (price.type === "fixed") return [`${amount(price.amount)} for each lead`];
  const lines = tableSentences(price, amount);
  return lines.length <= MOST_LINES
    ? lines
    : [...lines.slice(0, MOST_LINES), `and ${lines.length - MOST_LINES} prices more`];
}

function limits(config: Contract, currency: string): string[] {
  const { price, caps, pacing, schedule: hours, time_zone, duplicate_window_days, on_lower_price } = config;
  const amount = (value: Money) => `${formatMoney(value)} ${currency}`;
  const maximum =
    price.type === "bid" && price.max_bid !== undefined ? `; bids above ${amount(price.max_bid)} are refused` : "";
  return [
    ...priceLines(price, amount, maximum),
    on_lower_price === "keep"
      ? "a lower price in the post's answer holds; a higher one does not"
      : "a lower price in the post's answer is looked at by a person",
    ...caps.map(({ per, count, money, source }) => {
      const what = [count === undefined ? "" : `${count} leads`, money === undefined ? "" : amount(money)].filter(
        (one) => one !== "",
      );
      return `at most ${what.join(" and ")} ${per === "total" ? "in total" : `a ${per}`}${source === undefined ? "" : source === "*" ? ", from each publisher" : `, from publisher ${source}`} (${time_zone})`;
    }),
    ...(pacing?.min_interval_s === undefined ? [] : [`at least ${pacing.min_interval_s} s between two leads`]),
    ...(pacing?.count === undefined ? [] : [`at most ${pacing.count} leads in any ${pacing.minutes} minutes`]),
    ...(hours?.hours ?? []).map(({ days, from, to }) => `${days.join(", ")}: ${from} to ${to} (${time_zone})`),
    duplicate_window_days > 0
      ? `the same consumer not again within ${duplicate_window_days} days`
      : "the same consumer may come again at any time",
  ];
}
