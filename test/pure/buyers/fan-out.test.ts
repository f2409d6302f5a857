import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DialerCore } from "../../../durable-objects/dialer-core.ts";
import type { DialerPort, DialResult } from "../../../schema/rpc/dialer.ts";
import { type FanOutInput, fanOut } from "../../../worker/buyers/fan-out.ts";
import { SlotPool } from "../../../worker/buyers/slots.ts";
import { EmulatedPlatform } from "../../support/emulated-platform.ts";
import type { Reply } from "../../support/emulated-transport.ts";

interface Buyer extends Reply {
  timeout_ms?: number;
  url?: string;
}

/** A fan-out to these buyers, on a platform of its own. */
function setUp(buyers: Buyer[], changes: Partial<FanOutInput> & { dialerCount?: number; dialer?: DialerPort } = {}) {
  const platform = new EmulatedPlatform(3);
  for (const [i, buyer] of buyers.entries()) platform.buyer(`b${i}.example`, () => buyer);
  const { deps } = platform.invocation();
  const count = changes.dialerCount ?? 20;
  const dialers = Array.from({ length: count }, () => {
    const own = platform.deps();
    return platform.object("dialer", changes.dialer ?? new DialerCore(() => own));
  });
  const slots = new SlotPool();
  const late: [number, number][] = [];
  const input: FanOutInput = {
    deps,
    calls: buyers.map(({ timeout_ms = 100, url }, i) => ({
      key: `b${i}`,
      timeout_ms,
      request: { ok: true, request: { method: "POST", url: url ?? `https://b${i}.example/`, headers: [], body: null } },
    })),
    within_ms: 500,
    slots,
    dialers: { count, get: (n) => dialers[n]! },
    guard: (url) => (url.includes("10.0.0.1") ? { ok: false, message: "private" } : { ok: true }),
    onLate: (index, ms) => late.push([index, ms]),
    ...changes,
  };
  const start = platform.time.now();
  return {
    platform,
    slots,
    late,
    run: () =>
      platform.time.run(async () => {
        const running = fanOut(input);
        const results = await running.results;
        const took = platform.time.now() - start;
        await running.done;
        return {
          results,
          took,
          ended: platform.time.now() - start,
          stats: running.stats,
          calls: platform.counts.get("dialer.dial") ?? 0,
        };
      }),
  };
}

