import fc from "fast-check";
import type { Cap, Pacing } from "../../schema/config/buyer.ts";
import type { CapPeriod } from "../../schema/lists.ts";
import { money } from "../../schema/money.ts";

/** What may happen to an account, in any order: twelve leads of one contract, from two sources. */
export type Act =
  | { do: "reserve"; id: number; amount: number; source: string; epoch: number }
  | { do: "capture"; id: number; less: number }
  | { do: "release"; id: number; epoch?: number }
  | { do: "doubt"; id: number }
  | { do: "fence"; id: number; epoch: number }
  | { do: "refund"; id: number; refund: number; free_place: boolean }
  | { do: "pass"; ms: number }
  | { do: "deposit"; id: number };

const IDS = 12;
export const DOUBT_MS = 5_400_000;
export const HOLD_MS = 600_000;

const id = fc.nat(IDS - 1);
const epoch = fc.constantFrom(1, 1, 1, 2, 3);
export const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("reserve" as const),
      id,
      amount: fc.constantFrom(1, 70_000, 99_999, 211_050),
      source: fc.constantFrom("a", "b"),
      epoch,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("capture" as const), id, less: fc.constantFrom(0, 0, 1, 30_000) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("release" as const), id, epoch }, { requiredKeys: ["do", "id"] }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("doubt" as const), id }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("fence" as const), id, epoch }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("refund" as const), id, refund: fc.nat(5), free_place: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      ms: fc.constantFrom(400, 1_000, 29_999, HOLD_MS, 3_600_000, 30_000_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("deposit" as const), id: fc.nat(2) }) },
);
export const cap: fc.Arbitrary<Cap> = fc.record(
  {
    per: fc.constantFrom<CapPeriod>("hour", "day", "week", "month", "total"),
    count: fc.integer({ min: 0, max: 4 }),
    money: fc.constantFrom(99_999, 200_000, 350_000).map(money),
    source: fc.constantFrom("*", "a"),
  },
  { requiredKeys: ["per"] },
);
export const pacing: fc.Arbitrary<Pacing | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.record({ min_interval_s: fc.constantFrom(0.4, 1, 30, 600) }),
  fc.record({ count: fc.integer({ min: 1, max: 3 }), minutes: fc.constantFrom(1, 10, 60) }),
  fc.record({
    min_interval_s: fc.constantFrom(0.5, 45, 3_600),
    count: fc.integer({ min: 1, max: 3 }),
    minutes: fc.constantFrom(1, 60),
  }),
);
