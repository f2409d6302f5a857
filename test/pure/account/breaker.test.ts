import { describe, expect, it } from "vitest";
import {
  admission,
  type Breaker,
  CLOSED,
  failuresOf,
  merged,
  pauseMs,
  probed,
  probing,
  succeeded,
} from "../../../durable-objects/breaker-rules.ts";
import { report, reported, SETTINGS, T } from "./breaker-fixtures.ts";

/** Reports as [seconds, ok, failed, streak]. */
type Reports = [number, number, number, number?][];

const read = (reports: Reports) =>
  reported(reports.map(([s, ok, failed, streak]) => [s, report(ok, failed, { streak })]));

describe("failures in a row", () => {
  const table: [string, Reports, "closed" | "open", number][] = [
    ["two failures", [[0, 0, 2]], "closed", 2],
    ["three failures at once", [[0, 0, 3]], "open", 3],
    [
      "three from three isolates",
      [
        [0, 0, 1],
        [1, 0, 1],
        [2, 0, 1],
      ],
      "open",
      3,
    ],
    [
      "a success between",
      [
        [0, 0, 2],
        [1, 1, 0],
        [2, 0, 2],
      ],
      "closed",
      2,
    ],
    ["many failures, but a success after them", [[0, 1, 9, 0]], "closed", 0],
    [
      "a success marked by -1",
      [
        [0, 0, 2],
        [1, 0, 7, -1],
      ],
      "closed",
      0,
    ],
    [
      "failures after a success count",
      [
        [0, 0, 2],
        [1, 4, 5, 3],
      ],
      "open",
      3,
    ],
    [
      "failures after a success end the earlier run",
      [
        [0, 0, 2],
        [1, 4, 5, 2],
      ],
      "closed",
      2,
    ],
    [
      "the last within the time",
      [
        [0, 0, 2],
        [59, 0, 1],
      ],
      "open",
      3,
    ],
    [
      "the first too long ago",
      [
        [0, 0, 2],
        [60, 0, 1],
      ],
      "closed",
      1,
    ],
    [
      "a window that slides",
      [
        [0, 0, 1],
        [40, 0, 1],
        [70, 0, 1],
        [90, 0, 1],
      ],
      "open",
      3,
    ],
    ["nothing at all", [[0, 0, 0]], "closed", 0],
  ];
  it.each(table)("%s", (_name, reports, state, failures) => {
    const { breaker, why } = read(reports);
    expect([breaker.state, failuresOf(breaker)]).toEqual([state, failures]);
    expect(why).toBe(state === "open" ? "3 failures in a row" : "");
  });

  it("leaves an open breaker and a probe alone", () => {
    const open = read([[0, 0, 3]]).breaker;
    expect(merged(open, report(9, 0), SETTINGS, T + 1_000).breaker).toBe(open);
    const half = probing(open, "r1");
    expect(merged(half, report(0, 9), SETTINGS, T + 20_000).breaker).toBe(half);
  });
});

describe("rates", () => {
  /** Never three failures in a row: each report ends with a success. Reports as [seconds, ok, failed, slow]. */
  type Rated = [number, number, number, number];
  const slowly = { ...SETTINGS, slow_ms: 2_000 };
  const table: [string, Rated[], object, string][] = [
    ["19 calls, too few to tell", [[0, 5, 14, 0]], {}, ""],
    ["20 calls, half of them failed", [[0, 10, 10, 0]], {}, "failure rate 50 % of 20 calls within 60 s"],
    ["a little less", [[0, 51, 49, 0]], {}, ""],
    [
      "added up over isolates and time",
      [
        [0, 8, 12, 0],
        [20, 5, 7, 0],
        [59, 2, 6, 0],
      ],
      { min_calls: 40 },
      "failure rate 63 % of 40 calls within 60 s",
    ],
    [
      "what has left the window is forgotten",
      [
        [0, 1, 18, 0],
        [60, 18, 1, 0],
      ],
      {},
      "",
    ],
    [
      "a part goes when it is a window old",
      [
        [0, 1, 18, 0],
        [59, 1, 0, 0],
      ],
      {},
      "failure rate 90 % of 20 calls within 60 s",
    ],
    ["switched off at 100", [[0, 1, 99, 0]], { failure_rate: 100 }, ""],
    ["99 is not off", [[0, 1, 99, 0]], { failure_rate: 99 }, "failure rate 99 % of 100 calls within 60 s"],
    ["slow calls", [[0, 25, 0, 20]], slowly, "slow-call rate 80 % of 25 calls within 60 s (over 2000 ms)"],
    ["fewer slow calls", [[0, 25, 0, 19]], slowly, ""],
    ["slow, but nobody minds", [[0, 25, 0, 25]], {}, ""],
    ["slow switched off at 100", [[0, 25, 0, 25]], { ...slowly, slow_rate: 100 }, ""],
    ["19 slow calls", [[0, 19, 0, 19]], slowly, ""],
    [
      "more slow calls than calls is a mistake of the reporter",
      [[0, 25, 0, 99]],
      slowly,
      "slow-call rate 100 % of 25 calls within 60 s (over 2000 ms)",
    ],
  ];
  it.each(table)("%s", (_name, reports, changes, why) => {
    const settings = { ...SETTINGS, slow_rate: 80, ...changes };
    const end = reported(
      reports.map(([s, ok, failed, slow]) => [s, report(ok, failed, { streak: 0, slow })]),
      settings,
    );
    expect([end.why, end.breaker.state]).toEqual([why, why === "" ? "closed" : "open"]);
  });

  it("keeps a bounded window, however many reports come", () => {
    let breaker = CLOSED;
    for (let s = 0; s < 2_000; s++)
      breaker = merged(breaker, report(3, 1, { streak: 0 }), SETTINGS, T + s * 100).breaker;
    expect(breaker.window.length).toBeLessThanOrEqual(11);
    expect(breaker.window.reduce((sum, [, ok]) => sum + ok, 0)).toBeGreaterThan(3 * 520);
  });
});

