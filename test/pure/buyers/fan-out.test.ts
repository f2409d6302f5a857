import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SlotPool } from "../../../worker/buyers/slots.ts";
import { alike, type Buyer, setUp, word } from "../../support/fan-out.ts";

describe("fan-out", () => {
  it("six from own slots, without an object call", async () => {
    const { results, took, stats, calls } = await setUp(alike(6, { after_ms: 30 })).run();
    expect(results.map(word)).toEqual(Array(6).fill("answer"));
    expect([took, stats.own, calls]).toEqual([30, 6, 0]);
  });

  it.each([
    [7, 1],
    [12, 1],
    [13, 2],
    [50, 8],
    [100, 16],
  ])("%d buyers cost %d object calls", async (count, expected) => {
    const { results, took, calls, stats } = await setUp(alike(count, { after_ms: 30 })).run();
    expect(results.every((result) => result.kind === "answer")).toBe(true);
    expect([calls, stats.object_calls, took]).toEqual([expected, expected, 38]);
  });

  it("keeps the outcomes apart, in the order of the calls", async () => {
    const buyers: Buyer[] = [
      { after_ms: 30, body: '{"bid":1}' },
      { after_ms: 0, fault: "silent" },
      { after_ms: 20, fault: "reset" },
      { after_ms: 20, status: 302, headers: { location: "https://x.example" } },
      { after_ms: 20, body: "x".repeat(70_000) },
      { after_ms: 20, body: "{", body_after_ms: null },
      { after_ms: 20, url: "https://10.0.0.1/" },
    ];
    const expected = [
      "answer",
      "timeout",
      "failed:transport",
      "answer",
      "failed:too_large",
      "failed:body_timeout",
      "not_attempted:url_refused",
    ];
    const own = await setUp(buyers).run();
    expect(own.results.map(word)).toEqual(expected);
    expect(own.took).toBe(100);
    const slots = new SlotPool();
    slots.tryAcquire(6);
    const dialled = await setUp(buyers, { slots }).run();
    expect(dialled.results.map(word)).toEqual(expected);
    expect([dialled.calls, dialled.took]).toEqual([1, 108]);
  });

  it("a request that could not be built is not attempted", async () => {
    const { platform, run } = setUp([], {
      calls: [{ key: "x", timeout_ms: 100, request: { ok: false, message: "missing secret.key" } }],
    });
    const { results, took } = await run();
    expect([results.map(word), took, platform.network.traffic.length]).toEqual([["not_attempted:set_up"], 0, 0]);
  });

  it("nobody to dial", async () => {
    expect((await setUp([]).run()).results).toEqual([]);
  });

  it("always one result per call, by the deadline, with a bounded number of object calls, and all slots back", async () => {
    const reply = fc.record({
      after_ms: fc.integer({ min: 0, max: 700 }),
      timeout_ms: fc.integer({ min: 50, max: 900 }),
      fault: fc.option(fc.constantFrom("silent" as const, "reset" as const), { nil: undefined, freq: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(reply, { maxLength: 30 }),
        fc.integer({ min: 60, max: 800 }),
        fc.integer({ min: 0, max: 12 }),
        async (buyers, within_ms, dialerCount) => {
          const { run, slots, platform } = setUp(buyers, { within_ms, dialerCount });
          const { results, took, calls } = await run();
          expect(results).toHaveLength(buyers.length);
          expect(took).toBeLessThanOrEqual(within_ms);
          expect(calls).toBeLessThanOrEqual(3 * Math.max(0, Math.ceil((buyers.length - 6) / 6)));
          for (const [i, result] of results.entries()) {
            const { after_ms, timeout_ms, fault } = buyers[i]!;
            if (result.kind === "answer") expect([fault, result.late]).toEqual([undefined, after_ms > timeout_ms]);
            if (result.kind === "timeout" && !fault)
              expect(after_ms).toBeGreaterThanOrEqual(Math.min(timeout_ms, result.ms));
          }
          await platform.time.pass(1_000);
          expect(slots.free).toBe(6);
        },
      ),
      { seed: 17, numRuns: 60 },
    );
  });
});
