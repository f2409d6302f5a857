import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { askedShare, ISOLATES, POSTED_SHARE, thinned } from "../../../worker/auction/thinning.ts";

const EXPECTED = ISOLATES * POSTED_SHARE;

describe("askedShare", () => {
  it.each([
    ["no cap, or plenty left", null, 10_000, 1],
    ["nothing offered, one place", 1, 0, 1],
    ["the offers and this ping just fit", 1 + 10 * EXPECTED, 10, 1],
    ["no place", 0, 0, 0],
    ["no place and offers", 0, 5, 0],
    ["one post too many for one place", 1, 1, Math.exp(-EXPECTED)],
    ["as many too many as there are places", 10, (2 * 10 - 1) / EXPECTED, Math.exp(-1)],
  ])("%s", (_name, left, outstanding, share) => {
    expect(askedShare({ left, outstanding })).toBeCloseTo(share, 12);
  });

  test("falls with the offers, rises with the places, and is never zero while a place is left", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(256), (left, outstanding) => {
        const share = askedShare({ left, outstanding });
        expect(share).toBeGreaterThan(0);
        expect(share).toBeLessThanOrEqual(1);
        expect(askedShare({ left, outstanding: outstanding + 1 })).toBeLessThanOrEqual(share);
        expect(askedShare({ left: left + 1, outstanding })).toBeGreaterThanOrEqual(share);
      }),
      { seed: 20261121 },
    );
  });
});

test("draws come out as often as the share says, each contract by itself", () => {
  const offered = { left: 10, outstanding: 9.5 };
  const rounds = 4_000;
  const asked = { a: 0, b: 0, both: 0 };
  for (let seed = 0; seed < rounds; seed++) {
    const [a, b] = ["a", "b"].map((id) => !thinned(offered, seed * 7_919, id));
    asked.a += a ? 1 : 0;
    asked.b += b ? 1 : 0;
    asked.both += a && b ? 1 : 0;
  }
  const share = askedShare(offered);
  expect(asked.a / rounds).toBeCloseTo(share, 1);
  expect(asked.b / rounds).toBeCloseTo(share, 1);
  expect(asked.both / rounds).toBeCloseTo(share * share, 1);
});

/** What thinning is for, played out: ten pings a second, half of the offers posted within a minute, four isolates, three places. */
test("a last few places are not offered to hundreds, and are sold all the same", () => {
  const play = (thin: boolean) => {
    let left = 3;
    let offers = 0;
    let disappointed = 0;
    const waiting: { at: number; isolate: number }[] = [];
    const isolates = Array.from({ length: ISOLATES }, () => 0);
    for (let n = 0; n < 3_000; n++) {
      while (waiting[0] && waiting[0].at <= n) {
        const post = waiting.shift();
        if (post) isolates[post.isolate] = (isolates[post.isolate] ?? 0) - 1;
        if (left > 0) left--;
        else disappointed++;
      }
      const isolate = n % ISOLATES;
      if (left === 0 || (thin && thinned({ left, outstanding: isolates[isolate] ?? 0 }, n * 104_729, "c"))) continue;
      offers++;
      isolates[isolate] = (isolates[isolate] ?? 0) + 1;
      if (offers % 2 === 0) waiting.push({ at: n + 600, isolate });
    }
    return { left, offers, disappointed };
  };
  const [without, thinnedOut] = [play(false), play(true)];
  expect(without.disappointed).toBeGreaterThan(250);
  expect(thinnedOut.left).toBe(0);
  expect(thinnedOut.offers).toBeLessThan(40);
  expect(thinnedOut.disappointed).toBeLessThan(20);
});
