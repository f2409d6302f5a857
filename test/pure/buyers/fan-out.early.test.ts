import { describe, expect, it } from "vitest";
import { alike, type Buyer, setUp, word } from "../../support/fan-out.ts";

const QUICK: Buyer = { after_ms: 30, body: "bid" };
const SLOW: Buyer = { after_ms: 90, timeout_ms: 100 };

/** A fan-out that has enough with so many answers. */
function ending(buyers: Buyer[], answers: number, changes: Parameters<typeof setUp>[1] = {}) {
  let came = 0;
  const asked: number[] = [];
  const set = setUp(buyers, {
    enough: (index, result) => {
      asked.push(index);
      if (result.kind === "answer") came++;
      return came >= answers;
    },
    late_grace_ms: 400,
    ...changes,
  });
  return { ...set, asked };
}

describe("a fan-out that has enough", () => {
  it("ends own calls at once, and they are neither timeouts nor late", async () => {
    const { run, late, slots, asked } = ending([QUICK, QUICK, SLOW, SLOW], 2);
    const { results, took, ended, stats } = await run();
    expect(results.map(word)).toEqual(["answer", "answer", "closed_early", "closed_early"]);
    expect([took, ended, stats.not_attempted]).toEqual([30, 30, 0]);
    expect(results[3]).toMatchObject({ ms: 30, sent_at_ms: 0 });
    expect(late).toEqual([]);
    expect(asked).toHaveLength(2);
    expect(slots.tryAcquire(6)).toBe(true);
  });

  it("does not wait for what is at a dialer, which runs on to its own end", async () => {
    // The slowest six go from own slots, the next six together through a dialer.
    const buyers = [...alike(6, { ...QUICK, timeout_ms: 200 }), ...alike(6, SLOW)];
    const { run, late, platform } = ending(buyers, 6);
    const { results, took, calls } = await run();
    expect(results.map(word)).toEqual([...Array(6).fill("answer"), ...Array(6).fill("closed_early")]);
    expect([took, calls]).toEqual([30, 1]);
    await platform.time.run(() => platform.time.sleep(200));
    expect(late).toEqual([]);
    expect(platform.network.traffic).toHaveLength(12);
  });

  it("dials those that are worth most from own slots, whose answers come one by one", async () => {
    const { run, asked } = ending([...alike(11, { ...SLOW, worth: 10 }), { ...QUICK, timeout_ms: 100, worth: 40 }], 1);
    const { results, took } = await run();
    // Behind a dialer, among five slow ones, it would have come after 98 ms.
    expect([took, asked]).toEqual([30, [11]]);
    expect(word(results[11]!)).toBe("answer");
  });

  it("takes everything that came together before it ends", async () => {
    const buyers = [...alike(6, { ...SLOW, timeout_ms: 200 }), ...alike(6, QUICK)];
    const { run } = ending(buyers, 1);
    const { results, took } = await run();
    expect(results.map(word)).toEqual([...Array(6).fill("closed_early"), ...Array(6).fill("answer")]);
    expect(took).toBe(38);
  });

  it("tries no other dialer once it has", async () => {
    const dialer = { dial: async () => ({ kind: "busy" as const }) };
    const buyers = [...alike(6, { after_ms: 5, timeout_ms: 200 }), ...alike(6, SLOW)];
    const { run, platform } = ending(buyers, 6, { dialer });
    expect((await run()).took).toBe(5);
    await platform.time.run(() => platform.time.sleep(200));
    expect(platform.counts.get("dialer.dial")).toBe(1);
  });

  it("frees the connections that calls without dialers wait for", async () => {
    const { run, slots } = ending([...alike(6, { ...QUICK, timeout_ms: 200 }), ...alike(4, SLOW)], 6, {
      dialerCount: 0,
    });
    const { results, took } = await run();
    expect(results.map(word).filter((each) => each === "closed_early")).toHaveLength(4);
    expect(took).toBe(30);
    expect(slots.tryAcquire(6)).toBe(true);
  });

  it("waits for everybody as long as it has not", async () => {
    const { run } = ending([QUICK, SLOW], 3);
    const { results, took } = await run();
    expect(results.map(word)).toEqual(["answer", "answer"]);
    expect(took).toBe(90);
  });
});
