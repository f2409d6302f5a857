import type { Dice } from "../core/dice.ts";

/** What a buyer may do with a post that it sees for the first time. `stores_…`: it keeps the lead, whatever of its answer arrives. */
export const CONDUCTS = [
  "accepts",
  "accepts_above",
  "accepts_below",
  "rejects",
  "duplicate",
  "throttled",
  "busy_503",
  "error_500",
  "stores_then_502",
  "stores_then_drops",
  "drops",
  "hangs",
  "stores_then_hangs",
  "stores_answers_late",
  "rejects_late",
  "half_answer",
  "stores_half_answer",
  "unreadable",
  "stores_unreadable",
  "by_hand",
] as const;
export type Conduct = (typeof CONDUCTS)[number];

/** What a buyer is like: how often it does what, and how it answers a lead that it has already. */
export interface Mood {
  weights: Record<Conduct, number>;
  /** A lead that it has comes again: `as_before` is what an idempotent endpoint does. */
  known: "as_before" | "duplicate" | "rejects";
  /** Per request of a lead that it knows already, or of a status call: the connection fails all the same. */
  shaky: number;
  /** Chance per ping of no bid, no answer, an answer too late. */
  no_bid: number;
  no_answer: number;
  late_bid: number;
  /** Chance per post that was not answered clearly of a word on it later; and per word, that it comes twice, or is taken back. */
  late_word: number;
  /** ... and per word, that it comes within the minute. */
  soon: number;
  says_twice: number;
  contradicts: number;
  /** Chance per lead that it has bought that it fails it after the sale, and says so. */
  fails: number;
  /** Outages and wrong set-ups in the course of a world, ms from its start; `posts`: its pings and probes of them are answered well. */
  bad_times: {
    from: number;
    to: number;
    posts: boolean;
    what: "drops" | "error_500" | "hangs" | "bad_key" | "gone" | "bad_request";
  }[];
}

const PLAIN = { accepts: 70, rejects: 20, duplicate: 2, accepts_above: 1, accepts_below: 2, throttled: 2, busy_503: 1 };
const ROUGH = {
  error_500: 1,
  stores_then_502: 1,
  stores_then_drops: 1,
  drops: 1,
  hangs: 0.5,
  stores_then_hangs: 0.5,
  stores_answers_late: 0.5,
  rejects_late: 0.5,
  half_answer: 0.5,
  stores_half_answer: 0.5,
  unreadable: 0.2,
  stores_unreadable: 0.2,
  by_hand: 0.2,
};

export function moodOf(dice: Dice, idempotent: boolean): Mood {
  const rough = dice.pick([0.1, 0.5, 1, 4]);
  const rejects = dice.pick([0.2, 1, 4]);
  const all: Record<string, number> = { ...PLAIN, rejects: PLAIN.rejects * rejects };
  for (const [conduct, weight] of Object.entries(ROUGH)) all[conduct] = weight * rough;
  return {
    weights: all as Record<Conduct, number>,
    known: idempotent ? "as_before" : dice.pick(["duplicate", "duplicate", "as_before", "rejects"]),
    shaky: dice.pick([0.03, 0.3]),
    no_bid: dice.pick([0.05, 0.3]),
    no_answer: dice.pick([0, 0.05]),
    late_bid: dice.pick([0, 0.05]),
    late_word: dice.pick([0, 0.3, 0.9]),
    soon: 0,
    says_twice: 0.2,
    contradicts: dice.pick([0, 0, 0.15]),
    fails: dice.pick([0, 0, 0.03, 0.15]),
    bad_times: badTimes(dice),
  };
}

function badTimes(dice: Dice): Mood["bad_times"] {
  if (!dice.chance(0.4)) return [];
  const from = dice.between(0, 400_000);
  const what = dice.pick(["drops", "error_500", "hangs", "bad_key", "gone", "bad_request"] as const);
  return [{ from, to: from + dice.between(20_000, 400_000), posts: dice.chance(0.5), what }];
}
