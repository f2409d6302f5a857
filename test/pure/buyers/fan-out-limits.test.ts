import { describe, expect, it } from "vitest";
import type { DialerPort } from "../../../schema/rpc/dialer.ts";
import { SlotPool } from "../../../worker/buyers/slots.ts";
import { alike, type Buyer, setUp, word } from "../../support/fan-out.ts";

describe("fan-out at its limits", () => {
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

  it("redials three times when dialers are busy, and then says so", async () => {
    const busy: DialerPort = { dial: async () => ({ kind: "busy" }) };
    const { results, stats, calls, took } = await setUp(alike(18, { after_ms: 30 }), { dialer: busy }).run();
    expect(results.filter((result) => result.kind === "answer")).toHaveLength(6);
    expect(results.map(word).filter((text) => text === "not_attempted:dialers_busy")).toHaveLength(12);
    expect([calls, stats.busy, stats.redials, stats.not_attempted]).toEqual([8, 8, 6, 12]);
    // Four tries of 8 ms.
    expect(took).toBe(32);
  });

  it.each<[string, DialerPort]>([
    ["throws", { dial: () => Promise.reject(new Error("Network connection lost.")) }],
    ["answers nonsense", { dial: async () => ({ kind: "done", results: [] }) }],
  ])("an object that %s is redialled; its failure is not the buyers'", async (_, dialer) => {
    const { results, stats, calls } = await setUp(alike(8, { after_ms: 30 }), { dialer }).run();
    expect(results.map(word).filter((text) => text === "not_attempted:transport")).toHaveLength(2);
    expect([calls, stats.unreachable]).toEqual([4, 4]);
  });

  it("an object that never comes back holds nobody up", async () => {
    const { results, took } = await setUp(alike(8, { after_ms: 30 }), {
      dialer: { dial: () => new Promise(() => {}) },
    }).run();
    expect(results.map(word).filter((text) => text === "not_attempted:deadline_passed")).toHaveLength(2);
    expect(took).toBe(500);
  });

  it("an answer whose dialer comes back too late is not told as late: it was counted as never dialled", async () => {
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
    const { results } = await hold.run();
    await hold.platform.time.pass(100);
    expect(word(results[6]!)).toBe("not_attempted:deadline_passed");
    expect(hold.late).toEqual([]);
  });

  it("nor is one whose body was cut off: that is an error, no timeout", async () => {
    const { run, late } = setUp([{ after_ms: 30, body: "bid", body_after_ms: 90 }, { after_ms: 130 }], {
      late_grace_ms: 200,
    });
    const { results } = await run();
    expect(results.map(word)).toEqual(["failed:body_timeout", "timeout"]);
    expect(late).toEqual([[1, 130]]);
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
});