const word = (result: DialResult): string => {
  if (result.kind === "answer") return result.late ? "late" : "answer";
  return "error" in result ? `${result.kind}:${result.error}` : result.kind;
};
const alike = (count: number, reply: Buyer): Buyer[] => Array.from({ length: count }, () => reply);

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
      "failed:redirect",
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

  it("answers at the deadline, whoever is still out", async () => {
    const { results, took } = await setUp(alike(20, { after_ms: 400, timeout_ms: 1_000 }), { within_ms: 250 }).run();
    expect(took).toBe(250);
    expect(new Set(results.map(word))).toEqual(new Set(["timeout"]));
    const none = await setUp(alike(8, { after_ms: 5 }), { within_ms: 0 }).run();
    expect([none.results.map(word), none.took]).toEqual([Array(8).fill("not_attempted:deadline_passed"), 0]);
  });

  it("a slow buyer with a long timeout is heard when the deadline allows it", async () => {
    const buyers = [...alike(20, { after_ms: 50 }), { after_ms: 700, timeout_ms: 1_000, body: "slow" }];
    const { results, took } = await setUp(buyers, { within_ms: 965 }).run();
    expect(word(results[20]!)).toBe("answer");
    expect(took).toBe(700);
  });

  it("counts an answer that comes after its own time, while the auction lasts", async () => {
    const buyers: Buyer[] = [{ after_ms: 130 }, { after_ms: 200, timeout_ms: 300 }];
    const { results, took } = await setUp(buyers).run();
    expect(results.map(word)).toEqual(["late", "answer"]);
    expect(results[0]).toMatchObject({ ms: 130 });
    expect(took).toBe(200);
    const slots = new SlotPool();
    slots.tryAcquire(6);
    const dialled = await setUp(buyers, { slots }).run();
    expect(dialled.results.map(word)).toEqual(["late", "answer"]);
  });

  it("counts an answer in the grace after it, and holds nobody up", async () => {
    const { run, late, slots } = setUp([{ after_ms: 130 }, { after_ms: 900 }, { after_ms: 20 }], {
      late_grace_ms: 200,
    });
    const { results, took, ended } = await run();
    expect(results.map(word)).toEqual(["timeout", "timeout", "answer"]);
    expect([took, ended]).toEqual([100, 300]);
    expect(late).toEqual([[0, 130]]);
    expect(slots.free).toBe(6);
  });

  it("without grace, everything ends with the auction", async () => {
    const { run, slots, platform } = setUp([{ after_ms: 130 }]);
    const { took, ended } = await run();
    expect([took, ended]).toEqual([100, 100]);
    await platform.time.pass(0);
    expect(slots.free).toBe(6);
    expect(platform.network.traffic[0]?.aborted_at).not.toBeNull();
  });

  it("redials twice when dialers are busy, and then says so", async () => {
    const busy: DialerPort = { dial: async () => ({ kind: "busy" }) };
    const { results, stats, calls, took } = await setUp(alike(18, { after_ms: 30 }), { dialer: busy }).run();
    expect(results.filter((result) => result.kind === "answer")).toHaveLength(6);
    expect(results.map(word).filter((text) => text === "not_attempted:dialers_busy")).toHaveLength(12);
    expect([calls, stats.busy, stats.redials, stats.not_attempted]).toEqual([6, 6, 4, 12]);
    expect(took).toBe(30);
  });

  it.each<[string, DialerPort]>([
    ["throws", { dial: () => Promise.reject(new Error("Network connection lost.")) }],
    ["answers nonsense", { dial: async () => ({ kind: "done", results: [] }) }],
  ])("an object that %s is redialled; its failure is not the buyers'", async (_, dialer) => {
    const { results, stats, calls } = await setUp(alike(8, { after_ms: 30 }), { dialer }).run();
    expect(results.map(word).filter((text) => text === "not_attempted:transport")).toHaveLength(2);
    expect([calls, stats.unreachable]).toEqual([3, 3]);
  });

  it("an object that never comes back holds nobody up", async () => {
    const { results, took } = await setUp(alike(8, { after_ms: 30 }), {
      dialer: { dial: () => new Promise(() => {}) },
    }).run();
    expect(results.map(word).filter((text) => text === "not_attempted:deadline_passed")).toHaveLength(2);
    expect(took).toBe(500);
  });

  it("an answer whose dialer comes back too late is told as late", async () => {
    const slow: DialerPort = {
      dial: async ({ calls }) => {
        await new Promise<void>((resolve) => void hold.platform.time.timer(resolve, 520));
        const answer = {
          kind: "answer" as const,
          status: 200,
          content_type: "",
          body: "",
          retry_after: null,
          location: null,
          ms: 30,
          sent_at_ms: 0,
          late: false,
        };
        return { kind: "done", results: calls.map(() => answer) };
      },
    };
    const hold = setUp(alike(7, { after_ms: 30 }), { dialer: slow });
    await hold.run();
    await hold.platform.time.pass(100);
    expect(hold.late).toEqual([[6, 30]]);
  });

  it("waits for own slots where there are no dialers, with the time from dispatch", async () => {
    const { results, stats } = await setUp(alike(14, { after_ms: 80 }), { dialerCount: 0 }).run();
    expect(results.map(word)).toEqual(Array(14).fill("answer"));
    expect(stats.slot_wait_ms).toBe(160);
    const short = await setUp(alike(14, { after_ms: 80 }), { dialerCount: 0, within_ms: 150 }).run();
    expect(short.results.map(word)).toEqual([
      ...Array(6).fill("answer"),
      ...Array(6).fill("timeout"),
      ...Array(2).fill("not_attempted:no_slot"),
    ]);
  });

  it("groups alike timeouts, the slowest on own slots", async () => {
    const buyers = Array.from({ length: 18 }, (_, i): Buyer => ({ after_ms: 10, timeout_ms: 100 + (i % 3) * 1_000 }));
    const groups: number[][] = [];
    const dialer: DialerPort = {
      dial: async ({ calls }) => {
        groups.push(calls.map(({ timeout_ms }) => timeout_ms));
        return { kind: "busy" };
      },
    };
    await setUp(buyers, { dialer, within_ms: 3_000 }).run();
    expect(groups.slice(0, 2)).toEqual([Array(6).fill(1_100), Array(6).fill(100)]);
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
