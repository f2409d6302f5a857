import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  admission,
  type Breaker,
  CLOSED,
  failuresOf,
  merged,
  onTrial,
  pauseMs,
  probed,
  probing,
} from "../../../durable-objects/breaker-rules.ts";
import type { HealthReport } from "../../../schema/rpc/account.ts";

const SETTINGS = { failures: 3, within_s: 60, pause_s: 10, max_pause_s: 35 };
const T = 1_000_000;

const report = (ok: number, failed: number, streak = ok > 0 ? 0 : failed): HealthReport => ({
  endpoint_id: "e1",
  phase: "ping",
  ok,
  failed,
  streak,
});

/** Reports as [seconds, ok, failed, streak], applied in order. */
const reported = (reports: [number, number, number, number?][]): Breaker =>
  reports.reduce<Breaker>(
    (breaker, [s, ok, failed, streak]) => merged(breaker, report(ok, failed, streak), SETTINGS, T + s * 1_000),
    CLOSED,
  );

describe("merged", () => {
  const table: [string, [number, number, number, number?][], "closed" | "open", number][] = [
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
    ["many failures, but a success after them", [[0, 1, 50, 0]], "closed", 0],
    [
      "a success marked by -1",
      [
        [0, 0, 2],
        [1, 0, 9, -1],
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
    const breaker = reported(reports);
    expect([breaker.state, failuresOf(breaker)]).toEqual([state, failures]);
  });

  it("leaves an open breaker and a probe alone", () => {
    const open = reported([[0, 0, 3]]);
    expect(merged(open, report(9, 0), SETTINGS, T + 1_000)).toBe(open);
    const half = probing(open, "r1");
    expect(merged(half, report(0, 9), SETTINGS, T + 20_000)).toBe(half);
  });
});

describe("probes", () => {
  const open = reported([[0, 0, 3]]);
  it("pauses double up to the maximum", () => {
    expect([0, 1, 2, 3, 500].map((pauses) => pauseMs(SETTINGS, pauses))).toEqual([
      10_000, 20_000, 35_000, 35_000, 35_000,
    ]);
  });

  it("admits one probe when the pause is over, and nobody beside it", () => {
    expect(admission(CLOSED, T)).toBe("pass");
    expect(admission(open, T + 9_999)).toBe("refuse");
    expect(admission(open, T + 10_000)).toBe("probe");
    expect(admission(probing(open, "r1"), T + 99_999)).toBe("refuse");
  });

  it.each([
    ["ok", { state: "closed", until: null, pauses: 0 }],
    ["failed", { state: "open", until: T + 60_000, pauses: 2 }],
    ["undecided", { state: "open", until: T + 50_000, pauses: 1 }],
    ["unused", { state: "open", until: T + 40_000, pauses: 1 }],
  ] as const)("%s", (result, expected) => {
    expect(probed(probing(open, "r1"), result, SETTINGS, T + 40_000)).toMatchObject({ ...expected, probe: null });
  });

  it("on trial, one failure opens it again for longer and one success forgives it", () => {
    const trial = onTrial(probing(open, "ping"), SETTINGS, T + 10_000);
    expect(trial.state).toBe("closed");
    expect(merged(trial, report(0, 1), SETTINGS, T + 11_000)).toMatchObject({
      state: "open",
      until: T + 31_000,
      pauses: 2,
    });
    expect(merged(trial, report(1, 0), SETTINGS, T + 11_000)).toEqual(CLOSED);
  });

  it("never opens while the present run is short, whatever the order of reports", () => {
    const one = fc.record({ ok: fc.nat(3), failed: fc.nat(2) });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 30 }), (reports) => {
        let run = 0;
        let breaker = CLOSED;
        for (const [i, { ok, failed }] of reports.entries()) {
          run = ok > 0 ? 0 : run + failed;
          breaker = merged(breaker, report(ok, failed), SETTINGS, T + i);
          expect(breaker.state === "open").toBe(run >= SETTINGS.failures);
          if (breaker.state === "open") return;
        }
      }),
      { seed: 11, numRuns: 300 },
    );
  });
});
