import type { Dice } from "../core/dice.ts";
import { CALM, type Weather, weatherOf } from "../platform/stage.ts";
import type { Mood } from "./moods.ts";
import type { Order } from "./publishers.ts";
import type { BuyerSetUp, WorldSetUp } from "./setup.ts";

/**
 * `mixed`: anything, each at its own rate. `crowded`: several are at one lead at once, holders that stood still, repeats and buyers' late words. `sick`: breakers
 * open, and their accounts wake up late.
 */
export type Kind = "mixed" | "crowded" | "sick";

/** Of ten worlds of a run two are crowded and one is sick. */
export function kindOf(world: number): Kind {
  if (world % 5 === 4) return "crowded";
  return world % 10 === 7 ? "sick" : "mixed";
}

const CROWDED: Weather = { ...CALM, worker_dies: 0.06, worker_stalls: 0.3, call_slow: 0.1, queue_twice: 0.3 };

/** `steady`: objects, alarms, the queue and D1 do what they should. */
export function weatherFor(kind: Kind, dice: Dice): { weather: Weather; steady: boolean } {
  if (kind === "crowded") return { weather: CROWDED, steady: true };
  if (kind === "sick") return { weather: { ...CALM, alarm_late: 0.5 }, steady: false };
  const name = dice.weighted({ calm: 2, workers: 3, stalls: 2, objects: 3, around: 2, storm: 2 });
  return { weather: weatherOf(name), steady: ["calm", "workers", "stalls"].includes(name) };
}

/** What the kind of a world makes of its set-up. */
export function setUpFor(kind: Kind, dice: Dice, world: WorldSetUp): WorldSetUp {
  switch (kind) {
    case "mixed":
      return world;
    case "crowded":
      return crowd(dice, world);
    case "sick":
      return { ...world, buyers: world.buyers.map((buyer) => sickBuyer(dice, buyer)) };
  }
}

/** Its posts fail for minutes, again and again, while its pings are answered: leads come to its open breaker. */
function sickBuyer(dice: Dice, buyer: BuyerSetUp): BuyerSetUp {
  const { contract, endpoint, mood } = buyer;
  const what = dice.pick(["drops", "error_500"] as const);
  const starts = Array.from({ length: 6 }, (_, i) => i * 120_000 + dice.between(0, 60_000));
  return {
    ...buyer,
    credit_limit: null,
    deposit: 0,
    endpoint: { ...endpoint, breaker: { ...endpoint.breaker, failures: 5 } },
    contract: { ...contract, caps: [], pacing: undefined, on_unknown: "next_buyer", probe_with_lead: dice.chance(0.4) },
    overflow: null,
    mood: { ...mood, bad_times: starts.map((from) => ({ from, to: from + 40_000, posts: true, what })) },
  };
}

/** A few leads in doubt at a time are too few for two workers to meet at one: here most are. */
function crowd(dice: Dice, world: WorldSetUp): WorldSetUp {
  const { campaign, publishers, buyers } = world;
  const on_not_taken = dice.pick(["same_buyer", "same_buyer", "next_buyer"] as const);
  return {
    publishers,
    campaign: { ...campaign, on_not_taken },
    buyers: buyers.map((buyer) => crowdedBuyer(dice, buyer)),
  };
}

function crowdedBuyer(dice: Dice, buyer: BuyerSetUp): BuyerSetUp {
  const { contract, mood, endpoint } = buyer;
  return {
    ...buyer,
    credit_limit: null,
    deposit: 0,
    endpoint: { ...endpoint, breaker: { ...endpoint.breaker, failures: dice.pick([10, 1_000, 1_000]) } },
    contract: {
      ...contract,
      // Never reached: what an account counts under it is seen at the end.
      caps: [{ per: "total", count: 100_000 }],
      pacing: undefined,
      find_out: dice.pick(["retry_same", "retry_same", "ask_status"] as const),
      on_unknown: dice.pick(["next_buyer", "next_buyer", "review"] as const),
      aged: dice.chance(0.5) ? { max_age_hours: 24 } : undefined,
    },
    overflow: null,
    mood: crowdedMood(dice, mood),
  };
}

const crowdedMood = (dice: Dice, mood: Mood): Mood => ({
  ...mood,
  weights: {
    ...mood.weights,
    accepts: 30,
    rejects: 20,
    throttled: 8,
    busy_503: 4,
    drops: 8,
    stores_then_drops: 8,
    stores_then_hangs: 6,
    stores_answers_late: 6,
    rejects_late: 6,
  },
  shaky: dice.pick([0.1, 0.5]),
  late_word: 0.7,
  soon: 0.8,
  bad_times: dice.chance(0.7) ? [] : mood.bad_times,
});

/** In a crowd most publishers press twice, and some never ask again. */
export function crowdedOrder(dice: Dice, order: Order): Order {
  if (dice.chance(0.15)) return { ...order, repeats: [], hangs_up: false, once: true };
  if (!dice.chance(0.4)) return order;
  return { ...order, repeats: [...order.repeats, { after_ms: dice.between(0, 300), other: false }] };
}
