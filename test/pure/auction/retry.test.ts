import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { retryDelayMs } from "../../../worker/auction/retry.ts";
import { SEED } from "./fixtures.ts";

describe("retryDelayMs", () => {
  const retry = { first_delay_s: 2, max_delay_s: 60 };
  test.each([
    [1, 2_000],
    [2, 4_000],
    [3, 8_000],
    [4, 16_000],
    [5, 32_000],
    [6, 60_000],
    [20, 60_000],
    [0, 2_000],
  ])("after attempt %i at most %i ms, and half of it at half the jitter", (attempt, most) => {
    expect([
      retryDelayMs(attempt, retry, 0),
      retryDelayMs(attempt, retry, 0.5),
      retryDelayMs(attempt, retry, 1),
    ]).toEqual([0, most / 2, most]);
  });

  test.each([
    [30_000, 30_000],
    [500, 1_000],
    [7_200_000, 3_600_000],
    [Number.POSITIVE_INFINITY, 3_600_000],
    [-5, 1_000],
    [Number.NaN, 1_000],
  ])("Retry-After of %s ms: %s", (asked, delay) => {
    expect(retryDelayMs(1, retry, 0.5, asked)).toBe(delay);
  });

  test("is whole, never negative, never above what it may be", () => {
    const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), unit, fc.option(fc.integer()), (attempt, random, asked) => {
        const delay = retryDelayMs(attempt, retry, random, asked ?? undefined);
        expect(Number.isSafeInteger(delay) && delay >= 0 && delay <= (asked ? 3_600_000 : 60_000)).toBe(true);
      }),
      SEED,
    );
  });
});
