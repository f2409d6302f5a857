import type { Dice } from "../core/dice.ts";
import type { Journal, Tally } from "../core/journal.ts";
import type { SimTime } from "../core/time.ts";

/** How often what goes wrong in a world. Chances per event of the kind, unless said otherwise. */
export interface Weather {
  /** Per invocation: it dies at some point of its way; it stands still for a while and goes on. */
  worker_dies: number;
  worker_stalls: number;
  /** Per invocation: its isolate is replaced by a cold one. */
  isolate_new: number;
  /** Per call of an object. */
  call_refused: number;
  call_reply_lost: number;
  call_slow: number;
  object_evicted: number;
  object_away: number;
  /** Per alarm. */
  alarm_late: number;
  alarm_twice: number;
  /** Per message; `away`: the queue refuses everything for a while. */
  queue_lost: number;
  queue_twice: number;
  queue_late: number;
  queue_away: number;
  /** Per call of D1. */
  d1_error: number;
  d1_reply_lost: number;
  d1_hangs: number;
  d1_away: number;
}

/** What every part of a world shares. */
export interface Stage {
  time: SimTime;
  dice: Dice;
  journal: Journal;
  /** Faults injected, by kind. */
  faults: Tally;
  /** Replaced by a calm one when a world's leads have all been sent and its faults must end. */
  weather: Weather;
  /** Told when a worker dies or stands still while it has this lead. */
  disturbed(n: number): void;
}

export const never = <T>(): Promise<T> => new Promise<T>(() => {});
export const LOST = "Network connection lost.";

/** Rolls for a fault and counts it. */
export function strikes(stage: Stage, kind: keyof Weather): boolean {
  if (!stage.dice.chance(stage.weather[kind])) return false;
  stage.faults.add(kind);
  return true;
}

const NOTHING = {
  worker_dies: 0,
  worker_stalls: 0,
  isolate_new: 0,
  call_refused: 0,
  call_reply_lost: 0,
  call_slow: 0,
  object_evicted: 0,
  object_away: 0,
  alarm_late: 0,
  alarm_twice: 0,
  queue_lost: 0,
  queue_twice: 0,
  queue_late: 0,
  queue_away: 0,
  d1_error: 0,
  d1_reply_lost: 0,
  d1_hangs: 0,
  d1_away: 0,
} satisfies Weather;

export const CALM: Weather = NOTHING;

/** Weathers of whole worlds: each stresses something else, the last everything. */
const WEATHERS: Record<string, Weather> = {
  calm: NOTHING,
  workers: { ...NOTHING, worker_dies: 0.12, worker_stalls: 0.05, isolate_new: 0.02 },
  // Holders that stand still until others have taken their leads over, and then go on.
  stalls: { ...NOTHING, worker_stalls: 0.4, call_slow: 0.02, queue_twice: 0.2 },
  objects: {
    ...NOTHING,
    call_refused: 0.01,
    call_reply_lost: 0.01,
    call_slow: 0.01,
    object_evicted: 0.01,
    object_away: 0.0005,
    alarm_late: 0.02,
    alarm_twice: 0.05,
  },
  around: {
    ...NOTHING,
    queue_lost: 0.2,
    queue_twice: 0.2,
    queue_late: 0.2,
    queue_away: 0.02,
    d1_error: 0.05,
    d1_reply_lost: 0.05,
    d1_hangs: 0.02,
    d1_away: 0.005,
    isolate_new: 0.02,
  },
};
const { workers = NOTHING, objects = NOTHING, around = NOTHING } = WEATHERS;
WEATHERS.storm = { ...workers, ...pickNonZero(objects), ...pickNonZero(around) };

function pickNonZero(weather: Weather): Partial<Weather> {
  return Object.fromEntries(Object.entries(weather).filter(([, chance]) => chance > 0));
}

export type WeatherName = "calm" | "workers" | "stalls" | "objects" | "around" | "storm";
export const weatherOf = (name: WeatherName): Weather => WEATHERS[name] ?? NOTHING;