describe("probes", () => {
  const open = read([[0, 0, 3]]).breaker;
  it("pauses double up to the maximum", () => {
    expect([0, 1, 2, 3, 500].map((pauses) => pauseMs(SETTINGS, pauses))).toEqual([
      10_000, 20_000, 35_000, 35_000, 35_000,
    ]);
  });

  it("admits one probe when the pause is over, nobody beside it, and no real lead without leave", () => {
    expect([admission(CLOSED, T, true), admission(CLOSED, T, false)]).toEqual(["pass", "pass"]);
    expect(admission(open, T + 9_999, true)).toBe("refuse");
    expect(admission(open, T + 10_000, true)).toBe("probe");
    expect(admission(open, T + 10_000, false)).toBe("refuse");
    for (const allowed of [true, false]) expect(admission(probing(open, "r1"), T + 99_999, allowed)).toBe("refuse");
  });

  it.each([
    ["ok", { state: "closed", until: null, pauses: 1, trial: false }],
    ["up", { state: "closed", until: null, pauses: 1, trial: true }],
    ["unavailable", { state: "closed", until: null, pauses: 1, trial: true }],
    ["failed", { state: "open", until: T + 60_000, pauses: 2, opened_at: T }],
    ["undecided", { state: "open", until: T + 50_000, pauses: 1 }],
    ["unused", { state: "open", until: T + 40_000, pauses: 1 }],
  ] as const)("%s", (result, expected) => {
    expect(probed(probing(open, "r1"), result, SETTINGS, T + 40_000)).toMatchObject({ ...expected, probe: null });
  });

  it("on trial, one failure opens it again for longer, however late it comes, and one success ends the trial", () => {
    const trial = probed(probing(open, "own"), "up", SETTINGS, T + 10_000);
    for (const later of [11_000, 5_000_000])
      expect(merged(trial, report(0, 1), SETTINGS, T + later)).toMatchObject({
        breaker: { state: "open", until: T + later + 20_000, pauses: 2 },
        why: "failed on trial",
      });
    const proven = merged(trial, report(1, 0), SETTINGS, T + 11_000);
    expect(proven).toMatchObject({ breaker: { state: "closed", trial: false }, why: "success on trial" });
    expect(merged(proven.breaker, report(0, 1), SETTINGS, T + 12_000).breaker.state).toBe("closed");
    expect(succeeded(trial)).toMatchObject({ state: "closed", trial: false, pauses: 1 });
  });

  it("hears no report of calls from before it closed: a probe's own failure counts once", () => {
    const trial = probed(probing(open, "own"), "up", SETTINGS, T + 10_000);
    const old = merged(trial, report(0, 9, { age_ms: 5_000 }), SETTINGS, T + 14_000);
    expect(old).toEqual({ breaker: trial, why: "" });
    expect(merged(trial, report(0, 9, { age_ms: 3_000 }), SETTINGS, T + 14_000).breaker.state).toBe("open");
  });
});

describe("pauses after closing", () => {
  const settings = { ...SETTINGS, min_calls: 5, max_pause_s: 100 };
  const closed = probed(probing(reported([[0, report(0, 3)]]).breaker, "p"), "ok", settings, T + 10_000);
  const after = (reports: [number, number][]): Breaker =>
    reports.reduce((b, [s, ok]) => merged(b, report(ok, 0), settings, T + s * 1_000).breaker, closed);
  it.each([
    ["fails again at once", [], 11, 20_000],
    ["enough successes, too soon", [[20, 50]], 44, 20_000],
    [
      "long enough, too few successes",
      [
        [20, 2],
        [69, 2],
      ],
      75,
      20_000,
    ],
    [
      "a good spell: a whole window and enough successes",
      [
        [20, 2],
        [60, 3],
      ],
      70,
      10_000,
    ],
    ["little traffic: the longest pause, and one success", [[20, 1]], 110, 10_000],
    ["no success at all, however long", [], 99_999, 20_000],
  ] as [string, [number, number][], number, number][])("%s", (_name, reports, fails_at, pause) => {
    const at = T + fails_at * 1_000;
    const again = merged(after(reports), report(0, 3), settings, at).breaker;
    expect([again.state, (again.until ?? 0) - at]).toEqual(["open", pause]);
  });
});
