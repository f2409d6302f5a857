import { describe, expect, it } from "vitest";
import {
  capBreach,
  closedScopes,
  counted,
  givenBack,
  placesLeft,
  type Tally,
  windowsAt,
} from "../../../durable-objects/caps-rules.ts";
import type { Cap } from "../../../schema/config/buyer.ts";
import { START, usd } from "../../support/account-book.ts";

const WINDOWS = windowsAt("UTC", START);
const DAY_END = Date.parse("2026-11-21T00:00:00Z");
const HOUR_END = Date.parse("2026-11-20T16:00:00Z");

function tallied(leads: [source: string, amount: number][]): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const [source, amount] of leads) {
    for (const scope of ["", source]) {
      tallies.set(scope, counted(tallies.get(scope) ?? {}, WINDOWS, usd(amount), START));
    }
  }
  return tallies;
}

const TWO_OF_A_ONE_OF_B = tallied([
  ["a", 10],
  ["a", 10],
  ["b", 5],
]);

describe("capBreach", () => {
  const table: [string, Cap, string, number, string | null][] = [
    ["one place left", { per: "day", count: 4 }, "a", 10, null],
    ["no place left", { per: "day", count: 3 }, "a", 10, "day: count"],
    ["a cap of nothing", { per: "total", count: 0 }, "a", 10, "total: count"],
    ["money exactly used up is allowed", { per: "month", money: usd(35) }, "a", 10, null],
    ["one ten-thousandth too much", { per: "month", money: usd(34.9999) }, "a", 10, "month: money"],
    ["count before money", { per: "hour", count: 3, money: usd(1) }, "a", 10, "hour: count"],
    ["a source of its own", { per: "day", count: 2, source: "a" }, "a", 10, "day of a: count"],
    ["another source's cap", { per: "day", count: 2, source: "a" }, "b", 10, null],
    ["each source: the full one", { per: "week", count: 2, source: "*" }, "a", 10, "week of a: count"],
    ["each source: the other one", { per: "week", count: 2, source: "*" }, "b", 10, null],
    ["each source: a new one", { per: "week", money: usd(10), source: "*" }, "c", 10, null],
  ];
  it.each(table)("%s", (_name, cap, source, amount, expected) => {
    expect(capBreach([cap], TWO_OF_A_ONE_OF_B, WINDOWS, source, usd(amount))?.detail ?? null).toBe(expected);
  });

  it("names the first of several in the contract's order", () => {
    const caps: Cap[] = [
      { per: "total", count: 9 },
      { per: "hour", money: usd(30) },
      { per: "day", count: 1 },
    ];
    expect(capBreach(caps, TWO_OF_A_ONE_OF_B, WINDOWS, "a", usd(10))?.detail).toBe("hour: money");
  });
});

describe("when a lead fits again", () => {
  const table: [string, Cap[], number, number | null][] = [
    ["at the window's end", [{ per: "hour", count: 3 }], 10, HOUR_END],
    [
      "at the latest end of all that it oversteps",
      [
        { per: "hour", count: 3 },
        { per: "day", money: usd(30) },
      ],
      10,
      DAY_END,
    ],
    ["never under a cap in total", [{ per: "total", count: 3 }], 10, null],
    [
      "never where one of them is in total",
      [
        { per: "hour", count: 3 },
        { per: "total", money: usd(30) },
      ],
      10,
      null,
    ],
    ["never under a cap of nothing", [{ per: "day", count: 0 }], 10, null],
    ["never when it costs more than a whole window may", [{ per: "day", money: usd(9) }], 10, null],
    [
      "caps with room do not matter",
      [
        { per: "hour", count: 3 },
        { per: "day", count: 4 },
      ],
      10,
      HOUR_END,
    ],
  ];
  it.each(table)("%s", (_name, caps, amount, until) => {
    expect(capBreach(caps, TWO_OF_A_ONE_OF_B, WINDOWS, "a", usd(amount))).toMatchObject({ until });
  });
});

