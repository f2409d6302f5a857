import { describe, expect, it } from "vitest";
import {
  availableNews,
  refusalOf,
  releaseShows,
  repeatOf,
  type Standing,
} from "../../../durable-objects/buyer-account-rules.ts";
import { RESERVE_REFUSALS, type ReserveRefusal } from "../../../schema/lists.ts";
import { type Money, ZERO } from "../../../schema/money.ts";
import { terms, usd } from "../../support/account-book.ts";

const FINE: Standing = {
  epoch: 2,
  least_epoch: 2,
  terms: terms(),
  maintenance: null,
  duplicate_of: null,
  breaker: "pass",
  cap: null,
  paced: null,
  amount: usd(10),
  available: usd(10),
};
const paused = { paused: true };

/** What brings each refusal about, in order of precedence. */
const CAUSES: Record<ReserveRefusal, Partial<Standing>> = {
  stale_epoch: { epoch: 1 },
  buyer_paused: { terms: terms({ buyer: paused }) },
  endpoint_paused: { terms: terms({ endpoint: paused }) },
  contract_paused: { terms: terms({ contract: paused }) },
  maintenance: { maintenance: { detail: "new servers", reopens_in_ms: 60_000 } },
  duplicate: { duplicate_of: "lead-x" },
  breaker_open: { breaker: "refuse" },
  cap_reached: { cap: { detail: "day: count", reopens_in_ms: 5 } },
  paced: { paced: { detail: "interval", reopens_in_ms: 7 } },
  balance: { available: usd(9.9999) },
};

describe("refusalOf", () => {
  it("holds when nothing speaks against it, to the last ten-thousandth", () => {
    expect(refusalOf(FINE)).toBeNull();
    expect(refusalOf({ ...FINE, available: null, breaker: "probe" })).toBeNull();
  });

  it.each(RESERVE_REFUSALS.map((code) => [code]))("%s", (code) => {
    expect(refusalOf({ ...FINE, ...CAUSES[code] })).toMatchObject({ kind: "refused", code });
  });

  it.each(RESERVE_REFUSALS.map((code, i) => [code, i] as const))("%s comes before all that follow it", (code, i) => {
    const allPaused = terms({ buyer: { paused: i <= 1 }, endpoint: { paused: i <= 2 }, contract: { paused: i <= 3 } });
    const worst: Standing = Object.assign({}, FINE, ...RESERVE_REFUSALS.slice(i).map((cause) => CAUSES[cause]));
    expect(refusalOf({ ...worst, terms: allPaused })).toMatchObject({ code });
  });
});

describe("repeatOf", () => {
  const known = { epoch: 3, price: usd(8) };
  it.each([
    ["held", 3, 0, "again"],
    ["held", 4, 4, "again"],
    ["in_doubt", 3, 0, "again"],
    ["held", 2, 0, { kind: "refused", code: "stale_epoch", detail: "fenced" }],
    ["held", 3, 4, { kind: "refused", code: "stale_epoch", detail: "fenced" }],
    ["captured", 2, 0, { kind: "refused", code: "stale_epoch", detail: "fenced" }],
    ["captured", 3, 0, { kind: "captured", price: usd(8) }],
    ["released", 3, 0, { kind: "refused", code: "stale_epoch", detail: "released" }],
    ["expired", 3, 0, { kind: "refused", code: "stale_epoch", detail: "expired" }],
  ] as const)("%s, epoch %i, fence %i", (state, epoch, fence, expected) => {
    expect(repeatOf({ ...known, state }, epoch, fence)).toEqual(expected);
  });
});

it.each([
  ["rejected", "ok"],
  ["rejected: bad zip", "ok"],
  ["duplicate", "ok"],
  ["not_taken", "undecided"],
  ["not_dispatched", "unused"],
  ["set_up_error", "failed"],
  ["", "failed"],
])("a release because of %s shows %s", (why, result) => {
  expect(releaseShows(why)).toBe(result);
});

describe("availableNews", () => {
  const table: [string, Money | null | undefined, Money | null, Money, string | null][] = [
    ["never told", undefined, usd(5), usd(10), "moved"],
    ["the same", usd(100), usd(100), usd(10), null],
    ["a little less", usd(100), usd(80), usd(10), null],
    ["a quarter less", usd(100), usd(75), usd(10), "moved"],
    ["below what was asked", usd(100), usd(90), usd(95), "dropped"],
    ["enough again", usd(9), usd(10), usd(10), "moved"],
    ["a limit where none was", null, usd(100), usd(10), "moved"],
    ["no limit any more", usd(100), null, usd(10), "moved"],
    ["from nothing", ZERO, usd(1), usd(10), "moved"],
  ];
  it.each(table)("%s", (_name, published, available, asked, expected) => {
    expect(availableNews(published, available, asked)).toBe(expected);
  });
});
