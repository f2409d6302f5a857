import { describe, expect, it } from "vitest";
import { EmulatedPlatform, LATENCIES } from "../../support/emulated-platform.ts";
import { load, measure, naiveDial, ourDial, punctualBuyers } from "../../support/ping-load.ts";

// 100 pings a second for ten seconds, 50 buyers who answer in 20-90 ms, 100 ms to do so.
const BUYERS = 50;
const SECONDS = 10;

describe("fan-out under sustained load on the emulated platform", () => {
  for (const { dialers, hop, seed } of [
    { dialers: 600, hop: LATENCIES.hop, seed: 11 },
    { dialers: 1_000, hop: LATENCIES.hop, seed: 12 },
    { dialers: 600, hop: 2 * LATENCIES.hop, seed: 13 },
  ]) {
    it(`${dialers} dialers, ${hop} ms a hop (seed ${seed})`, { timeout: 60_000 }, async () => {
      const platform = new EmulatedPlatform(seed, { ...LATENCIES, hop });
      const urls = punctualBuyers(platform, BUYERS, 20, 90);
      const runs = await platform.time.run(() => load(platform, 100, SECONDS, urls, ourDial(platform, dialers)));
      const figures = measure(platform, runs, BUYERS);
      expect(figures.pings).toBeGreaterThan(900);
      expect(figures.attempted).toBeGreaterThanOrEqual(0.998);
      expect(figures.timeouts).toBe(0);
      expect(figures.failures).toBe(0);
      expect(figures.lag_p99).toBeLessThanOrEqual(25);
      // ceil((50 - 6) / 6) a ping, and what was busy again.
      expect(platform.counts.get("dialer.dial")).toBeLessThan(1.25 * 8 * runs.length);
      const missing = runs.flatMap(({ results }) => results).filter((result) => result.kind !== "answer");
      expect(missing.every((result) => result.kind === "not_attempted" && result.error === "dialers_busy")).toBe(true);
    });
  }

  it("a naive Promise.all over the same buyers fails these figures", { timeout: 60_000 }, async () => {
    const platform = new EmulatedPlatform(11);
    const urls = punctualBuyers(platform, BUYERS, 20, 90);
    const runs = await platform.time.run(() => load(platform, 100, SECONDS, urls, naiveDial));
    const figures = measure(platform, runs, BUYERS);
    expect(figures.attempted).toBeLessThan(0.5);
    // Every one of these buyers would have answered in time.
    expect(figures.timeouts).toBeGreaterThan(0.5 * runs.length * BUYERS);
    expect(figures.lag_p99).toBeGreaterThan(25);
  });
});