describe("placesLeft", () => {
  const table: [string, Cap[], ReturnType<typeof placesLeft>][] = [
    ["no cap", [], null],
    ["a money cap says nothing of places", [{ per: "day", money: usd(30) }], null],
    ["nor does a cap by source", [{ per: "day", count: 3, source: "*" }], null],
    ["what is left", [{ per: "day", count: 5 }], { places: 2, until: DAY_END }],
    ["never less than nothing", [{ per: "total", count: 1 }], { places: 0, until: null }],
    [
      "the tightest",
      [
        { per: "day", count: 9 },
        { per: "hour", count: 4 },
      ],
      { places: 1, until: HOUR_END },
    ],
    [
      "of two as tight, the later end",
      [
        { per: "hour", count: 4 },
        { per: "day", count: 4 },
      ],
      { places: 1, until: DAY_END },
    ],
  ];
  it.each(table)("%s", (_name, caps, expected) => {
    expect(placesLeft(caps, TWO_OF_A_ONE_OF_B, WINDOWS)).toEqual(expected);
  });
});

describe("closedScopes", () => {
  const table: [string, Cap[], number | null, ReturnType<typeof closedScopes>][] = [
    ["nothing reached", [{ per: "day", count: 4 }], 5, []],
    ["a count reached", [{ per: "day", count: 3 }], 5, [{ source: null, until: DAY_END }]],
    ["never again", [{ per: "total", count: 3 }], 5, [{ source: null, until: null }]],
    [
      "the later of two ends",
      [
        { per: "day", count: 3 },
        { per: "hour", count: 1 },
      ],
      5,
      [{ source: null, until: DAY_END }],
    ],
    [
      "never beats any end",
      [
        { per: "hour", count: 1 },
        { per: "total", count: 3 },
        { per: "day", count: 3 },
      ],
      5,
      [{ source: null, until: null }],
    ],
    ["money reached", [{ per: "hour", money: usd(25) }], null, [{ source: null, until: HOUR_END }]],
    ["money that fits the smallest amount", [{ per: "hour", money: usd(30) }], 5, []],
    [
      "money that fits nothing ever asked",
      [{ per: "hour", money: usd(29.99) }],
      5,
      [{ source: null, until: HOUR_END }],
    ],
    ["only the source that is full", [{ per: "day", count: 2, source: "*" }], 5, [{ source: "a", until: DAY_END }]],
    ["a named source not seen yet", [{ per: "day", count: 0, source: "z" }], 5, [{ source: "z", until: DAY_END }]],
  ];
  it.each(table)("%s", (_name, caps, least, expected) => {
    expect(closedScopes(caps, TWO_OF_A_ONE_OF_B, WINDOWS, least === null ? null : usd(least))).toEqual(expected);
  });
});

describe("tallies", () => {
  it("give back to the windows of the reservation, also when it is another hour", () => {
    const later = windowsAt("UTC", START + 3_600_000);
    const both = counted(counted({}, WINDOWS, usd(10), START), later, usd(7), START + 3_600_000);
    const left = givenBack(
      both,
      WINDOWS.map((window) => window.key),
      1,
      usd(10),
    );
    expect(left[WINDOWS[0]?.key ?? ""]).toEqual([0, 0, HOUR_END]);
    expect(left[later[0]?.key ?? ""]).toEqual([1, usd(7), HOUR_END + 3_600_000]);
    expect(left["day:2026-11-20"]).toEqual([1, usd(7), DAY_END]);
  });

  it("forget windows that are long past, and let their reservations go without them", () => {
    const old = counted({}, WINDOWS, usd(10), START);
    const later = START + 10 * 86_400_000;
    const fresh = counted(old, windowsAt("UTC", later), usd(1), later);
    expect(fresh["day:2026-11-20"]).toBeUndefined();
    expect(fresh["total:all"]).toEqual([2, usd(11), null]);
    expect(
      givenBack(
        fresh,
        WINDOWS.map((window) => window.key),
        1,
        usd(10),
      )["total:all"],
    ).toEqual([1, usd(1), null]);
  });

  it("keep a date when the contract moves to a zone where it is still that date", () => {
    const now = Date.parse("2026-11-21T07:30:00Z");
    const inNewYork = counted(
      {},
      windowsAt("America/New_York", Date.parse("2026-11-21T04:00:00Z")),
      usd(1),
      now - 12_600_000,
    );
    const inLosAngeles = counted(inNewYork, windowsAt("America/Los_Angeles", now), usd(1), now);
    expect(inLosAngeles["day:2026-11-20"]).toEqual([2, usd(2), Date.parse("2026-11-21T08:00:00Z")]);
  });
});
