import { describe, expect, it } from "vitest";
import { Health } from "../../../worker/telemetry/health.ts";

const OF = { buyer_id: "acme", endpoint_id: "e1", phase: "post" as const };
const BREAKER = { failures: 3, within_s: 60, slow_ms: 1_000 };
const T = 1_000_000;

/** Calls as [ms after T, ok, how long it took]. */
function counted(calls: [number, boolean, number][], breaker: Parameters<Health["count"]>[2] = BREAKER): Health {
  const health = new Health();
  for (const [at, ok, ms] of calls) health.count(OF, { ok, ms }, breaker, T + at);
  return health;
}

describe("an isolate's counts", () => {
  it("tell successes, failures, the last run, slow calls of both kinds, and how old the newest is", () => {
    const health = counted([
      [0, false, 10],
      [1, true, 1_001],
      [2, false, 5_000],
      [3, false, 1_000],
    ]);
    const counts = { endpoint_id: "e1", phase: "post", ok: 1, failed: 3, streak: 2, slow: 2, age_ms: 7 };
    expect(health.take(T + 10)).toEqual([{ buyer_id: "acme", reports: [counts] }]);
    expect(health.take(T + 5_000)).toEqual([]);
    health.count(OF, { ok: true, ms: 1 }, BREAKER, T + 6_000);
    // What went well waits 50 s, or for what did not.
    expect(health.take(T + 50_009)).toEqual([]);
    const well = { ok: 1, failed: 0, streak: 0, slow: 0 };
    expect(health.take(T + 50_010)).toMatchObject([{ reports: [{ ...well, age_ms: 44_010 }] }]);
    health.count(OF, { ok: true, ms: 1 }, BREAKER, T + 50_011);
    health.count(OF, { ok: false, ms: 1 }, BREAKER, T + 50_012);
    expect(health.take(T + 51_010)).toMatchObject([{ reports: [{ ok: 1, failed: 1, streak: 1 }] }]);
  });

  it("know no slow call where the endpoint names no limit", () => {
    const health = counted([[0, true, 25_000]], { failures: 3, within_s: 60 });
    expect(health.take(T)).toMatchObject([{ reports: [{ ok: 1, slow: 0 }] }]);
  });

  it("trip the isolate's own breaker by failures in a row alone, and for five seconds", () => {
    const slow = counted(Array.from({ length: 50 }, (_, i) => [i, i % 2 === 0, 9_000]));
    expect(slow.tripped("e1", "post", T + 50)).toBe(false);
    const failed = counted([
      [0, false, 1],
      [1, false, 1],
      [2, false, 1],
    ]);
    expect([failed.tripped("e1", "post", T + 5_001), failed.tripped("e1", "post", T + 5_002)]).toEqual([true, false]);
    expect(failed.tripped("e1", "ping", T + 3)).toBe(false);
  });
});

describe("failures that were too early for a report", () => {
  it("are waited for by one request, until they may be told", () => {
    const health = counted([[0, false, 10]]);
    expect(health.take(T + 10)).toHaveLength(1);
    expect(health.failuresLeft(T + 20)).toBeNull();
    health.count(OF, { ok: false, ms: 10 }, BREAKER, T + 300);
    expect(health.failuresLeft(T + 310)).toBe(700);
    // Somebody waits already.
    expect(health.failuresLeft(T + 320)).toBeNull();
    expect(health.take(T + 1_010)).toMatchObject([{ reports: [{ failed: 1 }] }]);
    expect(health.failuresLeft(T + 1_020)).toBeNull();
  });

  it("successes wait for the next request", () => {
    const health = counted([[0, true, 10]]);
    health.take(T + 10);
    health.count(OF, { ok: true, ms: 10 }, BREAKER, T + 20);
    expect(health.failuresLeft(T + 30)).toBeNull();
  });
});
