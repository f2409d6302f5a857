import { describe, expect, it } from "vitest";
import type { DialResult } from "../../../schema/rpc/dialer.ts";
import { DialerPicker } from "../../../worker/buyers/dialer-pool.ts";
import { WarmDialers } from "../../../worker/buyers/warm-dialers.ts";
import { setUp } from "../../support/fan-out.ts";

const answer = (ms: number, late = false): DialResult => ({
  ...{ kind: "answer", status: 200, content_type: "", body: "", retry_after: null, location: null },
  ...{ ms, sent_at_ms: 0, late },
});
const timeout: DialResult = { kind: "timeout", ms: 100, sent_at_ms: 0 };
/** How many there are; none is left. */
function drained(warm: WarmDialers): number {
  for (let count = 0; ; count++) if (warm.take() === undefined) return count;
}
const alike = (count: number) => Array.from({ length: count }, () => ({ after_ms: 30 }));

describe("which dialers an isolate keeps", () => {
  it.each<[string, DialResult[], number, boolean]>([
    ["somebody answered in time", [answer(40), timeout], 108, true],
    ["nobody answered", [timeout, timeout], 108, false],
    ["all were late", [answer(140, true)], 148, false],
    ["nobody was dialled", [{ kind: "not_attempted", error: "set_up" }], 8, false],
    ["the way took longer than a far object's", [answer(40)], 61, false],
  ])("%s", (_, results, took_ms, kept) => {
    const warm = new WarmDialers();
    warm.back(7, results, took_ms);
    expect(warm.take()).toBe(kept ? 7 : undefined);
  });

  it("the one that was used last is taken first, and none is there twice", () => {
    const warm = new WarmDialers();
    for (const n of [1, 2, 1, 3]) warm.back(n, [answer(5)], 10);
    expect([warm.take(), warm.take(), warm.take(), warm.take()]).toEqual([3, 2, 1, undefined]);
  });
});

describe("which dialers a fan-out picks", () => {
  it("warm ones first, then others at random, and none twice", () => {
    const warm = new WarmDialers();
    for (const n of [4, 2]) warm.back(n, [answer(5)], 10);
    const picker = new DialerPicker({ count: 5, warm }, () => 0.45);
    const first = [picker.next(), picker.next()];
    // One that another fan-out has brought back meanwhile, and that this one has tried already.
    warm.back(4, [answer(5)], 10);
    expect([...first, picker.next(), picker.next(), picker.next(), picker.next()]).toEqual([2, 4, 3, 0, 1, null]);
  });

  it("fan-outs one after another call the same dialers", async () => {
    const warm = new WarmDialers();
    const used: number[] = [];
    for (let i = 0; i < 5; i++) {
      const fanOut = setUp(alike(24), { dialerCount: 500, warm, dialled: (n) => used.push(n) });
      const { results } = await fanOut.run();
      expect(results.every(({ kind }) => kind === "answer")).toBe(true);
    }
    expect([used.length, new Set(used).size, drained(warm)]).toEqual([15, 3, 3]);
  });

  it("who is told busy has that dialer no more", async () => {
    const warm = new WarmDialers();
    for (const n of [8, 9]) warm.back(n, [answer(5)], 10);
    const { stats } = await setUp(alike(12), { dialer: { dial: async () => ({ kind: "busy" }) }, warm }).run();
    expect([stats.busy, drained(warm)]).toEqual([4, 0]);
  });
});
