import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SlotPool } from "../../../worker/buyers/slots.ts";

describe("slot pool", () => {
  it("grants six at once and the rest in order of asking", async () => {
    const pool = new SlotPool();
    const order: number[] = [];
    for (let i = 0; i < 9; i++) void pool.acquire().granted.then(() => order.push(i));
    await Promise.resolve();
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
    expect(pool.waiting).toBe(3);
    pool.release(2);
    await Promise.resolve();
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("takes all or nothing, and overtakes nobody", async () => {
    const pool = new SlotPool(3);
    expect(pool.tryAcquire(2)).toBe(true);
    expect(pool.tryAcquire(2)).toBe(false);
    expect(pool.free).toBe(1);
    expect(pool.tryAcquire()).toBe(true);
    const waiting = pool.acquire();
    pool.release(2);
    expect(await waiting.granted).toBe(true);
    expect(pool.free).toBe(1);
    pool.tryAcquire();
    pool.acquire();
    expect(pool.tryAcquire()).toBe(false);
  });

  it("a cancelled place resolves false and is not served; cancelling a granted one changes nothing", async () => {
    const pool = new SlotPool(1);
    const held = pool.acquire();
    const left = pool.acquire();
    const next = pool.acquire();
    left.cancel();
    held.cancel();
    pool.release();
    expect(await Promise.all([held.granted, left.granted, next.granted])).toEqual([true, false, true]);
    expect(pool.free).toBe(0);
  });

  it("tells how long each slot was waited for", () => {
    const waits: number[] = [];
    let now = 100;
    const pool = new SlotPool(1, { now: () => now, waited: (ms) => waits.push(ms) });
    pool.acquire();
    pool.acquire();
    now = 130;
    pool.release();
    expect(waits).toEqual([0, 30]);
  });

  it("refuses to release what nobody holds", () => {
    expect(() => new SlotPool().release()).toThrow("more slots released");
  });

  it("never has more holders than its size, and serves in order", async () => {
    const step = fc.oneof(fc.constant("acquire" as const), fc.constant("release" as const), fc.nat(20));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const pool = new SlotPool(3);
        const tickets: { cancel(): void; state: "waiting" | "held" | "gone" }[] = [];
        let released = 0;
        for (const what of steps) {
          const held = tickets.filter(({ state }) => state === "held").length - released;
          if (what === "release") {
            if (held > 0) {
              pool.release();
              released++;
            }
          } else if (what === "acquire") {
            const ticket = pool.acquire();
            const entry = { cancel: ticket.cancel, state: "waiting" as "waiting" | "held" | "gone" };
            void ticket.granted.then((yes) => (entry.state = yes ? "held" : "gone"));
            tickets.push(entry);
          } else tickets[what]?.cancel();
          await Promise.resolve();
          const now = tickets.filter(({ state }) => state === "held").length - released;
          const waiting = tickets.filter(({ state }) => state === "waiting");
          expect(now).toBeLessThanOrEqual(3);
          expect(pool.waiting).toBe(waiting.length);
          if (waiting.length > 0) expect(now).toBe(3);
          const lastHeld = tickets.findLastIndex(({ state }) => state === "held");
          expect(tickets.slice(0, lastHeld + 1).every(({ state }) => state !== "waiting")).toBe(true);
        }
      }),
      { seed: 5, numRuns: 100 },
    );
  });
});
